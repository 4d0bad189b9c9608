import Fields
import Foundation
import Images

/// Result of `vrx/intervene`.
package struct InterventionReport: Sendable {
  /// What a node or an edge adds to its class's score, before and after.
  package struct Change: Sendable {
    package var className: String
    package var part: String
    package var from: Int
    package var to: Int?
    package var before: Double
    package var after: Double
    package var delta: Double { after - before }
    package var isEdited: Bool
    /// What the concept is worth to the classifier before and after; nil where that was not measured, or not against the
    /// same classes.
    package var measured: (before: Double, after: Double)?

    package init(
      className: String, part: String, from: Int, to: Int?, before: Double, after: Double, isEdited: Bool
    ) {
      (self.className, self.part, self.from, self.to, self.before) = (className, part, from, to, before)
      (self.after, self.isEdited) = (after, isEdited)
    }
  }

  package var picture: RGBImage
  package var before: ExplanationReport
  package var after: ExplanationReport
  package var changes: [Change]
  package var locality: Double?
  package var summary: String

  package init(
    picture: RGBImage, before: ExplanationReport, after: ExplanationReport, changes: [Change], locality: Double?,
    summary: String
  ) {
    (self.picture, self.before, self.after, self.changes, self.locality) = (picture, before, after, changes, locality)
    self.summary = summary
  }

  /// What the concept of a change is worth to the classifier before and after. A concept that is not seen is worth
  /// nothing.
  package func measured(_ change: Change) -> (before: Double, after: Double)? {
    func explanation(_ report: ExplanationReport) -> ExplanationReport.ClassExplanation? {
      report.explanations.first { $0.className == change.className }
    }
    guard change.to == nil, let old = explanation(before), let new = explanation(after), let margin = old.measured,
      margin.against == new.measured?.against
    else { return nil }
    func effect(_ explanation: ExplanationReport.ClassExplanation) -> Double? {
      let node = explanation.nodes.first { $0.node.number == change.from }
      return node?.measured?.part.effect ?? (node?.node.detected == false ? 0 : nil)
    }
    guard let before = effect(old), let after = effect(new) else { return nil }
    return (before, after)
  }
}

extension InterventionReport: WrittenRecord {
  package static let partName: String? = "Intervention"
  package static let fields = FieldList<InterventionReport>([
    .field("image", \.picture, .png, "The edited picture, of the original's size: a PNG file in base64."),
    .field("before", \.before, ExplanationReport.written, "The explanation of the image as it is."),
    .field(
      "after", \.after, ExplanationReport.written,
      "The explanation of the edited picture; concepts that no edit touches stay where they were, unless rematch is requested."
    ),
    .field("changes", \.changes, .array(of: Change.written), "In the edited classes' graphs, the largest first."),
    .field(
      "locality", \.locality, .score, "Share of the change that lies in what was edited and its relations."),
    .field("summary", \.summary, .anyString, "Plain English, built from the numbers."),
  ])
}

extension InterventionReport.Change: WrittenRecord {
  package static let partName: String? = "Change"
  package static let fields = FieldList<InterventionReport.Change>([
    .field("class", \.className, .anyString, "The class whose graph it is of."),
    .field("name", \.part, .anyString, "The concept's name, or those of a relation's ends."),
    .field("from", \.from, .count, "Number of the concept, or of the relation's source, from 1."),
    .field("to", \.to, .nullable(.count), "Number of the relation's target; null for a concept."),
    .field("before", \.before, .score, "What it adds to the class's score before."),
    .field("after", \.after, .score, "What it adds after."),
    .derived("delta", .score, "After less before.") { $0.delta },
    .field(
      "edited", \.isEdited, .bool,
      "Whether the edits hide or cover its patch, or put there what is now seen as it; or it is a relation of such a concept."
    ),
    .optional(
      "measured", \.measured, .written(measuredFields, named: "MeasuredChange"),
      "What the concept is worth to the classifier itself; absent for a relation, and where it was not measured against the same classes "
        + "before and after."),
  ])

  private static let measuredFields = FieldList<(before: Double, after: Double)>([
    .field("before", \.before, .score, "In logits of the margin, before."),
    .field("after", \.after, .score, "After; 0 where it is no longer seen."),
    .derived("delta", .score, "After less before.") { $0.after - $0.before },
  ])
}

extension FieldType where Value == RGBImage {
  /// A picture as a PNG file in base64, which is only written.
  fileprivate static var png: FieldType {
    FieldType<String>.anyString.mapped { _ in
      nil
    } from: {
      Data($0.pngData()).base64EncodedString()
    }
  }
}
