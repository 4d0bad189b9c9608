import Fields
import JSON

/// One option with values at the ends of its published range, and with the nearest ones beyond.
package struct OptionProbe: Sendable, CustomStringConvertible {
  package var name: String
  package var accepted: [JSONValue]
  package var refused: [JSONValue]

  package var description: String { name }

  /// The options of a list, as its schema has them.
  package static func probes(of schema: Schema) -> [OptionProbe] {
    guard case .object(let properties)? = schema.members["properties"] else { return [] }
    return properties.sorted { $0.key < $1.key }.map { name, property in
      OptionProbe(name: name, accepted: accepted(by: property), refused: refused(by: property))
    }
  }

  private static func accepted(by schema: JSONValue) -> [JSONValue] {
    if case .array(let words)? = schema["enum"] { return words }
    switch schema["type"] {
    case .string("boolean"): return [.bool(true), .bool(false)]
    case .string("array"): return accepted(by: schema["items"] ?? .null).map { .array([$0]) }
    default:
      return [schema["minimum"], schema["maximum"]].compactMap { $0 } + inner(schema)
        + [schema["exclusiveMinimum"]?.double?.nextUp, schema["exclusiveMaximum"]?.double?.nextDown].compactMap {
          $0.map(JSONValue.double)
        }
    }
  }

  /// A whole number behind the least one, if there is room for it.
  private static func inner(_ schema: JSONValue) -> [JSONValue] {
    guard case .int(let least)? = schema["minimum"], least < schema["maximum"]?.double.map({ Int64($0) }) ?? .max
    else { return [] }
    return [.int(least + 1)]
  }

  private static func refused(by schema: JSONValue) -> [JSONValue] {
    if schema["enum"] != nil { return [.string("no such word"), .int(1)] }
    switch schema["type"] {
    case .string("boolean"): return [.int(1), .string("true")]
    case .string("array"):
      return refused(by: schema["items"] ?? .null).map { .array([$0]) }
        + (schema["minItems"] == nil ? [] : [.array([])])
    case .string("integer"):
      var beyond = [schema["minimum"]?.double.map { $0 - 1 }, schema["maximum"]?.double.map { $0 + 1 }]
      if schema["maximum"] == nil { beyond.append(1e300) }
      return beyond.compactMap { $0.map(JSONValue.double) } + [.double(1.5), .string("1")]
    default:
      return [schema["exclusiveMinimum"], schema["exclusiveMaximum"]].compactMap { $0 }
        + [schema["minimum"]?.double?.nextDown, schema["maximum"]?.double?.nextUp].compactMap {
          $0.map(JSONValue.double)
        } + [.double(.nan), .double(.infinity), .string("1")]
    }
  }
}

extension JSONValue {
  fileprivate var double: Double? {
    switch self {
    case .int(let number): Double(number)
    case .double(let number): number
    default: nil
    }
  }
}
