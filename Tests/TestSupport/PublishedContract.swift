import Foundation
import JSON
import RPC

/// protocol/openrpc.json, and what does not fit it.
package struct PublishedContract: Sendable {
  private let results: [String: JSONValue]
  private let parts: JSONValue

  /// The package's folder.
  package static let package = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
  /// The document's file.
  package static let file = package.appendingPathComponent("protocol/openrpc.json")

  private static let loaded = Result { try PublishedContract(document: JSONValue(foundation: Data(contentsOf: file))) }

  /// The contract, read once.
  package static func load() throws -> PublishedContract { try loaded.get() }

  /// The contract of a document.
  package init(document: JSONValue) {
    results = Dictionary(
      (document["methods"]?.elements ?? []).compactMap { method in
        guard let name = method["name"]?.text, let schema = method["result"]?["schema"] else { return nil }
        return (name, schema)
      }, uniquingKeysWith: { $1 })
    parts = document["components"]?["schemas"] ?? .null
  }

  /// What is wrong with a result of `method`: a line for each. A member that is not published is wrong, too.
  package func problems(of result: JSONValue, answering method: String) -> [String] {
    guard let schema = results[method] else { return ["\(method) is not published"] }
    return problems(result, schema, "result")
  }

  private func problems(_ value: JSONValue, _ schema: JSONValue, _ place: String) -> [String] {
    guard case .object(let members) = schema else { return ["\(place): the schema is no object"] }
    if let reference = members["$ref"]?.text {
      let name = reference.split(separator: "/").last.map(String.init) ?? ""
      return problems(value, parts[name] ?? .null, place)
    }
    var found = (members["allOf"]?.elements ?? []).flatMap { problems(value, $0, place) }
    if let choices = members["anyOf"]?.elements {
      let each = choices.map { problems(value, $0, place) }
      if !each.contains(where: \.isEmpty) { found += each.min { $0.count < $1.count } ?? [] }
    }
    if let allowed = members["enum"]?.elements, !allowed.contains(value) {
      found.append("\(place): is none of the words")
    }
    if let type = members["type"] {
      let names = type.elements?.compactMap(\.text) ?? [type.text ?? ""]
      if !names.contains(where: { fits(value, type: $0) }) {
        return found + ["\(place): is no \(names.joined(separator: " or "))"]
      }
    }
    return found + bounds(value, members, place) + inner(value, members, place)
  }

  private func fits(_ value: JSONValue, type: String) -> Bool {
    switch (type, value) {
    case ("null", .null), ("boolean", .bool), ("integer", .int), ("number", .int), ("number", .double),
      ("string", .string), ("array", .array), ("object", .object):
      true
    default: false
    }
  }

  private func bounds(_ value: JSONValue, _ members: [String: JSONValue], _ place: String) -> [String] {
    func number(_ value: JSONValue?) -> Double? {
      switch value {
      case .int(let number): Double(number)
      case .double(let number): number
      default: nil
      }
    }
    let size: Double? =
      switch value {
      case .int, .double: number(value)
      case .array(let elements): Double(elements.count)
      default: nil
      }
    guard let size else { return [] }
    let (least, most) =
      if case .array = value { ("minItems", "maxItems") } else { ("minimum", "maximum") }
    let isSmall = number(members[least]).map { size < $0 } ?? false
    let isLarge = number(members[most]).map { size > $0 } ?? false
    return isSmall || isLarge ? ["\(place): \(size) is out of range"] : []
  }

  private func inner(_ value: JSONValue, _ members: [String: JSONValue], _ place: String) -> [String] {
    switch value {
    case .array(let elements):
      guard let schema = members["items"] else { return [] }
      return elements.enumerated().flatMap { problems($1, schema, "\(place)[\($0)]") }
    case .object(let own):
      let missing = (members["required"]?.elements ?? []).compactMap(\.text).filter { own[$0] == nil }
      let properties = members["properties"]
      let others = members["additionalProperties"]
      guard properties != nil || others != nil else { return [] }
      return missing.map { "\(place).\($0): is missing" }
        + own.flatMap { name, value -> [String] in
          guard let schema = properties?[name] ?? others else { return ["\(place).\(name): is not published"] }
          return problems(value, schema, "\(place).\(name)")
        }
    default: return []
    }
  }
}
