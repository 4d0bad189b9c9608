import RPC

/// `model/load`: loads a network.
public struct LoadModel: WireRequest {
  /// The method's name.
  public static let method = "model/load"
  /// How it stands to other requests.
  public static let ordering = Ordering.write
  /// Where it runs.
  public static let lane = Lane.compute

  /// Where labels come from.
  public enum Labels: Sendable, Equatable {
    /// A file.
    case path(String)
    /// One per class.
    case list([String])
  }

  /// Preprocessing; nil fields take the default.
  public struct Preprocessing: Sendable, Equatable {
    /// Width and height, or one number for both; pixels.
    public var size: [Int]?
    /// "stretch" or "shortestSide".
    public var resize: String?
    /// Per channel, in `channelOrder`.
    public var mean: [Double]?
    /// Per channel, in `channelOrder`.
    public var std: [Double]?
    /// Factor on pixel values in [0, 1].
    public var scale: Double?
    /// "rgb" or "bgr".
    public var channelOrder: String?
    /// "nchw" or "nhwc".
    public var layout: String?

    /// Largest input extent, in pixels.
    static let largestSide = 8192

    init(_ reader: ParameterReader) throws {
      let side = FieldType<Int>.int(in: 1...Self.largestSide)
      size = try reader.optional("size", Self.size(of: side))
      resize = try reader.optional("resize", .oneOf(["stretch", "shortestSide"]))
      mean = try reader.optional("mean", .list(of: .number()))
      std = try reader.optional("std", .list(of: .number()))
      scale = try reader.optional("scale", .number())
      channelOrder = try reader.optional("channelOrder", .oneOf(["rgb", "bgr", "RGB", "BGR"]))
      layout = try reader.optional("layout", .oneOf(["nchw", "nhwc", "NCHW", "NHWC"]))
    }

    private static func size(of side: FieldType<Int>) -> FieldType<[Int]> {
      let accepted = "\(side.accepted), or an array of two: width and height"
      return FieldType(accepted: accepted) { value, field in
        guard case .array(let elements) = value else { return [try side.read(value, field)] }
        guard elements.count == 2 else {
          throw ParameterReader.failure(field, given: value, accepted: accepted)
        }
        return try elements.enumerated().map { try side.read($1, "\(field)[\($0)]") }
      }
    }
  }

  /// The ONNX file.
  public var path: String
  /// Labels, if given.
  public var labels: Labels?
  /// What to call it.
  public var name: String?
  /// How images become inputs.
  public var preprocessing: Preprocessing
  /// The layer to use where a request names none.
  public var layer: String?
  /// "f32" or "bf16".
  public var precision: String?

  /// Reads the parameters; throws `RPCError` −32602.
  public init(_ reader: ParameterReader) throws {
    path = try reader.required("path", .path)
    labels = try reader.optional(
      "labels",
      FieldType(accepted: "a path or an array of strings") { value, field in
        if case .array = value { return .list(try FieldType<[String]>.list(of: .string).read(value, field)) }
        return .path(try FieldType<String>.path.read(value, field))
      })
    name = try reader.optional("name", .string)
    preprocessing = try Preprocessing(reader.object("preprocessing"))
    layer = try reader.optional("layer", .string)
    precision = try reader.optional("precision", .oneOf(["f32", "bf16"]))
  }
}

/// `model/list`: the loaded networks.
public struct ListModels: WireRequest {
  /// The method's name.
  public static let method = "model/list"
  /// How it stands to other requests.
  public static let ordering = Ordering.read
  /// Where it runs.
  public static let lane = Lane.short

  /// Reads the parameters; throws `RPCError` −32602.
  public init(_ reader: ParameterReader) throws {}
}

/// `model/unload`: forgets a network and what was derived from it.
public struct UnloadModel: WireRequest {
  /// The method's name.
  public static let method = "model/unload"
  /// How it stands to other requests.
  public static let ordering = Ordering.write
  /// Where it runs.
  public static let lane = Lane.short

  /// The network's handle.
  public var model: String

  /// Reads the parameters; throws `RPCError` −32602.
  public init(_ reader: ParameterReader) throws { model = try reader.required("model", .string) }
}

/// `model/classify`: the most probable classes of each image.
public struct Classify: WireRequest {
  /// The method's name.
  public static let method = "model/classify"
  /// How it stands to other requests.
  public static let ordering = Ordering.read
  /// Where it runs.
  public static let lane = Lane.short

  /// Classes per image unless told otherwise.
  public static let defaultTopK = 5

  /// The network's handle.
  public var model: String
  /// The images.
  public var images: [WireImage]
  /// Classes per image.
  public var topK: Int

  /// Reads the parameters; throws `RPCError` −32602.
  public init(_ reader: ParameterReader) throws {
    model = try reader.required("model", .string)
    images = try reader.required("images", .list(of: .image))
    topK = try reader.optional("topK", .int(in: 1...Int.max)) ?? Self.defaultTopK
  }
}
