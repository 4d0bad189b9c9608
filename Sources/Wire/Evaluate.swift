import RPC

/// `vrx/evaluate`: how far explanations among some classes can be believed.
package struct Evaluate: WireRequest {
  package static let method = "vrx/evaluate"
  package static let ordering = Ordering.write
  package static let lane = Lane.compute
  package static let summary =
    "How far explanations among some classes can be believed: the whole method, run anew with several seeds on a part of the images and "
    + "checked on the rest. Concepts and graphs that are there stay as they are."
  package static let result = Schema.evaluation

  /// The network's handle.
  package var model: String
  /// The classes.
  package var classes: [WireClass]
  /// Photographs and folders by class: those of `classes` first, then any others by name.
  package var images: [(classReference: WireClass, images: [WireImage])]
  /// Photographs of anything else, or folders of them; those of all classes where there are none.
  package var random: [WireImage]
  /// Where the page goes; nil for none.
  package var path: String?
  /// The options, unread.
  package var options: ParameterReader

  package init(_ reader: ParameterReader) throws {
    model = try reader.required("model", .string, "The network's handle or name.")
    classes = try reader.required("classes", .list(of: .classReference), "The classes, two or more.")
    images = try Train.images(reader, of: classes)
    random =
      try reader.optional(
        "random", .list(of: .image),
        "Photographs of anything else, or folders of them; those of all classes where absent.")
      ?? []
    path = try reader.optional("path", .path, "Where a page with tables and plots is written, an HTML file.")
    options = try reader.object("options", "What departs from the defaults; unknown names are refused.")
  }
}
