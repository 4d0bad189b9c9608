import Base
import Concepts
import Foundation
import Images
import Structure
import Tensors

extension EvaluationRun {
  /// Counts over the held-out images.
  struct Tally {
    var completeness: [Double] = []
    /// Whether the reasoning network agrees with a wrong prediction of the classifier.
    var followedErrors: [Bool] = []
    /// By image, one per concept.
    var signs: [[Verification]] = []
    /// By image, one per edit.
    var edits: [[EditEffect]] = []
    var curves = CurveTally()
  }

  /// Effects below this share of the 95th percentile of all do not count: their sign is chance.
  static let negligibleShare = 0.1

  /// Measures every held-out image with the reasoning network of this run.
  func measureHeldOut(_ trained: any EvaluatedNetwork, into outcome: inout Outcome) throws {
    let monitor = prefixed(EvaluationStages.measuring)
    let groups = options.measures
    let items = split.heldOut.enumerated().flatMap { truth, sources in sources.map { (truth, $0) } }
    let order = groups.contains(.curves) ? try aceOrder(trained.training) : nil
    var tally = Tally()
    for (number, (truth, source)) in items.enumerated() {
      monitor.report(EvaluationStages.heldOut, done: number, total: items.count)
      try monitor.checkCancelled()
      let subject = try trained.read(source, monitor: silent)
      let image = subject.image
      if groups.contains(.completeness) {
        tally.completeness.append(Self.incompleteness(of: image, by: subject.network))
      }
      if groups.contains(.fidelity), image.choice != truth {
        tally.followedErrors.append(image.graphChoice == image.choice)
      }
      if groups.contains(.signs) { try tally.signs.append(signs(of: subject)) }
      if groups.contains(.locality) { try tally.edits.append(edits(of: subject, number: number)) }
      if let order {
        try tally.curves.add(curves(of: subject, plan: trained.training.plan, order: order, number: number))
      }
    }
    monitor.report(EvaluationStages.heldOut, done: items.count, total: items.count)
    add(tally, to: &outcome)
  }

  var silent: WorkMonitor { WorkMonitor(isCancelled: { [monitor] in monitor.isCancelled }) }

  /// The largest difference between an output and the sum of its contributions, as a share of the largest output.
  static func incompleteness(of image: ExplainedImage, by network: ReasoningNetwork) -> Double {
    let outputs = network.outputs(of: [image.graphs]).first ?? []
    let largest = max(outputs.map { Double(abs($0)) }.max() ?? 0, .leastNormalMagnitude)
    return zip(image.attributions, outputs).map { abs($0.score - Double($1)) / largest }.max() ?? 0
  }

  /// Verifies all seen concepts of all classes.
  private func signs(of subject: any EvaluatedImage) throws -> [Verification] {
    let attributions = subject.image.attributions
    let positions = Array(attributions.indices)
    let verifier = try Verifier(subject, positions: positions, controls: options.randomPatches, monitor: silent)
    return try positions.flatMap { position in
      let checks = try verifier.nodes(
        of: position, contributions: Contributions(attributions[position]), exemplars: false)
      return checks.sorted { $0.key < $1.key }.map(\.value)
    }
  }

  /// Edits the concepts that contribute most to the predicted class: a random patch in its place, and the concept
  /// moved.
  private func edits(of subject: any EvaluatedImage, number: Int) throws -> [EditEffect] {
    let nodes = subject.image.graphs[subject.image.choice].nodes
    let order = Self.order(of: subject.image).prefix(options.edits)
    var random = SeededRandom(seed: seed, purpose: "edits of held-out image \(number)")
    return try order.flatMap { node -> [EditEffect] in
      let target = Self.distantPoint(from: nodes[node].center, &random)
      return try [TrialEdit.random, .move(to: target)].compactMap { edit in
        try subject.effect(of: edit, at: node, seed: seed &+ UInt64(number))
      }
    }
  }

  /// A point of the image at some distance from another.
  static func distantPoint(
    from center: (x: Float, y: Float), _ random: inout SeededRandom
  ) -> (x: Double, y: Double) {
    let angle = 2 * Double.pi * random.uniform()
    func inside(_ value: Double) -> Double { min(max(value, margin), 1 - margin) }
    let away = (
      x: inside(Double(center.x) + distance * cos(angle)), y: inside(Double(center.y) + distance * sin(angle))
    )
    // Near the edge of the image, the opposite point is far.
    let moved = abs(away.x - Double(center.x)) + abs(away.y - Double(center.y))
    return moved > distance / 2 ? away : (1 - Double(center.x), 1 - Double(center.y))
  }

  private static let distance = 0.35
  private static let margin = 0.1

  /// The seen concepts of the predicted class, the largest contribution first.
  static func order(of image: ExplainedImage) -> [Int] {
    let contributions = Contributions(image.attributions[image.choice])
    let nodes = image.graphs[image.choice].nodes
    return order(of: nodes.indices.filter { nodes[$0].mask != nil }) { Double(contributions.nodes[$0]) }
  }

  private func add(_ tally: Tally, to outcome: inout Outcome) {
    if let largest = tally.completeness.max() {
      outcome.values["completeness"] = MeasuredValue(value: largest, count: tally.completeness.count)
    }
    func share(_ name: String, _ images: [[Bool]]) { outcome.values[name] = MeasuredValue(sharesOf: images) }
    share("agreement.errors", tally.followedErrors.map { [$0] })
    share("signs.all", tally.signs.map { $0.map(\.agrees) })
    let effects = tally.signs.joined().map { abs($0.marginChange) }
    let least = Self.negligibleShare * (Statistics.percentile(effects, 95) ?? 0)
    share("signs.agreement", tally.signs.map { $0.filter { abs($0.marginChange) > least }.map(\.agrees) })
    let verdicts = tally.signs.map { $0.compactMap(\.verdict) }
    share("signs.beyondRandom", verdicts.map { $0.filter { $0 != .undecided }.map { $0 == .confirmed } })
    share("signs.decided", verdicts.map { $0.map { $0 != .undecided } })
    share("locality.first", tally.edits.map { $0.map(\.isFirst) })
    let shares = tally.edits.joined().map(\.share)
    if let mean = Statistics.mean(shares) {
      outcome.values["locality.share"] = MeasuredValue(value: mean, count: shares.count)
    }
    tally.curves.add(to: &outcome)
  }
}
