import RPC

/// What a field accepts, in words, and how it is read.
public struct FieldType<Value>: Sendable {
  /// What is accepted, in words that follow "accepted is".
  public let accepted: String
  let read: @Sendable (_ value: JSONValue, _ field: String) throws -> Value

  /// A type that reads with `read`, which throws for what does not fit.
  init(accepted: String, read: @escaping @Sendable (_ value: JSONValue, _ field: String) throws -> Value) {
    self.accepted = accepted
    self.read = read
  }

  /// A type that reads with `match`, which gives nil for what does not fit.
  init(_ accepted: String, match: @escaping @Sendable (JSONValue) -> Value?) {
    self.init(accepted: accepted) { value, field in
      guard let result = match(value) else {
        throw ParameterReader.failure(field, given: value, accepted: accepted)
      }
      return result
    }
  }
}

extension FieldType where Value == String {
  /// A string that is not empty.
  public static var string: FieldType {
    FieldType("a string that is not empty") { value in
      if case .string(let text) = value, !text.isEmpty { text } else { nil }
    }
  }

  /// A path, absolute or relative to `rootPath`.
  public static var path: FieldType {
    FieldType("a path, absolute or relative to rootPath") { value in
      if case .string(let text) = value, !text.isEmpty, !text.utf8.contains(0) { text } else { nil }
    }
  }

  /// One of some words.
  public static func oneOf(_ words: [String]) -> FieldType {
    FieldType("one of " + words.map { "\"\($0)\"" }.joined(separator: ", ")) { value in
      if case .string(let text) = value, words.contains(text) { text } else { nil }
    }
  }
}

extension FieldType where Value == Bool {
  /// True or false.
  public static var bool: FieldType {
    FieldType("true or false") { value in if case .bool(let flag) = value { flag } else { nil } }
  }
}

extension FieldType where Value == Int {
  /// A whole number in `range`; a fraction of zero, as in 3.0, is none.
  public static func int(in range: ClosedRange<Int>) -> FieldType {
    let bounds =
      range.upperBound == .max ? "of \(range.lowerBound) or more" : "from \(range.lowerBound) to \(range.upperBound)"
    return FieldType("a whole number \(bounds)") { value in
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
  public static var seed: FieldType {
    FieldType("a whole number of 0 or more") { value in
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
  public static func number(
    in range: ClosedRange<Double> = -Double.greatestFiniteMagnitude...Double.greatestFiniteMagnitude
  ) -> FieldType {
    let everything = range.upperBound == .greatestFiniteMagnitude
    let bounds =
      everything
      ? range.lowerBound == -.greatestFiniteMagnitude ? "" : " of \(range.lowerBound) or more"
      : " from \(range.lowerBound) to \(range.upperBound)"
    return FieldType("a number\(bounds)") { value in
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
  public static func list<Element>(of element: FieldType<Element>, allowsEmpty: Bool = false) -> FieldType
  where Value == [Element] {
    let accepted = "an array\(allowsEmpty ? "" : " that is not empty"), each element \(element.accepted)"
    return FieldType(accepted: accepted) { value, field in
      guard case .array(let elements) = value, allowsEmpty || !elements.isEmpty else {
        throw ParameterReader.failure(field, given: value, accepted: accepted)
      }
      return try elements.enumerated().map { try element.read($1, "\(field)[\($0)]") }
    }
  }

  /// Objects whose members, at least one, are all `element`.
  public static func map<Element>(of element: FieldType<Element>) -> FieldType where Value == [String: Element] {
    let accepted = "an object that is not empty, each member \(element.accepted)"
    return FieldType(accepted: accepted) { value, field in
      guard case .object(let members) = value, !members.isEmpty else {
        throw ParameterReader.failure(field, given: value, accepted: accepted)
      }
      var result: [String: Element] = [:]
      for (name, member) in members { result[name] = try element.read(member, "\(field).\(name)") }
      return result
    }
  }
}

extension FieldType where Value: CaseIterable & RawRepresentable & Sendable, Value.RawValue == String {
  /// One of the words of an enumeration.
  public static func word(_ type: Value.Type) -> FieldType {
    let words = FieldType<String>.oneOf(Value.allCases.map(\.rawValue))
    return FieldType(accepted: words.accepted) { value, field in
      guard let result = Value(rawValue: try words.read(value, field)) else {
        throw ParameterReader.failure(field, given: value, accepted: words.accepted)
      }
      return result
    }
  }
}
