import JSON

/// A failure as the client sees it: JSON-RPC's error object.
package struct RPCError: Error, Sendable, Equatable {
  /// JSON-RPC's, LSP's or our code.
  package var code: Int
  /// What happened and what to do.
  package var message: String
  /// {kind, retryable, detail}; nil where there is nothing to add.
  package var data: JSONValue?

  package init(code: Int, message: String, data: JSONValue? = nil) {
    self.code = code
    self.message = message
    self.data = data
  }

  /// Codes of JSON-RPC 2.0 and of the Language Server Protocol.
  package enum Code {
    /// The bytes are not JSON.
    package static let parseError = -32700
    /// The JSON is not a valid request.
    package static let invalidRequest = -32600
    package static let methodNotFound = -32601
    /// The parameters do not fit the method.
    package static let invalidParams = -32602
    package static let internalError = -32603
    /// `initialize` must come first.
    package static let serverNotInitialized = -32002
    package static let requestCancelled = -32800
    /// Content changed during the request.
    package static let contentModified = -32801
    /// Too many requests in flight.
    package static let busy = 1009
  }
}
