import Evaluation
import Fields
import RPC

/// `vrx/evaluate`: how far explanations among some classes can be believed.
package struct Evaluate: WireRequest {
  package static let method = "vrx/evaluate"
  package static let ordering = Ordering.write
  package static let lane = Lane.compute
  package static let summary =
    "How far explanations among some classes can be believed: the whole method, run anew with several seeds on a part of the images and "
    + "checked on the rest. Concepts and graphs that are there stay as they are."
  package typealias Result = EvaluationReport

  package var model: String
  package var classes: [WireClass]
  package var images: [(classReference: WireClass, images: [WireImage])]
  package var random: [WireImage]
  package var path: String?
  package var options: EvaluationOptions

  package init(_ reader: FieldReader) throws {
    model = try reader.required("model", .string, "The network's handle or name.")
    classes = try reader.required("classes", .list(of: .classReference), "The classes, two or more.")
    images = try Train.images(reader, of: classes)
    random =
      try reader.optional(
        "random", .list(of: .image),
        "Photographs of anything else, or folders of them; those of all classes where absent.")
      ?? []
    path = try reader.optional("path", .path, "Where a page with tables and plots is written, an HTML file.")
    options =
      try reader.optional(
        "options", .options(EvaluationOptions.fields, blank: EvaluationOptions(), named: "EvaluateOptions"),
        "What departs from the defaults; unknown names are refused.") ?? EvaluationOptions()
  }
}
