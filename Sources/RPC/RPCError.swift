/// A failure as the client sees it: JSON-RPC's error object.
public struct RPCError: Error, Sendable, Equatable {
  /// JSON-RPC's, LSP's or our code.
  public var code: Int
  /// What happened and what to do.
  public var message: String
  /// {kind, retryable, detail}; nil where there is nothing to add.
  public var data: JSONValue?

  /// A failure of `code`.
  public init(code: Int, message: String, data: JSONValue? = nil) {
    self.code = code
    self.message = message
    self.data = data
  }

  /// Codes of JSON-RPC 2.0 and of the Language Server Protocol.
  public enum Code {
    /// The bytes are no JSON.
    public static let parseError = -32700
    /// The JSON is no valid request.
    public static let invalidRequest = -32600
    /// No such method.
    public static let methodNotFound = -32601
    /// The parameters do not fit the method.
    public static let invalidParams = -32602
    /// A fault of ours.
    public static let internalError = -32603
    /// `initialize` must come first.
    public static let serverNotInitialized = -32002
    /// The client cancelled.
    public static let requestCancelled = -32800
    /// Content changed under the request.
    public static let contentModified = -32801
    /// Too many requests in flight.
    public static let busy = 1009
  }
}
