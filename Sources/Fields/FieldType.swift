import JSON

/// What a field accepts, in words and as a schema, and how it is read, written and stored.
package struct FieldType<Value: Sendable>: Sendable {
  /// How a value is kept in an `Archive`.
  package struct Storage: Sendable {
    /// What reading starts from.
    package let blank: Value
    /// Writes the value, or reads it.
    package let archive: @Sendable (inout Archive, inout Value) throws -> Void

    package init(_ blank: Value, _ archive: @escaping @Sendable (inout Archive, inout Value) throws -> Void) {
      self.blank = blank
      self.archive = archive
    }
  }

  /// What is accepted, in words that follow "accepted is".
  package let accepted: String
  /// What is accepted, for programs.
  package let schema: Schema
  /// A value that is accepted.
  package let example: JSONValue
  package let read: @Sendable (_ value: JSONValue, _ field: String) throws -> Value
  /// The value on the wire; nil for types that are only read.
  package let write: (@Sendable (Value) -> JSONValue)?
  /// Nil for types that are never stored.
  package let storage: Storage?

  /// A type that reads with `read`, which throws `FieldError` for what does not fit.
  ///
  /// - Parameters:
  ///   - example: A value that `read` takes; the published schema is made with it.
  ///   - write: The inverse of `read`.
  package init(
    accepted: String, schema: Schema = .any, example: JSONValue = .null,
    write: (@Sendable (Value) -> JSONValue)? = nil, storage: Storage? = nil,
    read: @escaping @Sendable (_ value: JSONValue, _ field: String) throws -> Value
  ) {
    self.accepted = accepted
    self.schema = schema
    self.example = example
    self.write = write
    self.storage = storage
    self.read = read
  }

  /// A type that reads with `match`, which gives nil for what does not fit.
  package init(
    _ accepted: String, schema: Schema = .any, example: JSONValue = .null,
    write: (@Sendable (Value) -> JSONValue)? = nil, storage: Storage? = nil,
    match: @escaping @Sendable (JSONValue) -> Value?
  ) {
    self.init(accepted: accepted, schema: schema, example: example, write: write, storage: storage) { value, field in
      guard let result = match(value) else { throw FieldError(field, given: value, accepted: accepted) }
      return result
    }
  }
}

extension FieldType where Value == String {
  /// A string that is not empty.
  package static var string: FieldType { text("a string that is not empty", .text) { !$0.isEmpty } }

  /// A string.
  package static var anyString: FieldType { text("a string", .string) { _ in true } }

  /// A path, absolute or relative to `rootPath`.
  package static var path: FieldType {
    text("a path, absolute or relative to rootPath", .text, example: "path") { !$0.isEmpty && !$0.utf8.contains(0) }
  }

  /// One of some words.
  package static func oneOf(_ words: [String]) -> FieldType {
    text(
      "one of " + words.map { "\"\($0)\"" }.joined(separator: ", "), .words(words), example: words.first ?? "",
      accepts: words.contains)
  }

  private static func text(
    _ accepted: String, _ schema: Schema, example: String = "text", accepts: @escaping @Sendable (String) -> Bool
  ) -> FieldType {
    FieldType(
      accepted, schema: schema, example: .string(example), write: JSONValue.string,
      storage: .init("") { try $0.field(&$1) }
    ) { value in
      if case .string(let text) = value, accepts(text) { text } else { nil }
    }
  }
}

extension FieldType where Value == Bool {
  /// True or false.
  package static var bool: FieldType {
    FieldType(
      "true or false", schema: .boolean, example: .bool(true), write: JSONValue.bool,
      storage: .init(false) { try $0.field(&$1) }
    ) { value in
      if case .bool(let flag) = value { flag } else { nil }
    }
  }
}

extension FieldType where Value == Int {
  /// A whole number in `range`; a fraction of zero, as in 3.0, does not count as one.
  package static func int(in range: ClosedRange<Int>) -> FieldType {
    let bounds =
      range.upperBound == .max ? "of \(range.lowerBound) or more" : "from \(range.lowerBound) to \(range.upperBound)"
    return FieldType(
      "a whole number \(bounds)", schema: .integer(in: range), example: .int(Int64(range.lowerBound)),
      write: { .int(Int64($0)) }, storage: .init(0) { try $0.field(&$1) }
    ) { value in value.integer.flatMap { range.contains($0) ? $0 : nil } }
  }

  /// A whole number of 0 or more.
  package static var count: FieldType { .int(in: 0...Int.max) }
}

extension FieldType where Value == UInt8 {
  /// A grey value from 0 to 255.
  package static var grey: FieldType {
    let number = FieldType<Int>.int(in: 0...255)
    return FieldType(
      accepted: number.accepted, schema: number.schema, example: number.example, write: { .int(Int64($0)) },
      storage: .init(0) { try $0.field(&$1) }
    ) { UInt8(clamping: try number.read($0, $1)) }
  }
}

