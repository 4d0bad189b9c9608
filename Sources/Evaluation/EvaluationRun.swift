import Base
import Concepts
import Foundation
import Images
import Structure
import Tensors

/// One run of the whole method for an evaluation.
package struct EvaluationRun {
  let method: any EvaluatedMethod
  let split: EvaluationSplit
  let options: EvaluationOptions
  let seed: UInt64
  let monitor: WorkMonitor

  /// - Parameters:
  ///   - method: with a bank of its own.
  ///   - seed: of all random numbers of the run.
  package init(
    method: any EvaluatedMethod, split: EvaluationSplit, options: EvaluationOptions, seed: UInt64, monitor: WorkMonitor
  ) {
    (self.method, self.split, self.options, self.seed, self.monitor) = (method, split, options, seed, monitor)
  }

  /// The result of one run.
  package struct Outcome: Sendable {
    package var seed: UInt64
    var values: [String: MeasuredValue] = [:]
    /// Curves of each image at `EvaluationRun.places` places.
    var curves: [CurveKey: [[Double]]] = [:]
    /// By class.
    var concepts: [[Concept]] = []
    var controls: [TrainingControl] = []
    package var seconds: [String: Double] = [:]
    var skipped: [SkippedImage] = []
    var layer = ""
  }

  /// A measure in one run.
  struct MeasuredValue: Sendable {
    var value: Double
    var count: Int
    /// The effective number of draws of a share; nil for other values.
    var effectiveCount: Double?
    var pValue: Double?
  }

  /// What a curve is of.
  struct CurveKey: Hashable, Sendable {
    var kind: EvaluationCurve.Kind
    var measure: EvaluationCurve.Measure
    var order: EvaluationCurve.Order
  }

  /// Places at which curves of images with more and fewer concepts are averaged.
  static let places = 21

  package func outcome() throws -> Outcome {
    var outcome = Outcome(seed: seed)
    var discovery = options.discovery
    discovery.run.seed = seed
    for position in split.fitted.indices {
      let found = try timed("discovering", &outcome) { _ in try discover(position, discovery, by: method, suffix: "") }
      outcome.layer = found.layer
      outcome.skipped += found.skipped
      outcome.concepts.append(found.concepts)
    }
    if options.measures.contains(.sanity) {
      try timed("sanity", &outcome) { try measureSanity(into: &$0) }
    }

    var training = options.training
    training.run.seed = seed
    let groups = options.measures
    training.controls.controls =
      groups.contains(.controls) || groups.contains(.relations) ? max(1, training.controls.controls) : 0
    let trained = try timed("training", &outcome) { _ in
      try method.train(
        images: split.fitted, measuring: split.heldOut.flatMap { $0 }, comparesNodesOnly: groups.contains(.relations),
        options: training, monitor: prefixed(EvaluationStages.training))
    }
    outcome.skipped += trained.training.skipped
    outcome.controls = trained.training.controls
    addFidelity(of: trained.training, to: &outcome)
    try timed("measuring", &outcome) { try measureHeldOut(trained, into: &$0) }
    return outcome
  }

  /// Finds the concepts of the class at `position`.
  func discover(
    _ position: Int, _ options: DiscoveryOptions, by method: any EvaluatedMethod, suffix: String
  ) throws -> FoundConcepts {
    try method.discover(
      position, images: split.fitted[position], random: split.random, options: options,
      monitor: prefixed(EvaluationStages.discovering(position + 1, of: split.fitted.count) + suffix))
  }

  /// A monitor that reports its stages as stages of this run.
  func prefixed(_ part: String) -> WorkMonitor {
    let stage = EvaluationStages.run(number: Int(seed &- options.seed) + 1, of: options.seeds)
    return WorkMonitor(isCancelled: { [monitor] in monitor.isCancelled }) { [monitor] progress in
      monitor.report(
        EvaluationStages.stage(stage, part, progress.stage), done: progress.done, total: progress.total)
    }
  }

  private func timed<Result>(
    _ stage: String, _ outcome: inout Outcome, _ body: (inout Outcome) throws -> Result
  ) rethrows -> Result {
    let start = Date()
    let result = try body(&outcome)
    outcome.seconds[stage, default: 0] += Date().timeIntervalSince(start)
    return result
  }

  private func addFidelity(of report: TrainingOutcome, to outcome: inout Outcome) {
    if options.measures.contains(.fidelity) {
      for (name, fidelity) in [("clean", report.heldOut), ("masked", report.masked)] where fidelity.imageCount > 0 {
        let count = fidelity.imageCount
        // An image's masked variants count as one draw, because their dependence is unknown here.
        outcome.values["agreement.\(name)"] = MeasuredValue(
          value: fidelity.top1Agreement, count: count,
          effectiveCount: Double(min(count, report.heldOut.imageCount)))
        outcome.values["spearman.\(name)"] = MeasuredValue(value: fidelity.spearman, count: count)
        outcome.values["mse.\(name)"] = MeasuredValue(value: fidelity.meanSquaredError, count: count)
      }
    }
    for control in report.controls {
      guard options.measures.contains(control.kind == .nodesOnly ? .relations : .controls) else { continue }
      outcome.values[MeasureDescription.advantage(over: control.kind)] = MeasuredValue(
        value: report.heldOut.top1Agreement - control.heldOut.top1Agreement, count: control.heldOut.imageCount,
        pValue: control.heldOutTest.p)
    }
  }
}

extension EvaluationRun.MeasuredValue {
  /// The share of true ones among things that belong to images, and so depend on each other; nil of none.
  init?(sharesOf images: [[Bool]]) {
    let clusters = images.map { (successes: $0.count { $0 }, draws: $0.count) }
    let count = clusters.reduce(0) { $0 + $1.draws }
    guard count > 0 else { return nil }
    let successes = clusters.reduce(0) { $0 + $1.successes }
    self.init(
      value: Double(successes) / Double(count), count: count,
      effectiveCount: Statistics.effectiveSampleSize(clusters))
  }
}

/// The names of an evaluation's stages in progress.
package enum EvaluationStages {
  package static let reading = EvaluationSplit.stage
  package static func run(number: Int, of count: Int) -> String { "run \(number) of \(count)" }
  package static func discovering(_ number: Int, of count: Int) -> String { "concepts of class \(number) of \(count)" }
  package static let training = "training"
  package static let measuring = "measuring"
  package static let sanity = "sanity"
  package static let importance = "importance of concepts"
  package static let heldOut = "held-out images"
  /// Follows the name of a discovery without the attention filter.
  package static let withoutAttention = " without attention"
  package static func stage(_ run: String, _ part: String, _ stage: String) -> String { "\(run), \(part): \(stage)" }
}
