import Concepts
import Networks
import Store
import Structure
import Tensors

extension EvaluationRun {
  /// Ranks the concepts of each class again: with other random sets, which should change little, and with the network's weights shuffled, which
  /// should leave nothing of it (Adebayo et al. 2018). A network that lives with the client cannot be shuffled and is passed over.
  func measureSanity(of entries: [ClassConcepts], into outcome: inout Outcome) throws {
    guard let classifier = model.classifier as? ONNXClassifier else { return }
    let monitor = prefixed(EvaluationStages.sanity)
    let reader = ImageReader(preprocessing: model.preprocessing, store: engine.store)
    let most = options.discovery.significance.randomSets.multipliedReportingOverflow(
      by: options.discovery.significance.randomSetSize)
    let (random, _) = try reader.catalogue(
      Array(ImageCollection.expand(split.random).images.prefix(most.overflow ? .max : most.partialValue)),
      stage: EvaluationSplit.stage, monitor: silent)
    var shuffled = model
    shuffled.classifier = try Engine.method { try classifier.withShuffledWeights(seed: seed) }
    shuffled.recipe += " shuffled by \(seed)"
    // Of no use to anybody else: it goes with the run.
    let scratch = StageStore(byteLimit: Self.scratchBytes)
    var correlations: (repeated: [Double], randomised: [Double]) = ([], [])
    for (number, entry) in entries.enumerated() {
      monitor.report(EvaluationStages.importance, done: number, total: entries.count)
      let own = entry.concepts.map(\.tcav.effect)
      guard own.count > 2 else { continue }
      func correlation(_ model: LoadedModel, seed: UInt64, store: StageStore) throws -> Double {
        var discovery = options.discovery
        discovery.run.seed = seed
        let stages = StoredStages(
          recipes: StageRecipes(model: model, layer: entry.layer, options: discovery), classIndex: entry.classIndex,
          discovery: entry.images, random: random, store: store)
        let importance = try Engine.method {
          try ConceptDiscovery(classifier: model.classifier, layer: entry.layer, options: discovery).importance(
            of: entry.concepts, classIndex: entry.classIndex, images: reader.provider(entry.images),
            random: reader.provider(random), cache: stages, monitor: silent)
        }
        // A network that tells no concept from chance ranks none.
        return Statistics.spearman(own, importance.map { $0 ?? 0 }) ?? 0
      }
      correlations.repeated.append(try correlation(model, seed: seed &+ Self.otherSeed, store: engine.store))
      correlations.randomised.append(try correlation(shuffled, seed: seed, store: scratch))
    }
    monitor.report(EvaluationStages.importance, done: entries.count, total: entries.count)
    for (name, values) in [("repeated", correlations.repeated), ("randomised", correlations.randomised)] {
      guard let mean = Statistics.mean(values) else { continue }
      outcome.values["sanity.\(name)"] = MeasuredValue(value: mean, count: values.count)
    }
  }

  private static let scratchBytes = 256 << 20
  /// Added to a run's seed for its other random sets, so that they are not another run's.
  private static let otherSeed: UInt64 = 1 << 32
}
