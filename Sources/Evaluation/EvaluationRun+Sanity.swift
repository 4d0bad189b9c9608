import Structure
import Tensors

extension EvaluationRun {
  /// Ranks the concepts of each class again: with other random sets, which should change little, and with shuffled
  /// weights of the network, which should destroy the ranking (Adebayo et al. 2018). A network that cannot be shuffled
  /// is skipped.
  func measureSanity(into outcome: inout Outcome) throws {
    guard
      let ranking = try method.ranking(random: split.random, seed: seed, options: options.discovery, monitor: silent)
    else { return }
    let monitor = prefixed(EvaluationStages.sanity)
    var correlations: (repeated: [Double], randomised: [Double]) = ([], [])
    for (position, concepts) in outcome.concepts.enumerated() {
      monitor.report(EvaluationStages.importance, done: position, total: outcome.concepts.count)
      let own = concepts.map(\.tcav.effect)
      guard own.count > 2 else { continue }
      func correlation(seed: UInt64, isShuffled: Bool) throws -> Double {
        let importance = try ranking.importance(
          ofClass: position, seed: seed, isShuffled: isShuffled, monitor: silent)
        // A network for which every concept is like chance has no ranking.
        return Statistics.spearman(own, importance.map { $0 ?? 0 }) ?? 0
      }
      correlations.repeated.append(try correlation(seed: seed &+ Self.otherSeed, isShuffled: false))
      correlations.randomised.append(try correlation(seed: seed, isShuffled: true))
    }
    monitor.report(EvaluationStages.importance, done: outcome.concepts.count, total: outcome.concepts.count)
    for (name, values) in [("repeated", correlations.repeated), ("randomised", correlations.randomised)] {
      guard let mean = Statistics.mean(values) else { continue }
      outcome.values["sanity.\(name)"] = MeasuredValue(value: mean, count: values.count)
    }
  }

  /// Added to a run's seed for its other random sets, so that they differ from other runs' sets.
  private static let otherSeed: UInt64 = 1 << 32
}
