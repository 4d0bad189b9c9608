import Fields
import Images
import Structure
import Tensors

/// Result of `vrx/evaluate`.
package struct EvaluationReport: Sendable {
  package var model: String
  package var modelName: String
  package var layer: String
  package var classes: [String]
  package var seeds: [UInt64]
  /// Images that were fitted, by class, in the order of `classes`.
  package var fittedCounts: [Int]
  /// Held-out images as the request named them, by class.
  package var heldOut: [[String]]
  package var measures: [EvaluationMeasure]
  package var curves: [EvaluationCurve]
  package var controls: [[TrainingControl]]
  package var verdicts: [EvaluationVerdict]
  package var skipped: [SkippedImage]
  package var seconds: [String: Double]
  package var notes: [String]
  package var summary: String
  package var path: String?
}

/// A number with its spread over the runs.
package struct EvaluationMeasure: Sendable, Equatable {
  package enum Direction: String, Sendable, CaseIterable {
    case higher
    case lower
  }

  package var name: String
  package var title: String
  package var group: EvaluationGroup
  package var better: Direction
  package var isShare: Bool
  package var values: [Double]
  package var interval: ClosedRange<Double>?
  package var pValue: Double?
  package var sampleCount: Int

  package var mean: Double { Statistics.mean(values) ?? .nan }
  package var standardDeviation: Double? { Statistics.standardDeviation(values) }
}

/// Mean probability or margin of the class as concepts are masked or put back in some order.
package struct EvaluationCurve: Sendable, Equatable {
  package enum Kind: String, Sendable, CaseIterable {
    /// Concepts are masked one after another.
    case deletion
    /// All concepts are masked, then put back one after another.
    case insertion
  }
  package enum Measure: String, Sendable, CaseIterable {
    case probability
    case margin
  }
  package enum Order: String, Sendable, CaseIterable {
    /// By the effect of masking that the reasoning network predicts (`ReasoningNetwork.maskingValues`), the largest
    /// first.
    case predicted
    /// By contribution, the largest first.
    case contribution
    /// By the effect on the classifier of masking each concept alone.
    case verified
    /// By the TCAV of plain ACE, found without the attention filter.
    case ace
    /// By size, the largest first: an order must beat this to mean more than the size of the masked area.
    case largest
    case random

    /// The order in a sentence.
    package var words: String {
      switch self {
      case .predicted: "as the reasoning network predicts"
      case .contribution: "by contribution"
      case .verified: "as verified one by one"
      case .ace: "in the order of plain ACE"
      case .largest: "with the largest first"
      case .random: "in random order"
      }
    }
  }

  package var kind: Kind
  package var measure: Measure
  package var order: Order
  /// Mean over images and runs at evenly spaced shares of the concepts, from none to all.
  package var mean: [Double]
  package var margin: [Double]
}

/// A requested threshold.
package struct EvaluationVerdict: Sendable, Equatable {
  package var measure: String
  package var threshold: Double
  package var value: Double?
  package var isMet: Bool
}

extension EvaluationReport: WrittenRecord {
  package static let partName: String? = "Evaluation"
  package static let fields = FieldList<EvaluationReport>([
    .field("model", \.model, .anyString, "The network's handle."),
    .field("name", \.modelName, .anyString, "Its name."),
    .field("layer", \.layer, .anyString, "The layer at which concepts were sought."),
    .field("classes", \.classes, .array(of: .anyString), "Their labels."),
    .field("seeds", \.seeds, .array(of: .seed), "Of the runs."),
    .derived("fitted", .map(of: .count, allowsEmpty: true), "Images that were fitted, by class.") {
      $0.byClass($0.fittedCounts)
    },
    .derived(
      "heldOut", .map(of: .array(of: .anyString), allowsEmpty: true), "Images that were held out, by class."
    ) { $0.byClass($0.heldOut) },
    .field("measures", \.measures, .array(of: EvaluationMeasure.written), "With their spread over the runs."),
    .field(
      "curves", \.curves, .array(of: EvaluationCurve.written),
      "How the class's probability and margin change as concepts are masked and put back."),
    .field(
      "controls", \.controls, .array(of: .array(of: TrainingControl.type)),
      "Of each run, measured on the held-out images."),
    .field("verdicts", \.verdicts, .array(of: EvaluationVerdict.written), "One per requested threshold."),
    .field("skipped", \.skipped, .array(of: SkippedImage.type), "Images that could not be used."),
    .field("seconds", \.seconds, .seconds, "Seconds by stage, all runs together."),
    .field("notes", \.notes, .array(of: .anyString), "Notes for people."),
    .field("summary", \.summary, .anyString, "Plain English, built from the numbers."),
    .optional("path", \.path, .anyString, "The page, where one was requested."),
  ])

  private func byClass<Value>(_ values: [Value]) -> [String: Value] {
    Dictionary(zip(classes, values).map { ($0, $1) }, uniquingKeysWith: { first, _ in first })
  }
}

extension EvaluationMeasure: WrittenRecord {
  package static let partName: String? = "EvaluationMeasure"
  package static let fields = FieldList<EvaluationMeasure>([
    .field("name", \.name, .anyString, "Its name, also in `thresholds`."),
    .field("title", \.title, .anyString, "Its meaning, for people."),
    .field("group", \.group, .word(EvaluationGroup.self), "The measures that it is taken with."),
    .field("better", \.better, .word(Direction.self), "Which way is better."),
    .field("share", \.isShare, .bool, "Whether it is a share, shown in percent."),
    .derived("mean", .score, "Over the runs.") { $0.mean },
    .derived("sd", .score, "Standard deviation over the runs; null for one.") { $0.standardDeviation },
    .field(
      "values", \.values, .array(of: .score), "One per run; of measures over pairs of runs, one per pair."),
    .field(
      "confidenceInterval", \.interval, .nullable(.interval),
      "[low, high]: the 95 % interval of the share over all images like these."),
    .field(
      "p", \.pValue, .score,
      "The largest over the runs, of tests that are paired by image; null where nothing is tested."),
    .field(
      "count", \.sampleCount, .count, "Images, nodes or edits that a value is of, in the run with the fewest."),
  ])
}

extension EvaluationCurve: WrittenRecord {
  package static let partName: String? = "EvaluationCurve"
  package static let fields = FieldList<EvaluationCurve>([
    .field("kind", \.kind, .word(Kind.self), "Whether concepts are masked one after another, or put back."),
    .field(
      "measure", \.measure, .word(Measure.self),
      "What is followed: the class's probability among the classes, or its logit less the mean of the other classes'."),
    .field(
      "order", \.order, .word(Order.self),
      "In which order: by the effect of masking that the reasoning network predicts (Shapley values), by contribution, by the effect on the "
        + "classifier of masking each concept alone, by the TCAV of plain ACE, by size, at random."),
    .derived("places", .array(of: .score), "Shares of the concepts, from 0 to 1.") { curve in
      curve.mean.indices.map { Double($0) / Double(max(1, curve.mean.count - 1)) }
    },
    .field("mean", \.mean, .array(of: .score), "The mean over images and runs."),
    .field("margin", \.margin, .array(of: .score), "Half the width of the mean's 95 % interval."),
  ])
}

extension EvaluationVerdict: WrittenRecord {
  package static let partName: String? = "EvaluationVerdict"
  package static let fields = FieldList<EvaluationVerdict>([
    .field("measure", \.measure, .anyString, "Its name."),
    .field("threshold", \.threshold, .score, "The requested value."),
    .field("value", \.value, .score, "Its mean; null where it could not be measured."),
    .field("met", \.isMet, .bool, "Whether it is as good or better."),
  ])
}
