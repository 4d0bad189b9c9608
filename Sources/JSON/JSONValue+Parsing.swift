/// Why bytes are not JSON.
package struct JSONSyntaxError: Error, Sendable, Equatable, CustomStringConvertible {
  package var reason: String
  /// Where, in bytes from the start.
  package var offset: Int

  /// Reason and place.
  package var description: String { "\(reason) at byte \(offset)" }
}

extension JSONValue {
  /// Deepest nesting that is read.
  package static let maxDepth = 512

  /// Reads one JSON value (RFC 8259) from UTF-8 bytes: strictly.
  ///
  /// Refuses invalid UTF-8, lone surrogates, numbers too large for a double, nesting deeper than `maxDepth` and
  /// trailing bytes. Of members of one name the last counts.
  package static func parse(_ bytes: [UInt8]) throws(JSONSyntaxError) -> JSONValue {
    var parser = JSONParser(bytes: bytes)
    return try parser.document()
  }
}

private struct JSONParser {
  let bytes: [UInt8]
  var position = 0

  init(bytes: [UInt8]) { self.bytes = bytes }

  mutating func document() throws(JSONSyntaxError) -> JSONValue {
    skipSpace()
    let value = try value(depth: 0)
    skipSpace()
    guard position == bytes.count else { throw failure("something follows the value") }
    return value
  }

  func failure(_ reason: String) -> JSONSyntaxError { JSONSyntaxError(reason: reason, offset: position) }

  var current: UInt8? { position < bytes.count ? bytes[position] : nil }

  mutating func skipSpace() {
    while let byte = current, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
  }

  mutating func value(depth: Int) throws(JSONSyntaxError) -> JSONValue {
    guard let first = current else { throw failure("the value is missing") }
    switch first {
    case UInt8(ascii: "{"), UInt8(ascii: "["):
      guard depth < JSONValue.maxDepth else { throw failure("nesting deeper than \(JSONValue.maxDepth)") }
    default: break
    }
    switch first {
    case UInt8(ascii: "{"): return try object(depth: depth)
    case UInt8(ascii: "["): return try array(depth: depth)
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try literal("true", .bool(true))
    case UInt8(ascii: "f"): return try literal("false", .bool(false))
    case UInt8(ascii: "n"): return try literal("null", .null)
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
    default: throw failure("unexpected byte")
    }
  }

  mutating func literal(_ text: StaticString, _ value: JSONValue) throws(JSONSyntaxError) -> JSONValue {
    let matches = text.withUTF8Buffer { bytes[position...].starts(with: $0) }
    guard matches else { throw failure("unexpected byte") }
    position += text.utf8CodeUnitCount
    return value
  }

  mutating func object(depth: Int) throws(JSONSyntaxError) -> JSONValue {
    position += 1
    var members: [String: JSONValue] = [:]
    skipSpace()
    if current == UInt8(ascii: "}") {
      position += 1
      return .object(members)
    }
    while true {
      skipSpace()
      guard current == UInt8(ascii: "\"") else { throw failure("a member's name is missing") }
      let name = try string()
      skipSpace()
      guard current == UInt8(ascii: ":") else { throw failure("a colon is missing") }
      position += 1
      skipSpace()
      members[name] = try value(depth: depth + 1)
      if try ends(with: UInt8(ascii: "}")) { return .object(members) }
    }
  }

  mutating func array(depth: Int) throws(JSONSyntaxError) -> JSONValue {
    position += 1
    var elements: [JSONValue] = []
    skipSpace()
    if current == UInt8(ascii: "]") {
      position += 1
      return .array(elements)
    }
    while true {
      skipSpace()
      elements.append(try value(depth: depth + 1))
      if try ends(with: UInt8(ascii: "]")) { return .array(elements) }
    }
  }

  /// Steps over a comma, or over the end; says which.
  mutating func ends(with end: UInt8) throws(JSONSyntaxError) -> Bool {
    skipSpace()
    guard let byte = current, byte == end || byte == UInt8(ascii: ",") else {
      throw failure("a comma or the end is missing")
    }
    position += 1
    return byte == end
  }

  mutating func string() throws(JSONSyntaxError) -> String {
    position += 1
    var characters: [UInt8] = []
    while let byte = current {
      switch byte {
      case UInt8(ascii: "\""):
        position += 1
        guard let text = String(validating: characters, as: UTF8.self) else { throw failure("invalid UTF-8") }
        return text
      case UInt8(ascii: "\\"): try escape(into: &characters)
      case 0..<0x20: throw failure("a control character in a string")
      default:
        characters.append(byte)
        position += 1
      }
    }
    throw failure("a string does not end")
  }

  mutating func escape(into characters: inout [UInt8]) throws(JSONSyntaxError) {
    position += 1
    guard let byte = current else { throw failure("a string does not end") }
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): characters.append(byte)
    case UInt8(ascii: "b"): characters.append(0x08)
    case UInt8(ascii: "f"): characters.append(0x0C)
    case UInt8(ascii: "n"): characters.append(0x0A)
    case UInt8(ascii: "r"): characters.append(0x0D)
    case UInt8(ascii: "t"): characters.append(0x09)
    case UInt8(ascii: "u"): characters.append(contentsOf: Array(String(Character(try scalar())).utf8))
    default: throw failure("an unknown escape")
    }
  }

  mutating func scalar() throws(JSONSyntaxError) -> Unicode.Scalar {
    let first = try hexadecimal()
    if let scalar = Unicode.Scalar(UInt32(first)) { return scalar }
    guard (0xD800..<0xDC00).contains(first), current == UInt8(ascii: "\\"), position + 1 < bytes.count,
      bytes[position + 1] == UInt8(ascii: "u")
    else { throw failure("a lone surrogate") }
    position += 2
    let second = try hexadecimal()
    guard (0xDC00..<0xE000).contains(second),
      let scalar = Unicode.Scalar(0x10000 + (UInt32(first - 0xD800) << 10) + UInt32(second - 0xDC00))
    else { throw failure("a lone surrogate") }
    return scalar
  }

  mutating func hexadecimal() throws(JSONSyntaxError) -> UInt16 {
    var value: UInt16 = 0
    for _ in 0..<4 {
      guard let byte = current, let digit = Character(Unicode.Scalar(byte)).hexDigitValue, byte < 0x80 else {
        throw failure("four hexadecimal digits are missing")
      }
      value = value << 4 | UInt16(digit)
      position += 1
    }
    return value
  }

  mutating func digits() throws(JSONSyntaxError) {
    guard let byte = current, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else {
      throw failure("a digit is missing")
    }
    while let byte = current, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { position += 1 }
  }

  mutating func number() throws(JSONSyntaxError) -> JSONValue {
    let start = position
    if current == UInt8(ascii: "-") { position += 1 }
    if current == UInt8(ascii: "0") {
      position += 1
    } else {
      try digits()
    }
    var isInteger = true
    if current == UInt8(ascii: ".") {
      isInteger = false
      position += 1
      try digits()
    }
    if current == UInt8(ascii: "e") || current == UInt8(ascii: "E") {
      isInteger = false
      position += 1
      if current == UInt8(ascii: "+") || current == UInt8(ascii: "-") { position += 1 }
      try digits()
    }
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    if isInteger, let integer = Int64(text) { return .int(integer) }
    guard let double = Double(text), double.isFinite else { throw failure("a number too large") }
    return .double(double)
  }
}
