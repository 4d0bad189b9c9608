/// Why a network cannot be read or run, in words for the person who gave it.
package struct NetworkError: Error, Sendable, CustomStringConvertible {
  package enum Kind: String, Sendable {
    /// The bytes are not an ONNX model, or contradict themselves.
    case unreadable
    /// An unsupported operator, or an unsupported form of one.
    case unsupported
    /// Shapes that do not fit each other.
    case shape
    /// An impossible description of preprocessing.
    case preprocessing
    case unknownLayer
    /// The machine or the library failed.
    case execution
  }

  package var kind: Kind
  /// What happened and what to do.
  package var message: String
  /// The node of the graph where it happened.
  package var node: String?
  package var operatorName: String?
  /// The version of the operator set that the model uses.
  package var opset: Int?

  package init(
    _ kind: Kind, _ message: String, node: String? = nil, operatorName: String? = nil, opset: Int? = nil
  ) {
    self.kind = kind
    self.message = message
    self.node = node
    self.operatorName = operatorName
    self.opset = opset
  }

  package var description: String { message }
}
