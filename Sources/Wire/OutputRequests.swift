import RPC

/// `vrx/render`: draws an explanation.
public struct Render: WireRequest {
  /// The method's name.
  public static let method = "vrx/render"
  /// How it stands to other requests.
  public static let ordering = Ordering.read
  /// Where it runs.
  public static let lane = Lane.inference
  /// What it does.
  public static let summary = "Draws an explanation."
  /// What it answers.
  public static let result = Schema.object([
    .init("path", .string, "The file written, where a path was given.", isOptional: true),
    .init("base64", .string, "The picture or page, where no path was given.", isOptional: true),
  ])

  /// The formats.
  public enum Format: String, Sendable, CaseIterable {
    /// Pixels.
    case png
    /// Vectors.
    case svg
    /// A page with tables.
    case html
    /// Vectors, one page.
    case pdf
  }

  /// The explanation to draw, asked for anew.
  public var explanation: Explain
  /// The format.
  public var format: Format
  /// Where to write it; nil sends it in the answer.
  public var path: String?

  /// Reads the parameters; throws `RPCError` −32602.
  public init(_ reader: ParameterReader) throws {
    let explanation = FieldType<Explain>(
      accepted: "the parameters or the result of vrx/explain",
      schema: .anyOf([.named("ExplainParameters", .object(try Explain.parameters())), .explanation]),
      example: .object(["model": .string("model"), "image": .string("image.png")])
    ) { value, field in
      let reader = try ParameterReader(value, path: field)
      return reader.has("explanations") ? try Explain(result: reader) : try Explain(reader)
    }
    self.explanation = try reader.required(
      "explanation", explanation, "What to draw; it is computed anew. An image that was sent inline must be sent again."
    )
    format = try reader.optional("format", .word(Format.self), default: .png, "The format.")
    path = try reader.optional("path", .path, "Where to write it; absent, it comes with the answer.")
  }
}

/// `vrx/report`: writes a page about several images, and a picture of each beside it.
public struct WriteReport: WireRequest {
  /// The method's name.
  public static let method = "vrx/report"
  /// How it stands to other requests.
  public static let ordering = Ordering.write
  /// Where it runs.
  public static let lane = Lane.compute
  /// What it does.
  public static let summary = "Writes a page about several images, and a picture of each beside it."
  /// What it answers.
  public static let result = Schema.object([
    .init("path", .string, "The page."),
    .init("pictures", .array(of: .string), "The pictures, by image."),
    .init("skipped", .array(of: .skippedImage), "Images that could not be used."),
    .init("seconds", .score, "Seconds it took."),
  ])

  /// The network's handle.
  public var model: String
  /// The reasoning network's handle; the latest where nil.
  public var graphModel: String?
  /// The photographs.
  public var images: [WireImage]
  /// The page's file.
  public var path: String
  /// The page's heading.
  public var title: String?
  /// Whether the classifier itself is asked about each concept.
  public var verify: Bool

  /// Reads the parameters; throws `RPCError` −32602.
  public init(_ reader: ParameterReader) throws {
    model = try reader.required("model", .string, "The network's handle or name.")
    graphModel = try reader.optional("graphModel", .string, "The reasoning network's handle; the latest where absent.")
    images = try reader.required("images", .list(of: .image), "The photographs.")
    path = try reader.required("path", .path, "The page's file.")
    title = try reader.optional("title", .string, "The page's heading.")
    verify = try reader.optional(
      "verify", .bool, default: false, "Whether the classifier itself is asked about each concept.")
    _ = try reader.optional("format", .oneOf(["html"]), "The only format.")
  }
}
