import RPC

/// `vrx/render`: draws an explanation.
public struct Render: WireRequest {
  /// The method's name.
  public static let method = "vrx/render"
  /// How it stands to other requests.
  public static let ordering = Ordering.read
  /// Where it runs.
  public static let lane = Lane.short

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
    let explanation = FieldType<Explain>(accepted: "the parameters or the result of vrx/explain") { value, field in
      let reader = try ParameterReader(value, path: field)
      return reader.has("explanations") ? try Explain(result: reader) : try Explain(reader)
    }
    self.explanation = try reader.required("explanation", explanation)
    let name = try reader.optional("format", .oneOf(Format.allCases.map(\.rawValue)))
    format = name.flatMap(Format.init(rawValue:)) ?? .png
    path = try reader.optional("path", .path)
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
    model = try reader.required("model", .string)
    graphModel = try reader.optional("graphModel", .string)
    images = try reader.required("images", .list(of: .image))
    path = try reader.required("path", .path)
    title = try reader.optional("title", .string)
    verify = try reader.optional("verify", .bool) ?? false
    _ = try reader.optional("format", .oneOf(["html"]))
  }
}
