/// What can go wrong with a request, in words for the person who made it.
package struct EngineError: Error, Sendable {
  /// The kinds of failure, for clients that treat them differently.
  package enum Kind: String, Sendable {
    /// A model that cannot be read or has what we do not support.
    case model
    /// No such model is loaded, or no such reasoning network.
    case unknownModel
    /// An image that cannot be read.
    case image
    /// No such class; `detail` names the nearest labels.
    case unknownClass
    /// Something must be requested first; the message says what.
    case notReady
    /// Too few images or concepts; the message says how many were found and needed.
    case tooLittleData
    /// A value out of its range; the message names the field.
    case invalidValue
    /// An image changed while it was in use.
    case contentModified
    /// No such concept.
    case unknownConcept
    /// A file could not be written.
    case output
    /// The workspace cannot be opened, read or written; `detail` says why.
    case workspace
  }

  /// What kind of failure this is.
  package var kind: Kind
  /// What happened and what to do.
  package var message: String
  /// Facts for programs: a layer, an operator, suggestions.
  package var detail: [String: String]
  /// Whether asking again later may succeed as things are.
  package var isRetryable: Bool

  /// A failure of `kind`.
  package init(_ kind: Kind, _ message: String, detail: [String: String] = [:], isRetryable: Bool = false) {
    self.kind = kind
    self.message = message
    self.detail = detail
    self.isRetryable = isRetryable || kind == .contentModified
  }
  package static func unknownConcept(_ id: String) -> EngineError {
    EngineError(.unknownConcept, "no concept \"\(id)\"; concept/list names those there are")
  }
}
