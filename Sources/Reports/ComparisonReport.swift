import Fields
import Structure

/// Result of `vrx/compare`: what explains the difference of two scores. The deltas of `differences` and `remainder`
/// add up to it.
package struct ComparisonReport: Sendable {
  package struct Side: Sendable {
    package var model: String
    package var graphModel: String
    package var image: String
    package var className: String
    package var score: Double
    package var prediction: Prediction
    package var fidelity: Fidelity
    /// What its concepts are worth to the classifier; nil where it was not asked.
    package var measured: MeasuredReasons?

    package init(
      model: String, graphModel: String, image: String, className: String, score: Double, prediction: Prediction,
      fidelity: Fidelity, measured: MeasuredReasons? = nil
    ) {
      self.measured = measured
      (self.model, self.graphModel, self.image, self.className) = (model, graphModel, image, className)
      (self.score, self.prediction, self.fidelity) = (score, prediction, fidelity)
    }
  }

  /// A concept or a relation, and what it adds to each side's score.
  package struct Difference: Sendable {
    package var className: String
    package var concepts: [(id: String, name: String)]
    package var isSeen: (left: Bool?, right: Bool?)
    package var left: Double?
    package var right: Double?
    /// What the concept is worth to the classifier on each side; nil where that was not measured on either.
    package var measured: Measured?
    /// Left less right; a missing node or edge counts 0.
    package var delta: Double { (left ?? 0) - (right ?? 0) }

    /// Effects in logits of the sides' margins.
    package struct Measured: Sendable {
      package var left: Double?
      package var right: Double?
      /// Left less right; a side without it counts 0.
      package var delta: Double { (left ?? 0) - (right ?? 0) }

      /// nil where neither side has a value.
      package init?(left: Double?, right: Double?) {
        guard left != nil || right != nil else { return nil }
        (self.left, self.right) = (left, right)
      }
    }

    package init(
      className: String, concepts: [(id: String, name: String)], isSeen: (left: Bool?, right: Bool?), left: Double?,
      right: Double?, measured: Measured? = nil
    ) {
      self.measured = measured
      (self.className, self.concepts, self.isSeen, self.left, self.right) = (className, concepts, isSeen, left, right)
    }
  }

  package var left: Side
  package var right: Side
  package var differences: [Difference]
  package var remainder: (left: Double, right: Double)
  package var summary: String
  /// Whether the classifier was asked.
  package var isMeasured: Bool { left.measured != nil && right.measured != nil }

  package init(
    left: Side, right: Side, differences: [Difference], remainder: (left: Double, right: Double), summary: String
  ) {
    (self.left, self.right, self.differences, self.remainder) = (left, right, differences, remainder)
    self.summary = summary
  }
}

extension ComparisonReport: WrittenRecord {
  package static let partName: String? = "Comparison"
  package static let fields = FieldList<ComparisonReport>([
    .field("left", \.left, Side.written, "The one side."),
    .field("right", \.right, Side.written, "The other side."),
    .field(
      "differences", \.differences, .array(of: Difference.written),
      "Concepts and relations, the largest difference first; those that were measured come before the others."),
    .group(
      "remainder", "What other graphs and the bias add: together with the differences it gives the scores.",
      [
        .field("left", \.remainder.left, .score, "Of the left score."),
        .field("right", \.remainder.right, .score, "Of the right score."),
        .derived("delta", .score, "Left less right.") { $0.remainder.left - $0.remainder.right },
      ]),
    .field("summary", \.summary, .anyString, "Plain English, built from the numbers."),
  ])
}

extension ComparisonReport.Side: WrittenRecord {
  package static let partName: String? = "ComparedSide"
  package static let fields = FieldList<ComparisonReport.Side>([
    .field("model", \.model, .anyString, "The network's handle."),
    .field("graphModel", \.graphModel, .anyString, "The reasoning network's handle."),
    .field("image", \.image, .anyString, "As the request named it."),
    .field("class", \.className, .anyString, "The class's label."),
    .field("score", \.score, .score, "The reasoning network's output for the class."),
    .field("logit", \.prediction.logit, .score, "The classifier's output for the class."),
    .field("probability", \.prediction.probability, .score, "Softmax over the reasoning network's classes."),
    .field("fidelity", \.fidelity, Fidelity.type, "Of the reasoning network on held-out images."),
    .optional(
      "measured", \.measured, MeasuredReasons.written,
      "What the parts of the picture are worth to the classifier itself. Not with evidence \"predicted\"."),
  ])
}

extension ComparisonReport.Difference: WrittenRecord {
  package static let partName: String? = "Difference"
  package static let fields = FieldList<ComparisonReport.Difference>([
    .field("class", \.className, .anyString, "The class whose graph it is of."),
    .derivedOptional("concept", .anyString, "The concept's id, for a concept.") {
      $0.isRelation ? nil : $0.concepts.first?.id ?? ""
    },
    .group(
      "edge", "The concepts, for a relation.", when: { $0.isRelation },
      [
        .derived("from", .anyString, "The source concept's id.") { $0.concepts[0].id },
        .derived("to", .anyString, "The target concept's id.") { $0.concepts[1].id },
      ]),
    .derived("name", .anyString, "What people call it.") { $0.concepts.map(\.name).joined(separator: " → ") },
    .group(
      "detected",
      "Whether it is seen; for a relation, both its ends. Null where the side has no such concept or relation.",
      [
        .field("left", \.isSeen.left, .nullable(.bool), "On the left side."),
        .field("right", \.isSeen.right, .nullable(.bool), "On the right side."),
      ]),
    .field("left", \.left, .score, "What it adds to the left score; null where that side does not have it."),
    .field("right", \.right, .score, "What it adds to the right score; null where that side does not have it."),
    .derived("delta", .score, "Left less right.") { $0.delta },
    .optional(
      "measured", \.measured, .written(measuredFields, named: "MeasuredDifference"),
      "What the concept is worth to the classifier itself; absent for a relation, and where it was not measured."),
  ])

  private static let measuredFields = FieldList<Measured>([
    .optional("left", \.left, .score, "In logits of the left margin; absent where it is not measured on that side."),
    .optional("right", \.right, .score, "In logits of the right margin; absent where it is not measured on that side."),
    .derived("delta", .score, "Left less right: above 0, it speaks for the left side.") { $0.delta },
  ])

  /// Whether it is a relation of two concepts.
  var isRelation: Bool { concepts.count == 2 }
}
