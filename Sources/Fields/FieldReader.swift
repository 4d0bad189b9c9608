import JSON

/// Reads the members of a JSON object by name and type. What does not fit throws `FieldError`, which names the field,
/// what was given and what is accepted.
package struct FieldReader: Sendable {
  private let members: [String: JSONValue]
  private let path: String
  /// Hears what is read; every member then holds its type's example.
  private let recorder: FieldRecorder?

  /// The members of a request's parameters; none where they are absent.
  package init(_ parameters: JSONValue) throws { try self.init(parameters, path: "") }

  /// The members of the object at `path`.
  package init(_ value: JSONValue, path: String) throws {
    switch value {
    case .null: members = [:]
    case .object(let members): self.members = members
    default: throw FieldError(path.isEmpty ? "params" : path, given: value, accepted: "an object")
    }
    self.path = path
    recorder = nil
  }

  /// A reader that gives examples and tells `recorder` what is read.
  package init(recording recorder: FieldRecorder, path: String = "") {
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
      throw FieldError(fullName(name), given: members[name] == nil ? nil : .null, accepted: type.accepted)
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

  /// The member `name` of a record; a type that takes null stands for a member that is absent.
  package func value<Value>(_ name: String, _ type: FieldType<Value>) throws -> Value {
    guard let value = members[name], value != .null else {
      // Where null is a value, an absent member means the same.
      if let value = try? type.read(.null, fullName(name)) { return value }
      return try required(name, type)
    }
    return try type.read(value, fullName(name))
  }

  /// The object `name`, empty where it is absent or null.
  package func object(_ name: String, _ meaning: String = "") throws -> FieldReader {
    if let recorder {
      return FieldReader(recording: recorder.recordObject(name, meaning), path: fullName(name))
    }
    return try FieldReader(value(name), path: fullName(name))
  }

  /// The member `name` as a record: `record` with the fields that are given. An unknown name is passed over.
  package func record<Record>(
    _ name: String, _ fields: FieldList<Record>, into record: Record, _ meaning: String = ""
  ) throws -> Record {
    var record = record
    try fields.read(try object(name, meaning), into: &record)
    return record
  }

  /// The failure of the member `name`, for rules that no type expresses.
  package func failure(_ name: String, accepted: String) -> FieldError {
    FieldError(fullName(name), given: members[name], accepted: accepted)
  }

  private func value(_ name: String) -> JSONValue { members[name] ?? .null }

  private func fullName(_ name: String) -> String { path.isEmpty ? name : path + "." + name }
}
