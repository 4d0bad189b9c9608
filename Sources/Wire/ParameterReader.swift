import RPC

/// Reads the members of a JSON object by name and type. What does not fit throws `RPCError` −32602, which names the field,
/// what was given and what is accepted.
package struct ParameterReader: Sendable {
  private let members: [String: JSONValue]
  private let path: String
  /// Hears what is read; every member then holds its type's example.
  private let recorder: ParameterRecorder?

  /// The members of a request's parameters; none where they are absent.
  package init(_ parameters: JSONValue) throws { try self.init(parameters, path: "") }

  /// The members of the object at `path`.
  init(_ value: JSONValue, path: String) throws {
    switch value {
    case .null: members = [:]
    case .object(let members): self.members = members
    default: throw Self.failure(path.isEmpty ? "params" : path, given: value, accepted: "an object")
    }
    self.path = path
    recorder = nil
  }

  /// A reader that gives examples and tells `recorder` what is read.
  init(recording recorder: ParameterRecorder, path: String = "") {
    members = [:]
    self.path = path
    self.recorder = recorder
  }

  /// Names of the members that are not null, in alphabetical order.
  package var names: [String] { members.filter { $0.value != .null }.keys.sorted() }

  /// Whether there is such a member that is not null.
  package func has(_ name: String) -> Bool { value(name) != .null }

  /// The member `name`, which must be there. `meaning` says what it is, for the published description.
  package func required<Value>(_ name: String, _ type: FieldType<Value>, _ meaning: String = "") throws -> Value {
    if let recorder {
      recorder.record(name, type.schema.described(meaning), isRequired: true)
      return try type.read(type.example, fullName(name))
    }
    guard let value = members[name], value != .null else {
      throw Self.failure(fullName(name), given: members[name] == nil ? nil : .null, accepted: type.accepted)
    }
    return try type.read(value, fullName(name))
  }

  /// The member `name`; nil where it is absent or null.
  package func optional<Value>(_ name: String, _ type: FieldType<Value>, _ meaning: String = "") throws -> Value? {
    if let recorder {
      recorder.record(name, type.schema.described(meaning), isRequired: false)
      return try type.read(type.example, fullName(name))
    }
    let value = value(name)
    return value == .null ? nil : try type.read(value, fullName(name))
  }

  /// The member `name`; `standard` where it is absent or null.
  package func optional<Value>(
    _ name: String, _ type: FieldType<Value>, default standard: Value, _ meaning: String = ""
  ) throws -> Value {
    if let recorder {
      let schema = type.schema.described(meaning).withDefault(type.write?(standard))
      recorder.record(name, schema, isRequired: false)
      return standard
    }
    return try optional(name, type) ?? standard
  }

  /// The object `name`, empty where it is absent or null.
  package func object(_ name: String, _ meaning: String = "") throws -> ParameterReader {
    if let recorder {
      return ParameterReader(recording: recorder.recordObject(name, meaning), path: fullName(name))
    }
    return try ParameterReader(value(name), path: fullName(name))
  }

  /// The failure of the member `name`, for rules that no type expresses.
  package func failure(_ name: String, accepted: String) -> RPCError {
    Self.failure(fullName(name), given: members[name], accepted: accepted)
  }

  private func value(_ name: String) -> JSONValue { members[name] ?? .null }

  private func fullName(_ name: String) -> String { path.isEmpty ? name : path + "." + name }

  /// The failure of the field of this full name; `given` is nil where it is missing.
  static func failure(_ field: String, given: JSONValue?, accepted: String) -> RPCError {
    let words = given.map(describe) ?? "nothing"
    return RPCError(
      code: RPCError.Code.invalidParams, message: "\(field): given \(words), accepted is \(accepted)",
      data: .object([
        "kind": .string("invalidParams"), "retryable": .bool(false),
        "detail": .object(["field": .string(field), "given": .string(words), "accepted": .string(accepted)]),
      ]))
  }

  /// A value in a few words.
  private static func describe(_ value: JSONValue) -> String {
    switch value {
    case .null: "null"
    case .bool(let flag): String(flag)
    case .int(let number): String(number)
    case .double(let number): String(number)
    case .string(let text):
      text.isEmpty ? "an empty string" : "\"\(text.prefix(longestQuote))\(text.count > longestQuote ? "…" : "")\""
    case .array(let elements): elements.isEmpty ? "an empty array" : "an array of \(elements.count)"
    case .object: "an object"
    }
  }

  /// Characters of a string that an error repeats.
  private static let longestQuote = 80
}
