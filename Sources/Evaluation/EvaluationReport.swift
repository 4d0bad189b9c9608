import Fields
import Images
import Structure
import Tensors

/// Result of `Engine.evaluate`.
package struct EvaluationReport: Sendable {
  /// Handle of the model.
  package var model: String
  /// What it is called.
  package var modelName: String
  /// The layer at which concepts were sought.
  package var layer: String
  /// Labels of the classes.
  package var classes: [String]
  /// Seeds of the runs.
  package var seeds: [UInt64]
  /// Images that were fitted on, by class, in the order of `classes`.
  package var fittedCounts: [Int]
  /// Held-out images as the request named them, by class.
  package var heldOut: [[String]]
  /// The measures.
  package var measures: [EvaluationMeasure]
  /// Mean curves.
  package var curves: [EvaluationCurve]
  /// The controls of each run.
  package var controls: [[TrainingControl]]
  /// What was asked of measures, and whether it is met.
  package var verdicts: [EvaluationVerdict]
  /// Files passed over.
  package var skipped: [SkippedImage]
  /// Seconds by stage.
  package var seconds: [String: Double]
  /// Remarks for people.
  package var notes: [String]
  /// Plain English built from the numbers.
  package var summary: String
  /// The page that was written; nil where none was asked for.
  package var path: String?
}

/// A number with its spread over the runs.
package struct EvaluationMeasure: Sendable, Equatable {
  /// Which way is better.
  package enum Direction: String, Sendable, CaseIterable {
    /// The more the better.
    case higher
    /// The less the better.
    case lower
  }

  /// Its name in results and thresholds.
  package var name: String
  /// What it is, for people.
  package var title: String
  /// What it is measured with.
  package var group: EvaluationGroup
  /// Which way is better.
  package var better: Direction
  /// Whether it is a share, to be told in percent.
  package var isShare: Bool
  /// One per run; of measures over pairs of runs, one per pair.
  package var values: [Double]
  /// Holds what it would be over all images like these with a probability of 95 %: Wilson's interval for shares; nil where there is none.
  package var interval: ClosedRange<Double>?
  /// The largest p over the runs, of tests that are paired by image; nil where nothing is tested.
  package var pValue: Double?
  /// Images, nodes or edits that a value is of, in the run with the fewest.
  package var sampleCount: Int

  /// Mean over the runs.
  package var mean: Double { Statistics.mean(values) ?? .nan }
  /// Standard deviation over the runs; nil for one.
  package var standardDeviation: Double? { Statistics.standardDeviation(values) }
}

/// Mean probability or margin of the class as concepts are masked or put back in some order.
package struct EvaluationCurve: Sendable, Equatable {
  /// What is done to the concepts.
  package enum Kind: String, Sendable, CaseIterable {
    /// One after another is masked.
    case deletion
    /// All are masked, then one after another is put back.
    case insertion
  }
  /// What is followed.
  package enum Measure: String, Sendable, CaseIterable {
    /// The class's probability among the classes.
    case probability
    /// The class's logit less the mean of the other classes'.
    case margin
  }
  /// In which order.
  package enum Order: String, Sendable, CaseIterable {
    /// What the graph network foretells to be worth most first: by `ReasoningNetwork.maskingValues`.
    case foretold
    /// What contributes most first.
    case contribution
    /// By what masking each alone does to the classifier, which is asked for it.
    case verified
    /// By the TCAV of plain ACE, found without the attention filter.
    case ace
    /// The largest first: what any order must beat that is to say more than how much of the picture is gone.
    case largest
    /// At random.
    case random

    /// It, in a sentence.
    package var words: String {
      switch self {
      case .foretold: "as the graph foretells"
      case .contribution: "by contribution"
      case .verified: "as verified one by one"
      case .ace: "in the order of plain ACE"
      case .largest: "with the largest first"
      case .random: "in random order"
      }
    }
  }

  /// What is done.
  package var kind: Kind
  /// What is followed.
  package var measure: Measure
  /// In which order.
  package var order: Order
  /// Mean over images and runs at evenly spaced shares of the concepts, from none to all.
  package var mean: [Double]
  /// Half the width of the 95 % interval of that mean, images being drawn.
  package var margin: [Double]
}

