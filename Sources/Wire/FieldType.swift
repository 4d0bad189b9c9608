import RPC

/// What a field accepts, in words and as a schema, and how it is read.
package struct FieldType<Value>: Sendable {
  /// What is accepted, in words that follow "accepted is".
  package let accepted: String
  /// What is accepted, for programs.
  package let schema: Schema
  /// A value that is accepted.
  let example: JSONValue
  let read: @Sendable (_ value: JSONValue, _ field: String) throws -> Value
  /// The value on the wire; nil for types that have no defaults.
  let write: (@Sendable (Value) -> JSONValue)?

  /// A type that reads with `read`, which throws for what does not fit.
  ///
  /// - Parameters:
  ///   - example: A value that `read` takes; the published schema is made with it.
  ///   - write: The inverse of `read`, for defaults.
  init(
    accepted: String, schema: Schema = .any, example: JSONValue = .null,
    write: (@Sendable (Value) -> JSONValue)? = nil,
    read: @escaping @Sendable (_ value: JSONValue, _ field: String) throws -> Value
  ) {
    self.accepted = accepted
    self.schema = schema
    self.example = example
    self.write = write
    self.read = read
  }

  /// A type that reads with `match`, which gives nil for what does not fit.
  init(
    _ accepted: String, schema: Schema = .any, example: JSONValue = .null,
    write: (@Sendable (Value) -> JSONValue)? = nil, match: @escaping @Sendable (JSONValue) -> Value?
  ) {
    self.init(accepted: accepted, schema: schema, example: example, write: write) { value, field in
      guard let result = match(value) else {
        throw ParameterReader.failure(field, given: value, accepted: accepted)
      }
      return result
    }
  }
}

extension FieldType where Value == String {
  /// A string that is not empty.
  package static var string: FieldType {
    FieldType(
      "a string that is not empty", schema: .text, example: .string("text"), write: JSONValue.string
    ) { value in
      if case .string(let text) = value, !text.isEmpty { text } else { nil }
    }
  }

  /// A string.
  package static var anyString: FieldType {
    FieldType("a string", schema: .string, example: .string("text"), write: JSONValue.string) { value in
      if case .string(let text) = value { text } else { nil }
    }
  }

  /// A path, absolute or relative to `rootPath`.
  package static var path: FieldType {
    FieldType(
      "a path, absolute or relative to rootPath", schema: .text, example: .string("path"), write: JSONValue.string
    ) { value in
      if case .string(let text) = value, !text.isEmpty, !text.utf8.contains(0) { text } else { nil }
    }
  }

  /// One of some words.
  package static func oneOf(_ words: [String]) -> FieldType {
    FieldType(
      "one of " + words.map { "\"\($0)\"" }.joined(separator: ", "), schema: .words(words),
      example: .string(words.first ?? ""), write: JSONValue.string
    ) { value in
      if case .string(let text) = value, words.contains(text) { text } else { nil }
    }
  }
}

extension FieldType where Value == Bool {
  /// True or false.
  package static var bool: FieldType {
    FieldType("true or false", schema: .boolean, example: .bool(true), write: JSONValue.bool) { value in
      if case .bool(let flag) = value { flag } else { nil }
    }
  }
}

extension FieldType where Value == Int {
  /// A whole number in `range`; a fraction of zero, as in 3.0, is none.
  package static func int(in range: ClosedRange<Int>) -> FieldType {
    let bounds =
      range.upperBound == .max ? "of \(range.lowerBound) or more" : "from \(range.lowerBound) to \(range.upperBound)"
    return FieldType(
      "a whole number \(bounds)", schema: .integer(in: range), example: .int(Int64(range.lowerBound)),
      write: { .int(Int64($0)) }
    ) { value in
      let number: Int? =
        switch value {
        case .int(let number): Int(exactly: number)
        case .double(let number): Int(exactly: number)
        default: nil
        }
      return number.flatMap { range.contains($0) ? $0 : nil }
    }
  }
}

extension FieldType where Value == UInt64 {
  /// A seed.
  package static var seed: FieldType {
    FieldType(
      "a whole number of 0 or more", schema: .count, example: .int(0), write: { .int(Int64(clamping: $0)) }
    ) { value in
      switch value {
      case .int(let number): UInt64(exactly: number)
      case .double(let number): UInt64(exactly: number)
      default: nil
      }
    }
  }
}

