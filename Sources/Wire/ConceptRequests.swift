import RPC

/// `concept/list`: the bank's concepts.
public struct ListConcepts: WireRequest {
  /// The method's name.
  public static let method = "concept/list"
  /// How it stands to other requests.
  public static let ordering = Ordering.read
  /// Where it runs.
  public static let lane = Lane.short
  /// What it does.
  public static let summary = "The concepts of the bank."
  /// What it answers.
  public static let result = Schema.object([.init("concepts", .array(of: .concept), "By class and rank.")])

  /// Of this network only.
  public var model: String?
  /// Of this class only.
  public var classReference: WireClass?

  /// Reads the parameters; throws `RPCError` −32602.
  public init(_ reader: ParameterReader) throws {
    model = try reader.optional("model", .string, "Of this network only.")
    classReference = try reader.optional("class", .classReference, "Of this class only.")
  }
}

/// `concept/get`: one concept.
public struct GetConcept: WireRequest {
  /// The method's name.
  public static let method = "concept/get"
  /// How it stands to other requests.
  public static let ordering = Ordering.read
  /// Where it runs.
  public static let lane = Lane.short
  /// What it does.
  public static let summary = "One concept."
  /// What it answers.
  public static let result = Schema.concept

  /// The concept's id.
  public var concept: String

  /// Reads the parameters; throws `RPCError` −32602.
  public init(_ reader: ParameterReader) throws {
    concept = try reader.required("concept", .string, "The concept's id.")
  }
}

/// `concept/score`: how present concepts are in images, how important, and where.
public struct ScoreConcepts: WireRequest {
  /// The method's name.
  public static let method = "concept/score"
  /// How it stands to other requests.
  public static let ordering = Ordering.write
  /// Where it runs.
  public static let lane = Lane.compute
  /// What it does.
  public static let summary =
    "How present the bank's concepts are in images, how important there, and where; nothing is clustered or fitted for it."
  /// What it answers.
  public static let result = Schema.object([
    .init("scores", .array(of: .conceptScores), "By image, then class."),
    .init("skipped", .array(of: .skippedImage), "Images that could not be used."),
  ])

  /// The network's handle.
  public var model: String
  /// The photographs.
  public var images: [WireImage]
  /// Of this class only; of all that were discovered where nil.
  public var classReference: WireClass?
  /// Ids of the concepts; all where nil.
  public var concepts: [String]?

  /// Reads the parameters; throws `RPCError` −32602.
  public init(_ reader: ParameterReader) throws {
    model = try reader.required("model", .string, "The network's handle or name.")
    images = try reader.required("images", .list(of: .image), "The photographs, or folders of them.")
    classReference = try reader.optional(
      "class", .classReference, "Of this class only; of all discovered classes where absent.")
    concepts = try reader.optional("concepts", .list(of: .string), "Ids of the concepts; all where absent.")
  }
}

/// `concept/rename`: names a concept.
public struct RenameConcept: WireRequest {
  /// The method's name.
  public static let method = "concept/rename"
  /// How it stands to other requests.
  public static let ordering = Ordering.write
  /// Where it runs.
  public static let lane = Lane.short
  /// What it does.
  public static let summary = "Names a concept; the name stays with it."
  /// What it answers.
  public static let result = Schema.concept

  /// The concept's id.
  public var concept: String
  /// What to call it.
  public var name: String

  /// Reads the parameters; throws `RPCError` −32602.
  public init(_ reader: ParameterReader) throws {
    concept = try reader.required("concept", .string, "The concept's id.")
    name = try reader.required("name", .string, "What to call it.")
  }
}

/// `workspace/status`: what the daemon holds.
public struct WorkspaceStatus: WireRequest {
  /// The method's name.
  public static let method = "workspace/status"
  /// How it stands to other requests.
  public static let ordering = Ordering.read
  /// Where it runs.
  public static let lane = Lane.short
  /// What it does.
  public static let summary = "What the daemon holds."
  /// What it answers.
  public static let result = Schema.status

  /// Reads the parameters; throws `RPCError` −32602.
  public init(_ reader: ParameterReader) throws {}
}
