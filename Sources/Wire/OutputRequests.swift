import Fields
import Images
import RPC

/// `vrx/render`: draws an explanation, a comparison or an intervention.
package struct Render: WireRequest {
  package static let method = "vrx/render"
  package static let ordering = Ordering.read
  package static let lane = Lane.inference
  package static let summary = "Draws an explanation, a comparison or an intervention."
  package typealias Result = (path: String?, base64: String?)
  package static let result = FieldType<Result>.written(
    FieldList([
      .optional("path", \.path, .anyString, "The written file, where a path was given."),
      .optional("base64", \.base64, .anyString, "The picture or page, where no path was given."),
    ]))

  package enum Format: String, Sendable, CaseIterable {
    case png
    case svg
    /// A page with tables.
    case html
    /// Vectors, one page.
    case pdf
  }

  /// What can be drawn.
  package enum Subject: Sendable {
    /// One image, why and why not.
    case explanation(Explain)
    case comparison(Compare)
    /// An image before and after edits.
    case intervention(Intervene)
  }

  package var subject: Subject
  package var format: Format
  package var path: String?

  package init(_ reader: FieldReader) throws {
    subject = try reader.required(
      "explanation", .subject(), "What to draw; it is computed again. An image that was sent inline must be sent again."
    )
    format = try reader.optional("format", .word(Format.self), default: .png, "The format.")
    path = try reader.optional("path", .path, "The file; where absent, the answer carries the picture or page.")
  }
}

extension FieldType where Value == Render.Subject {
  fileprivate static func subject() throws -> FieldType {
    FieldType(
      accepted: "the parameters or the result of vrx/explain or vrx/compare, or the parameters of vrx/intervene",
      schema: .anyOf([
        .named("ExplainParameters", .object(try Explain.parameters())), Explain.resultSchema,
        .named("CompareParameters", .object(try Compare.parameters())), Compare.resultSchema,
        .named("InterveneParameters", .object(try Intervene.parameters())),
      ]),
      example: .object(["model": .string("model"), "image": .string("image.png")])
    ) { value, field in
      let reader = try FieldReader(value, path: field)
      if reader.has("left") || reader.has("right") { return .comparison(try Compare(reader)) }
      if reader.has("edits") { return .intervention(try Intervene(reader)) }
      return .explanation(reader.has("explanations") ? try Explain(result: reader) : try Explain(reader))
    }
  }
}

/// `vrx/report`: writes a page about several images, and a picture of each beside it.
package struct WriteReport: WireRequest {
  package static let method = "vrx/report"
  package static let ordering = Ordering.read
  package static let lane = Lane.compute
  package static let summary = "Writes a page about several images, and a picture of each beside it."
  package typealias Result = (path: String, pictures: [String], skipped: [SkippedImage], seconds: Double)
  package static let result = FieldType<Result>.written(
    FieldList([
      .field("path", \.path, .anyString, "The page."),
      .field("pictures", \.pictures, .array(of: .anyString), "The pictures, by image."),
      .skipped(\.skipped),
      .field("seconds", \.seconds, .score, "Seconds it took."),
    ]))

  package var model: String
  package var graphModel: String?
  package var images: [WireImage]
  package var path: String
  package var title: String?
  package var verify: Bool

  package init(_ reader: FieldReader) throws {
    model = try reader.model()
    graphModel = try reader.latestGraphModel()
    images = try reader.images()
    path = try reader.required("path", .path, "The page's file.")
    title = try reader.optional("title", .string, "The page's heading.")
    verify = try reader.verify()
    _ = try reader.optional("format", .oneOf(["html"]), "The only format.")
  }
}
