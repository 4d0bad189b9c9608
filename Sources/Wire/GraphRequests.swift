import RPC

/// `graph/list`: the reasoning networks.
public struct ListGraphs: WireRequest {
  /// The method's name.
  public static let method = "graph/list"
  /// How it stands to other requests.
  public static let ordering = Ordering.read
  /// Where it runs.
  public static let lane = Lane.short
  /// What it does.
  public static let summary =
    "The reasoning networks of the loaded networks, and those that belong to none, in order of making."
  /// What it answers.
  public static let result = Schema.object([.init("graphs", .array(of: .graphSummary), "In order of making.")])

  /// Of this network only.
  public var model: String?

  /// Reads the parameters; throws `RPCError` −32602.
  public init(_ reader: ParameterReader) throws {
    model = try reader.optional("model", .string, "Of this network only.")
  }
}

/// `graph/get`: one reasoning network, with the history of its training.
public struct GetGraph: WireRequest {
  /// The method's name.
  public static let method = "graph/get"
  /// How it stands to other requests.
  public static let ordering = Ordering.read
  /// Where it runs.
  public static let lane = Lane.short
  /// What it does.
  public static let summary = "One reasoning network: extents, concepts, fidelity, and the history of its training."
  /// What it answers.
  public static let result = Schema.graphDetails

  /// The reasoning network's handle.
  public var graphModel: String

  /// Reads the parameters; throws `RPCError` −32602.
  public init(_ reader: ParameterReader) throws {
    graphModel = try reader.required("graphModel", .string, "The reasoning network's handle.")
  }
}

/// `graph/run`: what a reasoning network makes of nodes and centres.
public struct RunGraph: WireRequest {
  /// The method's name.
  public static let method = "graph/run"
  /// How it stands to other requests.
  public static let ordering = Ordering.read
  /// Where it runs.
  public static let lane = Lane.inference
  /// What it does.
  public static let summary =
    "What a reasoning network makes of nodes and centres as they are, so that anyone can check it."
  /// What it answers.
  public static let result = Schema.object([
    .init("outputs", .tensor, "[images, classes]."),
    .init(
      "embedding", .tensor,
      "[images, classes · (N · node width + N (N − 1) · edge width)]: of each class its nodes, then its edges by source and target."
    ),
  ])

  /// The reasoning network's handle.
  public var graphModel: String
  /// Embeddings: [images, classes, N, D].
  public var nodes: WireTensor
  /// Places: [images, classes, N, 2].
  public var centers: WireTensor

  /// Reads the parameters; throws `RPCError` −32602.
  public init(_ reader: ParameterReader) throws {
    graphModel = try reader.required("graphModel", .string, "The reasoning network's handle.")
    nodes = try reader.required("nodes", .tensor(rank: 4), "Embeddings of the concepts: [images, classes, N, width].")
    centers = try reader.required(
      "centers", .tensor(rank: 4), "Places of the concepts, x and y in [0, 1]: [images, classes, N, 2].")
  }
}

/// `graph/bind`: lets a reasoning network explain a network.
public struct BindGraph: WireRequest {
  /// The method's name.
  public static let method = "graph/bind"
  /// How it stands to other requests.
  public static let ordering = Ordering.write
  /// Where it runs.
  public static let lane = Lane.compute
  /// What it does.
  public static let summary =
    "Makes a reasoning network of the same weights that explains a network, each node standing for the concept of its rank, and measures how "
    + "well it then agrees with the network."
  /// What it answers.
  public static let result = Schema.training

  /// The reasoning network's handle.
  public var graphModel: String
  /// The network's handle.
  public var model: String
  /// The class of each output.
  public var classes: [WireClass]?
  /// The images on which fidelity is measured.
  public var images: [WireImage]

  /// Reads the parameters; throws `RPCError` −32602.
  public init(_ reader: ParameterReader) throws {
    graphModel = try reader.required("graphModel", .string, "The reasoning network's handle.")
    model = try reader.required("model", .string, "The network's handle or name.")
    classes = try reader.optional(
      "classes", .list(of: .classReference),
      "The class of each output, in order; those of its outputs' names where absent.")
    images = try reader.required(
      "images", .list(of: .image),
      "Photographs, or folders of them, on which fidelity is measured; they need no labels.")
  }
}
