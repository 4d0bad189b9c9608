import RPC

/// `model/load`: loads a network.
public struct LoadModel: WireRequest {
  /// The method's name.
  public static let method = "model/load"
  /// How it stands to other requests.
  public static let ordering = Ordering.write
  /// Where it runs.
  public static let lane = Lane.compute
  /// What it does.
  public static let summary = "Loads an ONNX network; the same bytes loaded twice are one model."
  /// What it answers.
  public static let result = Schema.model

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
      size = try reader.optional(
        "size", Self.size(of: side), "Width and height of the input in pixels, or one number for both.")
      resize = try reader.optional(
        "resize", .oneOf(["stretch", "shortestSide"]),
        "How an image becomes the input's size: stretched, or its shortest side fitted and the centre cut out.")
      mean = try reader.optional(
        "mean", .list(of: .number()), "Subtracted after scaling, per channel in channelOrder.")
      std = try reader.optional(
        "std", .list(of: .number()), "Divides what remains, per channel in channelOrder.")
      scale = try reader.optional("scale", .number(), "Factor on pixel values in [0, 1]; 1 where absent.")
      channelOrder = try reader.optional(
        "channelOrder", .oneOf(["rgb", "bgr", "RGB", "BGR"]),
        "The order of the network's input channels; rgb where absent.")
      layout = try reader.optional(
        "layout", .oneOf(["nchw", "nhwc", "NCHW", "NHWC"]),
        "The order of the input's dimensions; the file's where absent.")
    }

    private static func size(of side: FieldType<Int>) -> FieldType<[Int]> {
      let accepted = "\(side.accepted), or an array of two: width and height"
      return FieldType(
        accepted: accepted, schema: .anyOf([side.schema, .array(of: side.schema, length: 2)]), example: side.example
      ) { value, field in
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
    path = try reader.required("path", .path, "The ONNX file.")
    labels = try reader.optional(
      "labels",
      FieldType(
        accepted: "a path or an array of strings", schema: .anyOf([.text, .array(of: .text, atLeast: 1)]),
        example: .string("labels.json")
      ) { value, field in
        if case .array = value { return .list(try FieldType<[String]>.list(of: .string).read(value, field)) }
        return .path(try FieldType<String>.path.read(value, field))
      },
      "A file (a JSON array, a JSON object from index to label, or text with a label a line), or the labels.")
    name = try reader.optional("name", .string, "What to call it; the file's name where absent.")
    preprocessing = try Preprocessing(
      reader.object("preprocessing", "How images become inputs: (pixel × scale − mean) / std, pixels in [0, 1]."))
    layer = try reader.optional("layer", .string, "The layer to use where a request names none.")
    precision = try reader.optional("precision", .oneOf(["f32", "bf16"]), "The arithmetic; f32 where absent.")
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
  /// What it does.
  public static let summary = "The loaded networks."
  /// What it answers.
  public static let result = Schema.object([.init("models", .array(of: .model), "In order of loading.")])

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
  /// What it does.
  public static let summary = "Forgets a network and what was derived from it."
  /// What it answers.
  public static let result = Schema.object([])

  /// The network's handle.
  public var model: String

  /// Reads the parameters; throws `RPCError` −32602.
  public init(_ reader: ParameterReader) throws {
    model = try reader.required("model", .string, "The network's handle or name.")
  }
}

/// `model/classify`: the most probable classes of each image.
public struct Classify: WireRequest {
  /// The method's name.
  public static let method = "model/classify"
  /// How it stands to other requests.
  public static let ordering = Ordering.read
  /// Where it runs.
  public static let lane = Lane.inference
  /// What it does.
  public static let summary = "The most probable classes of each image."
  /// What it answers.
  public static let result = Schema.object([
    .init("results", .array(of: .classification), "By image; those that cannot be read are left out."),
    .init("skipped", .array(of: .skippedImage), "Images that could not be used."),
  ])

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
    model = try reader.required("model", .string, "The network's handle or name.")
    images = try reader.required("images", .list(of: .image), "The images, or folders of them.")
    topK = try reader.optional("topK", .int(in: 1...Int.max), default: Self.defaultTopK, "Classes per image.")
  }
}