/// A threshold that was asked for.
package struct EvaluationVerdict: Sendable, Equatable {
  /// The measure's name.
  package var measure: String
  /// What was asked.
  package var threshold: Double
  /// What it is; nil where it could not be measured.
  package var value: Double?
  /// Whether it is as good or better.
  package var isMet: Bool
}

extension EvaluationReport: WrittenRecord {
  package static let partName: String? = "Evaluation"
  package static let fields = FieldList<EvaluationReport>([
    .field("model", \.model, .anyString, "The network's handle."),
    .field("name", \.modelName, .anyString, "What it is called."),
    .field("layer", \.layer, .anyString, "The layer at which concepts were sought."),
    .field("classes", \.classes, .array(of: .anyString), "Their labels."),
    .field("seeds", \.seeds, .array(of: .seed), "Of the runs."),
    .derived("fitted", .map(of: .count, allowsEmpty: true), "Images that were fitted on, by class.") {
      $0.byClass($0.fittedCounts)
    },
    .derived(
      "heldOut", .map(of: .array(of: .anyString), allowsEmpty: true), "Images that nothing was fitted on, by class."
    ) { $0.byClass($0.heldOut) },
    .field("measures", \.measures, .array(of: EvaluationMeasure.written), "With their spread over the runs."),
    .field(
      "curves", \.curves, .array(of: EvaluationCurve.written),
      "What becomes of the class as concepts are masked and put back."),
    .field(
      "controls", \.controls, .array(of: .array(of: TrainingControl.type)),
      "Of each run, measured on the held-out images."),
    .field("verdicts", \.verdicts, .array(of: EvaluationVerdict.written), "One per threshold that was asked for."),
    .field("skipped", \.skipped, .array(of: SkippedImage.type), "Images that could not be used."),
    .field("seconds", \.seconds, .seconds, "Seconds by stage, all runs together."),
    .field("notes", \.notes, .array(of: .anyString), "Remarks for people."),
    .field("summary", \.summary, .anyString, "Plain English, built from the numbers."),
    .optional("path", \.path, .anyString, "The page, where one was asked for."),
  ])

  private func byClass<Value>(_ values: [Value]) -> [String: Value] {
    Dictionary(zip(classes, values).map { ($0, $1) }, uniquingKeysWith: { first, _ in first })
  }
}

extension EvaluationMeasure: WrittenRecord {
  package static let partName: String? = "EvaluationMeasure"
  package static let fields = FieldList<EvaluationMeasure>([
    .field("name", \.name, .anyString, "Its name, also in `thresholds`."),
    .field("title", \.title, .anyString, "What it is, for people."),
    .field("group", \.group, .word(EvaluationGroup.self), "What it is measured with."),
    .field("better", \.better, .word(Direction.self), "Which way is better."),
    .field("share", \.isShare, .bool, "Whether it is a share, shown in percent."),
    .derived("mean", .score, "Over the runs.") { $0.mean },
    .derived("sd", .score, "Standard deviation over the runs; null for one.") { $0.standardDeviation },
    .field(
      "values", \.values, .array(of: .score), "One per run; of measures over pairs of runs, one per pair."),
    .field(
      "confidenceInterval", \.interval, .nullable(.interval),
      "[low, high]: holds what the share would be over all images like these with a probability of 95 %."),
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
      "In which order: as the reasoning network predicts masking (Shapley values), by contribution, by what masking each alone does to the "
        + "classifier, by the TCAV of plain ACE, the largest first, at random."),
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
    .field("threshold", \.threshold, .score, "What was asked."),
    .field("value", \.value, .score, "Its mean; null where it could not be measured."),
    .field("met", \.isMet, .bool, "Whether it is as good or better."),
  ])
}
