import JSON

/// A field that does not fit: which, what was given, and what is accepted.
package struct FieldError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The field's name, with the names of the records that it lies in.
  package var field: String
  /// What was given, in a few words.
  package var given: String
  /// What is accepted, in words that follow "accepted is".
  package var accepted: String

  /// The failure of the field of this full name; `given` is nil where it is missing.
  package init(_ field: String, given: JSONValue?, accepted: String) {
    self.field = field
    self.given = given.map(Self.describe) ?? "nothing"
    self.accepted = accepted
  }

  package var description: String { "\(field): given \(given), accepted is \(accepted)" }

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