extension FieldType where Value == UInt64 {
  /// A seed.
  package static var seed: FieldType {
    FieldType(
      "a whole number of 0 or more", schema: .count, example: .int(0), write: { .int(Int64(clamping: $0)) },
      storage: .init(0) { try $0.field(&$1) }
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
  /// A finite number within bounds.
  package static func number(_ bounds: Bounds = .finite) -> FieldType {
    FieldType(
      "a number\(bounds.words)", schema: .number(in: bounds), example: .double(bounds.example),
      write: JSONValue.double, storage: .init(0) { try $0.field(&$1) }
    ) { value in value.number.flatMap { bounds.contains($0) ? $0 : nil } }
  }

  /// A number; null on the wire where it is not finite.
  package static var score: FieldType {
    FieldType(
      "a number or null", schema: .score, example: .double(1), write: JSONValue.finite,
      storage: .init(0) { try $0.field(&$1) }
    ) { $0 == .null ? .nan : $0.number }
  }
}

extension FieldType where Value == Float {
  /// A number of 32 bits within bounds; written with no more digits than it has.
  package static func number(_ bounds: Bounds) -> FieldType {
    let number = FieldType<Double>.number(bounds)
    return FieldType(
      accepted: number.accepted, schema: number.schema, example: number.example,
      write: { .double(Double(String($0)) ?? Double($0)) }, storage: .init(0) { try $0.field(&$1) }
    ) { Float(try number.read($0, $1)) }
  }

  /// A number of 32 bits; null on the wire where it is not finite.
  package static var score: FieldType {
    let score = FieldType<Double>.score
    return FieldType(
      accepted: score.accepted, schema: score.schema, example: score.example, write: { .finite(Double($0)) },
      storage: .init(0) { try $0.field(&$1) }
    ) { Float(try score.read($0, $1)) }
  }
}

extension FieldType where Value == Double? {
  /// A number; null on the wire where there is none or it is not finite.
  package static var score: FieldType {
    FieldType(
      "a number or null", schema: .score, example: .double(1), write: { .finite($0 ?? .nan) },
      storage: .init(nil) { archive, value in try archive.optional(&value, blank: 0) { try $0.field(&$1) } }
    ) { $0 == .null ? .some(nil) : $0.number.map { .some($0) } }
  }
}

extension FieldType where Value: CaseIterable & RawRepresentable & Sendable, Value.RawValue == String {
  /// One of the words of an enumeration.
  package static func word(_ type: Value.Type) -> FieldType {
    let words = FieldType<String>.oneOf(Value.allCases.map(\.rawValue))
    return FieldType(
      accepted: words.accepted, schema: words.schema, example: words.example, write: { .string($0.rawValue) },
      storage: Value.allCases.first.map { first in Storage(first) { try $0.field(&$1) } }
    ) { value, field in
      guard let result = Value(rawValue: try words.read(value, field)) else {
        throw FieldError(field, given: value, accepted: words.accepted)
      }
      return result
    }
  }
}

extension FieldType where Value: CaseIterable & RawRepresentable & Sendable, Value.RawValue == String {
  /// One of the words of an enumeration, in small or capital letters.
  package static func wordInAnyCase(_ type: Value.Type) -> FieldType {
    let words = Value.allCases.map(\.rawValue)
    return FieldType<String>.oneOf(words + words.map { $0.uppercased() }).mapped {
      Value(rawValue: $0.lowercased())
    } from: {
      $0.rawValue
    }
  }
}

extension Schema {
  /// A string that is not empty.
  package static var text: Schema {
    var schema = string
    schema.members["minLength"] = .int(1)
    return schema
  }
}

extension JSONValue {
  /// A number, null where it is not finite.
  package static func finite(_ value: Double) -> JSONValue { value.isFinite ? .double(value) : .null }

  /// A whole number.
  package static func count(_ value: Int) -> JSONValue { .int(Int64(value)) }

  var number: Double? {
    switch self {
    case .int(let number): Double(number)
    case .double(let number): number
    default: nil
    }
  }

  var integer: Int? {
    switch self {
    case .int(let number): Int(exactly: number)
    case .double(let number): Int(exactly: number)
    default: nil
    }
  }
}

extension FieldType where Value == [Float] {
  /// Numbers of 32 bits, which are only stored.
  package static var vector: FieldType {
    FieldType("numbers", storage: .init([]) { try $0.field(&$1) }) { _ in nil }
  }
}

extension FieldType {
  /// The same on the wire for another type of value.
  ///
  /// - Parameters:
  ///   - schema: What is published; this type's schema where nil.
  ///   - make: The value that is read; nil where there is no such value.
  ///   - original: The inverse.
  package func mapped<New>(
    schema: Schema? = nil, _ make: @escaping @Sendable (Value) -> New?,
    from original: @escaping @Sendable (New) -> Value
  ) -> FieldType<New> {
    let (accepted, read) = (accepted, read)
    var written: (@Sendable (New) -> JSONValue)?
    if let write { written = { write(original($0)) } }
    return FieldType<New>(accepted: accepted, schema: schema ?? self.schema, example: example, write: written) {
      value, field in
      guard let new = make(try read(value, field)) else { throw FieldError(field, given: value, accepted: accepted) }
      return new
    }
  }
}
