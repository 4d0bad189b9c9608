import Concepts
import Fields
import Images
import Tensors

/// A concept as clients see it. Boxes are in pixels of the original images.
package struct ConceptSummary: Sendable {
  package struct Patch: Sendable {
    package var image: String
    package var box: Box
    package var distance: Double

    package init(image: String, box: Box, distance: Double) {
      (self.image, self.box, self.distance) = (image, box, distance)
    }
  }
  package var id: String
  package var name: String
  package var className: String
  package var rank: Int
  package var tcav: TCAVSummary
  package var cavAccuracy: Double
  package var size: Int
  package var threshold: Double
  package var patches: [Patch]
  package var measures: ConceptMeasures

  package init(
    id: String, name: String, className: String, rank: Int, tcav: TCAVSummary, cavAccuracy: Double, size: Int,
    threshold: Double, patches: [Patch], measures: ConceptMeasures = ConceptMeasures()
  ) {
    self.measures = measures
    (self.id, self.name, self.className, self.rank, self.tcav) = (id, name, className, rank, tcav)
    (self.cavAccuracy, self.size, self.threshold, self.patches) = (cavAccuracy, size, threshold, patches)
  }
}

extension ConceptSummary: WrittenRecord {
  package static let partName: String? = "Concept"
  package static let fields = FieldList<ConceptSummary>(joining: [
    sheet, ConceptMeasures.fields.within(\ConceptSummary.measures),
  ])

  private static let sheet = FieldList<ConceptSummary>([
    .field("id", \.id, .anyString, "Its stable identity."),
    .field("name", \.name, .anyString, "What people call it."),
    .field("class", \.className, .anyString, "The class's label."),
    .field("rank", \.rank, .count, "1 for the most important."),
    .field("tcav", \.tcav, .written(TCAVSummary.importance, named: "Importance"), "How much it matters to the class."),
    .field("cavAccuracy", \.cavAccuracy, .score, "Held-out accuracy of its activation vectors."),
    .field("size", \.size, .count, "Patches in its cluster."),
    .field("threshold", \.threshold, .score, "The largest distance at which a patch still is this concept."),
    .field("patches", \.patches, .array(of: Patch.written), "Exemplars, nearest first."),
  ])
}

extension ConceptSummary.Patch: WrittenRecord {
  package static let partName: String? = "Patch"
  package static let fields = FieldList<ConceptSummary.Patch>([
    .field("image", \.image, .anyString, "As the request named it."),
    .field("box", \.box, .box),
    .field("distance", \.distance, .score, "From the concept's centre."),
  ])
}

extension TCAVSummary {
  /// The part of it that is published.
  static let importance = FieldList<TCAVSummary>([
    .field("mean", \.mean, .score, "Mean TCAV score."),
    .field("sd", \.standardDeviation, .score, "Standard deviation over the random sets."),
    .field("p", \.pValue, .score, "Of the two-sided t-test against random concepts."),
    .field("effect", \.effect, .score, "The graded measure that ranks concepts where TCAV is degenerate."),
    .derived(
      "confidenceInterval", .nullable(.interval),
      "[low, high]: the 95 % interval of the mean over all possible random sets; null for fewer than two sets."
    ) { $0.confidenceInterval },
    .derived("randomSets", .count, "Number of scores.") { $0.scores.count },
    .derived(
      "measure", .nullable(.word(TCAVMeasure.self)),
      "The measure that decides: TCAV scores, or mean derivatives where all scores are equal; null without a test."
    ) { $0.significance?.measure },
    .derived(
      "correctedP", .score, "p of the measure, corrected over the candidates: it decides significance."
    ) { $0.significance?.correctedPValue },
    .derived("correction", .nullable(.word(PValueCorrection.self)), "The correction of p.") {
      $0.significance?.correction
    },
    .derived("tests", .nullable(.count), "Candidates that p was corrected for.") { $0.significance?.tests },
  ])
}