extension FieldType where Value == Double {
  /// A finite number in `range`.
  package static func number(
    in range: ClosedRange<Double> = -Double.greatestFiniteMagnitude...Double.greatestFiniteMagnitude
  ) -> FieldType {
    let everything = range.upperBound == .greatestFiniteMagnitude
    let bounds =
      everything
      ? range.lowerBound == -.greatestFiniteMagnitude ? "" : " of \(range.lowerBound) or more"
      : " from \(range.lowerBound) to \(range.upperBound)"
    return FieldType(
      "a number\(bounds)", schema: .number(in: range), example: .double(everything ? 1 : range.lowerBound),
      write: JSONValue.double
    ) { value in
      let number: Double? =
        switch value {
        case .int(let number): Double(number)
        case .double(let number): number
        default: nil
        }
      return number.flatMap { range.contains($0) ? $0 : nil }
    }
  }
}

extension FieldType {
  /// Lists of `element`, which may not be empty unless `allowsEmpty`.
  package static func list<Element>(of element: FieldType<Element>, allowsEmpty: Bool = false) -> FieldType
  where Value == [Element] {
    let accepted = "an array\(allowsEmpty ? "" : " that is not empty"), each element \(element.accepted)"
    let write = element.write.map { write in { @Sendable (values: [Element]) in JSONValue.array(values.map(write)) } }
    return FieldType(
      accepted: accepted, schema: .array(of: element.schema, atLeast: allowsEmpty ? 0 : 1),
      example: .array([element.example]), write: write
    ) { value, field in
      guard case .array(let elements) = value, allowsEmpty || !elements.isEmpty else {
        throw ParameterReader.failure(field, given: value, accepted: accepted)
      }
      return try elements.enumerated().map { try element.read($1, "\(field)[\($0)]") }
    }
  }

  /// Objects whose members, at least one unless `allowsEmpty`, are all `element`.
  package static func map<Element>(of element: FieldType<Element>, allowsEmpty: Bool = false) -> FieldType
  where Value == [String: Element] {
    let accepted = "an object\(allowsEmpty ? "" : " that is not empty"), each member \(element.accepted)"
    let write = element.write.map { write in
      { @Sendable (values: [String: Element]) in JSONValue.object(values.mapValues(write)) }
    }
    return FieldType(
      accepted: accepted, schema: .map(of: element.schema, atLeast: allowsEmpty ? 0 : 1),
      example: .object(["name": element.example]), write: write
    ) { value, field in
      guard case .object(let members) = value, allowsEmpty || !members.isEmpty else {
        throw ParameterReader.failure(field, given: value, accepted: accepted)
      }
      var result: [String: Element] = [:]
      for (name, member) in members { result[name] = try element.read(member, "\(field).\(name)") }
      return result
    }
  }
}

extension FieldType where Value == ParameterReader {
  /// An object, whose members are read from it.
  package static var record: FieldType {
    FieldType(accepted: "an object", schema: .map(of: .any), example: .object([:])) { value, field in
      guard case .object = value else {
        throw ParameterReader.failure(field, given: value, accepted: "an object")
      }
      return try ParameterReader(value, path: field)
    }
  }
}

extension FieldType where Value: CaseIterable & RawRepresentable & Sendable, Value.RawValue == String {
  /// One of the words of an enumeration.
  package static func word(_ type: Value.Type) -> FieldType {
    let words = FieldType<String>.oneOf(Value.allCases.map(\.rawValue))
    return FieldType(
      accepted: words.accepted, schema: words.schema, example: words.example, write: { .string($0.rawValue) }
    ) { value, field in
      guard let result = Value(rawValue: try words.read(value, field)) else {
        throw ParameterReader.failure(field, given: value, accepted: words.accepted)
      }
      return result
    }
  }
}

extension Schema {
  /// A string that is not empty.
  static var text: Schema {
    var schema = string
    schema.members["minLength"] = .int(1)
    return schema
  }
}

extension FieldType {
  /// Objects that `make` reads member by member; the schema is made of what it reads.
  static func members(
    _ accepted: String, example: [String: JSONValue],
    _ make: @escaping @Sendable (ParameterReader) throws -> Value
  ) -> FieldType {
    let recorder = ParameterRecorder()
    _ = try? make(ParameterReader(recording: recorder))
    return FieldType(accepted: accepted, schema: .object(recorder.members), example: .object(example)) {
      value, field in
      guard case .object = value else { throw ParameterReader.failure(field, given: value, accepted: accepted) }
      return try make(try ParameterReader(value, path: field))
    }
  }
}
