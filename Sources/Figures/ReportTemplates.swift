import Drawing
import Foundation
import Mustache

/// The report's Mustache templates, compiled into the module: no file is needed beside the executable.
enum ReportTemplates {
  typealias Values = [String: Any]

  /// Renders the template `body` inside a page of its own.
  static func page(title: String, body: String, values: Values) throws -> String {
    let library = try library()
    let style = try render("style", style, library)
    return try render(
      "page", ["title": title, "style": style, "body": try render(body, values, library)], library)
  }

  /// Colours of the scale for the style sheet.
  private static var style: Values {
    let scale = DivergingScale(values: [1])
    let gradient = [-1, -0.5, 0, 0.5, 1].map { scale.color($0).css }.joined(separator: ", ")
    return ["positive": scale.color(1).css, "negative": scale.color(-1).css, "gradient": gradient]
  }

  private static func library() throws -> MustacheLibrary {
    MustacheContentTypes.register(StrictHTML(), named: "VRX-HTML")
    var library = MustacheLibrary()
    let sources = [
      "page": PackageResources.page_mustache, "style": PackageResources.style_mustache,
      "reading": PackageResources.reading_mustache, "report": PackageResources.report_mustache,
      "concepts": PackageResources.concepts_mustache, "explanation": PackageResources.explanation_mustache,
      "evaluation": PackageResources.evaluation_mustache,
    ]
    for (name, source) in sources { try library.register(String(decoding: source, as: UTF8.self), named: name) }
    return library
  }

  private static func render(_ name: String, _ values: Values, _ library: MustacheLibrary) throws -> String {
    guard let text = library.render(values, withTemplate: name) else {
      throw DrawingError("The report's template \u{201c}\(name)\u{201d} is missing.")
    }
    return text
  }
}

/// Escapes by Unicode scalar: Mustache's own escaping goes by grapheme, and so lets a quotation mark through that
/// carries a combining accent.
private struct StrictHTML: MustacheContentType {
  func escapeText(_ text: String) -> String { MarkupText.escape(text) }
}
