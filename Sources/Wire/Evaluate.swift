import Evaluation
import Fields
import RPC

/// `vrx/evaluate`: how reliable explanations among some classes are.
package struct Evaluate: WireRequest {
  package static let method = "vrx/evaluate"
  package static let ordering = Ordering.read
  package static let lane = Lane.compute
  package static let summary =
    "Measures how reliable explanations among some classes are: runs the whole method again with several seeds on some of the images and "
    + "checks it on the rest. Existing concepts and graphs stay as they are."
  package typealias Result = EvaluationReport

  package var model: String
  package var classes: [WireClass]
  package var images: [(classReference: WireClass, images: [WireImage])]
  package var random: [WireImage]
  package var path: String?
  package var options: EvaluationOptions

  package init(_ reader: FieldReader) throws {
    model = try reader.model()
    classes = try reader.classes()
    images = try Train.images(reader, of: classes)
    random =
      try reader.optional(
        "random", .list(of: .image),
        "Images of anything else, or folders of them; those of all classes where absent.")
      ?? []
    path = try reader.optional("path", .path, "Where a page with tables and plots is written, an HTML file.")
    options = try reader.options(
      .options(EvaluationOptions.fields, blank: EvaluationOptions(), named: "EvaluateOptions"),
      blank: EvaluationOptions())
  }
}
