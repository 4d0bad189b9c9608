import RPC

/// `concept/remove`: takes a concept out of its class.
public struct RemoveConcept: WireRequest {
  /// The method's name.
  public static let method = "concept/remove"
  /// How it stands to other requests.
  public static let ordering = Ordering.write
  /// Where it runs.
  public static let lane = Lane.short
  /// What it does.
  public static let summary = "Takes a concept out of its class; reasoning networks that were trained with it keep it."
  /// What it answers.
  public static let result = Schema.object([])

  /// The concept's id.
  public var concept: String

  /// Reads the parameters; throws `RPCError` −32602.
  public init(_ reader: ParameterReader) throws {
    concept = try reader.required("concept", .string, "The concept's id.")
  }
}

/// `concept/merge`: makes one concept of several.
public struct MergeConcepts: WireRequest {
  /// The method's name.
  public static let method = "concept/merge"
  /// How it stands to other requests.
  public static let ordering = Ordering.write
  /// Where it runs.
  public static let lane = Lane.inference
  /// What it does.
  public static let summary =
    "Makes one concept of several of one class, with the id of the most important. Its importance is the mean of theirs, "
    + "weighted by size, until the class is discovered again."
  /// What it answers.
  public static let result = Schema.concept

  /// The concepts' ids.
  public var concepts: [String]
  /// What to call it.
  public var name: String

  /// Reads the parameters; throws `RPCError` −32602.
  public init(_ reader: ParameterReader) throws {
    concepts = try reader.required("concepts", .list(of: .string), "The concepts' ids, two or more.")
    name = try reader.required("name", .string, "What to call it.")
  }
}

/// `bank/export`: writes the concepts to a file.
public struct ExportBank: WireRequest {
  /// The method's name.
  public static let method = "bank/export"
  /// How it stands to other requests.
  public static let ordering = Ordering.read
  /// Where it runs.
  public static let lane = Lane.inference
  /// What it does.
  public static let summary = "Writes the concepts of all loaded networks to a file that bank/import reads."
  /// What it answers.
  public static let result = Schema.bank

  /// The formats.
  public enum Format: String, Sendable, CaseIterable {
    /// Vectors as 32-bit floats, everything else as JSON in the file's metadata.
    case safetensors
    /// Text.
    case json
  }

  /// The file.
  public var path: String
  /// Its format.
  public var format: Format

  /// Reads the parameters; throws `RPCError` −32602.
  public init(_ reader: ParameterReader) throws {
    path = try reader.required("path", .path, "The file.")
    format = try reader.optional("format", .word(Format.self), default: .safetensors, "Its format.")
  }
}

/// `bank/import`: reads a file that `bank/export` wrote.
public struct ImportBank: WireRequest {
  /// The method's name.
  public static let method = "bank/import"
  /// How it stands to other requests.
  public static let ordering = Ordering.write
  /// Where it runs.
  public static let lane = Lane.inference
  /// What it does.
  public static let summary =
    "Reads a file that bank/export wrote, of either format; its classes take the place of those there are. The networks must be loaded."
  /// What it answers.
  public static let result = Schema.bank

  /// The file.
  public var path: String

  /// Reads the parameters; throws `RPCError` −32602.
  public init(_ reader: ParameterReader) throws { path = try reader.required("path", .path, "The file.") }
}
