import RPC

/// `concept/list`: the bank's concepts.
public struct ListConcepts: WireRequest {
  public static let method = "concept/list"
  public static let ordering = Ordering.read
  public static let lane = Lane.short

  /// Of this network only.
  public var model: String?
  /// Of this class only.
  public var classReference: WireClass?

  public init(_ reader: ParameterReader) throws {
    model = try reader.optional("model", .string)
    classReference = try reader.optional("class", .classReference)
  }
}

/// `concept/get`: one concept.
public struct GetConcept: WireRequest {
  public static let method = "concept/get"
  public static let ordering = Ordering.read
  public static let lane = Lane.short

  /// The concept's id.
  public var concept: String

  public init(_ reader: ParameterReader) throws { concept = try reader.required("concept", .string) }
}

/// `concept/rename`: names a concept.
public struct RenameConcept: WireRequest {
  public static let method = "concept/rename"
  public static let ordering = Ordering.write
  public static let lane = Lane.short

  /// The concept's id.
  public var concept: String
  /// What to call it.
  public var name: String

  public init(_ reader: ParameterReader) throws {
    concept = try reader.required("concept", .string)
    name = try reader.required("name", .string)
  }
}

/// `workspace/status`: what the daemon holds.
public struct WorkspaceStatus: WireRequest {
  public static let method = "workspace/status"
  public static let ordering = Ordering.read
  public static let lane = Lane.short

  public init(_ reader: ParameterReader) throws {}
}
