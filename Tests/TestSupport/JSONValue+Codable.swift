import Foundation
import JSON
import RPC

// Tests read and write JSON with Foundation, so that they do not judge the daemon's parser by itself.

extension JSONValue {
  /// The value of a JSON text, read by Foundation.
  package init(foundation data: Data) throws { self = try JSONDecoder().decode(Box.self, from: data).value }

  /// The JSON text, written by Foundation.
  package func foundationData() throws -> Data { try JSONEncoder().encode(Box(value: self)) }

  /// The text of a string; nil for anything else.
  package var text: String? { if case .string(let text) = self { text } else { nil } }

  /// The value of a number without fraction; nil for anything else.
  package var integer: Int64? { if case .int(let number) = self { number } else { nil } }

  /// The number, if it is one.
  package var number: Double? {
    switch self {
    case .int(let number): Double(number)
    case .double(let number): number
    default: nil
    }
  }

  /// The elements of an array; nil for anything else.
  package var elements: [JSONValue]? { if case .array(let elements) = self { elements } else { nil } }
}

private struct Box: Codable {
  var value: JSONValue

  init(value: JSONValue) { self.value = value }

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      value = .null
    } else if let flag = try? container.decode(Bool.self) {
      value = .bool(flag)
    } else if let number = try? container.decode(Int64.self) {
      value = .int(number)
    } else if let number = try? container.decode(Double.self) {
      value = .double(number)
    } else if let text = try? container.decode(String.self) {
      value = .string(text)
    } else if let elements = try? container.decode([Box].self) {
      value = .array(elements.map(\.value))
    } else {
      value = .object(try container.decode([String: Box].self).mapValues(\.value))
    }
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch value {
    case .null: try container.encodeNil()
    case .bool(let flag): try container.encode(flag)
    case .int(let number): try container.encode(number)
    case .double(let number): try container.encode(number)
    case .string(let text): try container.encode(text)
    case .array(let elements): try container.encode(elements.map(Box.init(value:)))
    case .object(let members): try container.encode(members.mapValues(Box.init(value:)))
    }
  }
}
