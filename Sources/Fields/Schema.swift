import JSON

/// A JSON Schema (draft 7), with the named parts that it refers to.
package struct Schema: Sendable, Equatable {
  /// The schema itself.
  package var members: [String: JSONValue]
  /// The parts that it refers to, by name.
  package var parts: [String: JSONValue]

  package init(_ members: [String: JSONValue] = [:], parts: [String: JSONValue] = [:]) {
    self.members = members
    self.parts = parts
  }

  /// The schema as JSON.
  package var json: JSONValue { .object(members) }

  /// Where named parts are found in the document.
  package static let partsPath = "#/components/schemas/"

  /// This schema with an explanation for readers.
  package func described(_ meaning: String) -> Schema {
    guard !meaning.isEmpty else { return self }
    var result = self
    // Beside a reference nothing else counts in draft 7, so the explanation goes around it.
    if members["$ref"] != nil { result.members = ["allOf": .array([json])] }
    result.members["description"] = .string(meaning)
    return result
  }

  /// This schema with the value that stands where none is given.
  package func withDefault(_ value: JSONValue?) -> Schema {
    guard let value else { return self }
    var result = self
    result.members["default"] = value
    return result
  }
}

extension Schema {
  /// Any value.
  package static let any = Schema()
  /// Null.
  package static let null = type("null")
  /// A string.
  package static let string = type("string")
  /// True or false.
  package static let boolean = type("boolean")
  /// A whole number of 0 or more.
  package static let count = integer(in: 0...Int.max)
  /// A finite number, or null where there is none.
  package static let score = Schema(["type": .array([.string("number"), .string("null")])])
  /// [x, y, width, height] in pixels of the original image.
  package static let box = array(of: count, length: 4).described(
    "[x, y, width, height] in pixels of the original image.")
  /// [x, y] in [0, 1] of the image.
  package static let point = array(of: type("number"), length: 2).described("[x, y] in [0, 1] of the image.")

  private static func type(_ name: String) -> Schema { Schema(["type": .string(name)]) }

  /// A whole number in `range`.
  package static func integer(in range: ClosedRange<Int>) -> Schema {
    var schema = type("integer")
    if range.lowerBound > .min { schema.members["minimum"] = .int(Int64(range.lowerBound)) }
    if range.upperBound < .max { schema.members["maximum"] = .int(Int64(range.upperBound)) }
    return schema
  }

  /// A number within bounds.
  package static func number(in bounds: Bounds) -> Schema {
    var schema = type("number")
    if bounds.lower > -.greatestFiniteMagnitude {
      schema.members[bounds.isAboveLower ? "exclusiveMinimum" : "minimum"] = .double(bounds.lower)
    }
    if bounds.upper < .greatestFiniteMagnitude {
      schema.members[bounds.isBelowUpper ? "exclusiveMaximum" : "maximum"] = .double(bounds.upper)
    }
    return schema
  }

  /// One of some words.
  package static func words(_ words: [String]) -> Schema {
    var schema = string
    schema.members["enum"] = .array(words.map(JSONValue.string))
    return schema
  }

  /// An array of `element`.
  package static func array(of element: Schema, atLeast least: Int = 0, length: Int? = nil) -> Schema {
    var schema = type("array")
    schema.members["items"] = element.json
    schema.parts = element.parts
    if let length { schema.members["maxItems"] = .int(Int64(length)) }
    let least = length ?? least
    if least > 0 { schema.members["minItems"] = .int(Int64(least)) }
    return schema
  }

  /// An object whose members are all `element`.
  package static func map(of element: Schema, atLeast least: Int = 0) -> Schema {
    var schema = type("object")
    schema.members["additionalProperties"] = element.json
    schema.parts = element.parts
    if least > 0 { schema.members["minProperties"] = .int(Int64(least)) }
    return schema
  }

  /// Any of some schemas.
  package static func anyOf(_ schemas: [Schema]) -> Schema {
    Schema(["anyOf": .array(schemas.map(\.json))], parts: merge(schemas.map(\.parts)))
  }

  /// This or null.
  package var orNull: Schema { .anyOf([self, .null]) }

  /// A member of an object.
  package struct Member: Sendable {
    package var name: String
    package var schema: Schema
    package var isRequired: Bool

    /// A member that is always there, unless `isOptional`.
    package init(_ name: String, _ schema: Schema, _ meaning: String = "", isOptional: Bool = false) {
      self.name = name
      self.schema = schema.described(meaning)
      isRequired = !isOptional
    }
  }

  /// An object of these members. Others may be added to it some day.
  package static func object(_ members: [Member]) -> Schema {
    var schema = type("object")
    schema.members["properties"] = .object(
      Dictionary(members.map { ($0.name, $0.schema.json) }, uniquingKeysWith: { $1 }))
    let required = members.filter(\.isRequired).map { JSONValue.string($0.name) }
    if !required.isEmpty { schema.members["required"] = .array(required) }
    schema.parts = merge(members.map(\.schema.parts))
    return schema
  }

  /// A reference to `schema`, which becomes the part `name` of the document.
  package static func named(_ name: String, _ schema: Schema) -> Schema {
    Schema(
      ["$ref": .string(partsPath + name)], parts: schema.parts.merging([name: schema.json], uniquingKeysWith: { $1 }))
  }

  package static func merge(_ parts: [[String: JSONValue]]) -> [String: JSONValue] {
    parts.reduce(into: [:]) { $0.merge($1, uniquingKeysWith: { $1 }) }
  }
}
