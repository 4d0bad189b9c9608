import Fields
import Images
import Structure

/// Result of `vrx/diagnose`: what a classifier gets wrong in a labelled set, and why.
package struct DiagnosisReport: Sendable {
  /// A concept or relation that moves a prediction.
  package struct Evidence: Sendable {
    package var className: String
    package var part: String
    package var contribution: Double
    package var isSeen: Bool
    package var type: ErrorType

    package init(className: String, part: String, contribution: Double, isSeen: Bool, type: ErrorType) {
      (self.className, self.part, self.contribution, self.isSeen) = (className, part, contribution, isSeen)
      self.type = type
    }
  }

  /// The substitution of a blamed concept, tested on the classifier itself.
  package struct Correction: Sendable {
    package var replaced: String
    package var by: String
    package var corrects: Bool
    package var marginChange: Double
    package var randomCorrects: Bool

    package init(replaced: String, by: String, corrects: Bool, marginChange: Double, randomCorrects: Bool) {
      (self.replaced, self.by, self.corrects, self.marginChange) = (replaced, by, corrects, marginChange)
      self.randomCorrects = randomCorrects
    }
  }

  /// One wrong prediction.
  package struct Mistake: Sendable {
    package var image: String
    package var truth: String
    package var predicted: String
    package var type: ErrorType?
    package var shares: [ErrorType: Double]
    package var evidence: [Evidence]
    package var correction: Correction?
    package var isFollowed: Bool

    package init(
      image: String, truth: String, predicted: String, type: ErrorType?, shares: [ErrorType: Double],
      evidence: [Evidence], correction: Correction?, isFollowed: Bool
    ) {
      (self.image, self.truth, self.predicted, self.type, self.shares) = (image, truth, predicted, type, shares)
      (self.evidence, self.correction, self.isFollowed) = (evidence, correction, isFollowed)
    }
  }

  package var graphModel: String
  package var classes: [String]
  package var confusion: [[Int]]
  package var mistakes: [Mistake]
  package var suggestions: [String]
  package var skipped: [SkippedImage]
  package var summary: String

  package init(
    graphModel: String, classes: [String], confusion: [[Int]], mistakes: [Mistake], suggestions: [String],
    skipped: [SkippedImage], summary: String
  ) {
    (self.graphModel, self.classes, self.confusion, self.mistakes) = (graphModel, classes, confusion, mistakes)
    (self.suggestions, self.skipped, self.summary) = (suggestions, skipped, summary)
  }
}

extension DiagnosisReport: WrittenRecord {
  package static let partName: String? = "Diagnosis"
  package static let fields = FieldList<DiagnosisReport>([
    .field("graphModel", \.graphModel, .anyString, "The reasoning network's handle."),
    .group(
      "confusion", "Which class is taken for which.",
      [
        .field("classes", \.classes, .array(of: .anyString), "The classes' labels."),
        .field(
          "counts", \.confusion, .array(of: .array(of: .count)), "Images by true class, then by predicted class."),
      ]),
    .field("errors", \.mistakes, .array(of: Mistake.written), "The wrong predictions."),
    .field(
      "suggestions", \.suggestions, .array(of: .anyString),
      "What to add to the training data, the most important first."),
    .field("skipped", \.skipped, .array(of: SkippedImage.type), "Images that could not be used."),
    .field("summary", \.summary, .anyString, "Plain English, built from the numbers."),
  ])
}

extension DiagnosisReport.Mistake: WrittenRecord {
  package static let partName: String? = "Mistake"
  package static let fields = FieldList<DiagnosisReport.Mistake>([
    .field("image", \.image, .anyString, "As the request named it."),
    .field("truth", \.truth, .anyString, "The class that it is listed under."),
    .field("predicted", \.predicted, .anyString, "The class that the classifier predicts."),
    .field(
      "type", \.type, .nullable(.errorType), "The type of error; null where nothing in the graphs is to blame."),
    .derived("shares", .map(of: .score, allowsEmpty: true), "Shares of the blame by type.") {
      Dictionary($0.shares.map { ($0.key.rawValue, $0.value) }, uniquingKeysWith: { $1 })
    },
    .field("evidence", \.evidence, .array(of: DiagnosisReport.Evidence.written), "The largest contribution first."),
    .field("followed", \.isFollowed, .bool, "Whether the reasoning network makes the same mistake."),
    .optional(
      "correction", \.correction, DiagnosisReport.Correction.written,
      "The substitution of the seen concept that is most to blame."),
  ])
}

extension DiagnosisReport.Evidence: WrittenRecord {
  package static let partName: String? = "Evidence"
  package static let fields = FieldList<DiagnosisReport.Evidence>([
    .field("class", \.className, .anyString, "The class whose graph it is of."),
    .field("name", \.part, .anyString, "The concept's name, or those of a relation's ends."),
    .field(
      "contribution", \.contribution, .score, "What it adds to the predicted class's score less the true class's."),
    .field("detected", \.isSeen, .bool, "Whether the concept, or both of a relation's ends, are seen."),
    .field("type", \.type, .errorType, "The type of error that it speaks for."),
  ])
}

extension DiagnosisReport.Correction: WrittenRecord {
  package static let partName: String? = "Correction"
  package static let fields = FieldList<DiagnosisReport.Correction>([
    .field("replaced", \.replaced, .anyString, "The concept whose patch was replaced."),
    .field("by", \.by, .anyString, "The concept of the true class whose exemplar took its place."),
    .field("corrects", \.corrects, .bool, "Whether the classifier then predicts the true class."),
    .field("marginChange", \.marginChange, .score, "Change of the true class's logit less the predicted class's."),
    .field("randomCorrects", \.randomCorrects, .bool, "Whether a random patch at the same place corrects it as well."),
  ])
}

extension FieldType where Value == ErrorType {
  fileprivate static var errorType: FieldType { .word(ErrorType.self).named("ErrorType") }
}
