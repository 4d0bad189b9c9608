import Concepts
import Fields
import Images

/// How present, how important and where a class's concepts are in one image. Points are in [0, 1]² and boxes in pixels
/// of the original image.
package struct ConceptScores: Sendable {
  package struct Score: Sendable {
    package var conceptID: String
    package var conceptName: String
    package var rank: Int
    package var presence: ConceptPresence
    /// How much the class's logit responds to it in this image; nil for a concept without activation vectors.
    package var sensitivity: ConceptSensitivity?
    package var tcav: Double
    package var place: (center: (x: Double, y: Double), box: Box)?

    package init(
      conceptID: String, conceptName: String, rank: Int, presence: ConceptPresence, sensitivity: ConceptSensitivity?,
      tcav: Double, place: (center: (x: Double, y: Double), box: Box)?
    ) {
      (self.conceptID, self.conceptName, self.rank, self.presence) = (conceptID, conceptName, rank, presence)
      (self.sensitivity, self.tcav, self.place) = (sensitivity, tcav, place)
    }
  }

  package var image: String
  package var className: String
  package var concepts: [Score]

  package init(image: String, className: String, concepts: [Score]) {
    (self.image, self.className, self.concepts) = (image, className, concepts)
  }
}

extension ConceptScores: WrittenRecord {
  package static let partName: String? = "ConceptScores"
  package static let fields = FieldList<ConceptScores>([
    .field("image", \.image, .anyString, "As the request named it."),
    .field("class", \.className, .anyString, "The class's label."),
    .field("concepts", \.concepts, .array(of: Score.written), "By rank."),
  ])
}

extension ConceptScores.Score: WrittenRecord {
  package static let partName: String? = "ConceptScore"
  package static let fields = FieldList<ConceptScores.Score>([
    .field("concept", \.conceptID, .anyString, "The concept's id."),
    .field("name", \.conceptName, .anyString, "What people call it."),
    .field("rank", \.rank, .count, "1 for the most important to the class."),
    .field("presence", \.presence, ConceptPresence.written, "How present it is in the image."),
    .derived(
      "importance", .written(importance, named: "Sensitivity"),
      "How much the class's logit depends on it, in this image and in general."
    ) { $0 },
    .field(
      "place", \.place, .nullable(.written(placeFields)),
      "Where its best patch is, detected or not; null where the image has no patch."),
  ])

  private static let importance = FieldList<ConceptScores.Score>([
    .derived(
      "derivative", .score,
      "Mean derivative of the class's logit of this image along the concept's activation vectors."
    ) { $0.sensitivity?.mean },
    .derived("sd", .score, "Its standard deviation over the vectors.") { $0.sensitivity?.standardDeviation },
    .derived("positive", .score, "Share of the vectors along which the logit rises.") {
      $0.sensitivity?.positiveShare
    },
    .field(
      "tcav", \.tcav, .score, "Mean TCAV score of the concept's discovery: how important it is to the class."),
  ])

  private static let placeFields = FieldList<(center: (x: Double, y: Double), box: Box)>([
    .field("center", \.center, .point, "Its centre."), .field("box", \.box, .box, "Its box."),
  ])
}
