import Bank
import Base
import Drawing
import Engine
import Fields
import JSON
import RPC

/// The contract's own error codes, and how failures of the engine become errors on the wire.
enum ErrorCode {
  static let model = 1001
  static let unknownModel = 1002
  static let image = 1003
  static let unknownClass = 1004
  static let notReady = 1005
  static let tooLittleData = 1006
  static let workspace = 1007
  static let clientModel = 1008

  /// Every code, with its meaning and remedy.
  static let meanings: [(code: Int, kind: String, meaning: String)] = [
    (RPCError.Code.parseError, "parseError", "The bytes are not a frame or not JSON; id is null."),
    (RPCError.Code.invalidRequest, "invalidRequest", "The JSON is not a request that can be taken now."),
    (RPCError.Code.methodNotFound, "methodNotFound", "The method does not exist."),
    (
      RPCError.Code.invalidParams, "invalidParams",
      "A parameter does not fit; detail has the field, what was given and what is accepted."
    ),
    (RPCError.Code.internalError, "internalError", "A fault of the daemon."),
    (RPCError.Code.serverNotInitialized, "serverNotInitialized", "initialize must come first."),
    (RPCError.Code.requestCancelled, "requestCancelled", "The request was cancelled."),
    (RPCError.Code.contentModified, "contentModified", "A file changed while it was used; ask again."),
    (model, "model", "A model that cannot be read or uses something unsupported; detail has operator, node, opset."),
    (unknownModel, "unknownModel", "No such model or reasoning network is loaded."),
    (image, "image", "An image that cannot be read."),
    (unknownClass, "unknownClass", "The model has no such class; detail has the nearest labels."),
    (notReady, "notReady", "Something must be requested first; the message says what."),
    (tooLittleData, "tooLittleData", "Too few images or concepts; detail says how many were found and needed."),
    (workspace, "workspace", "The workspace cannot be opened: locked, of a newer schema, or corrupt."),
    (
      clientModel, "clientModel",
      "A classifier that lives in the client failed, gave an answer that does not fit, or took too long."
    ),
    (RPCError.Code.busy, "busy", "More than 256 requests are in flight; ask again when some have been answered."),
  ]

  static func data(kind: String, retryable: Bool = false, detail: [String: String] = [:]) -> JSONValue {
    .object([
      "kind": .string(kind), "retryable": .bool(retryable), "detail": .object(detail.mapValues(JSONValue.string)),
    ])
  }

  /// `error` as the client sees it; cancellation and unexpected errors are unchanged.
  static func translate(_ error: any Error) -> any Error {
    switch error {
    case let error as EngineError:
      RPCError(
        code: code(of: error.kind), message: error.message,
        data: data(kind: error.kind.rawValue, retryable: error.isRetryable, detail: error.detail))
    case let error as FieldError:
      RPCError(
        code: RPCError.Code.invalidParams, message: error.description,
        data: data(
          kind: "invalidParams",
          detail: ["field": error.field, "given": error.given, "accepted": error.accepted]))
    case let error as FileError:
      RPCError(
        code: RPCError.Code.invalidParams, message: "path: \(error.reason)",
        data: data(kind: "output", detail: error.path.map { ["path": $0] } ?? [:]))
    case let error as DrawingError:
      RPCError(code: image, message: error.message, data: data(kind: "figure"))
    default: error
    }
  }

  private static func code(of kind: EngineError.Kind) -> Int {
    switch kind {
    case .model: model
    case .unknownModel: unknownModel
    case .image: image
    case .unknownClass: unknownClass
    case .notReady: notReady
    case .tooLittleData: tooLittleData
    case .workspace: workspace
    case .contentModified: RPCError.Code.contentModified
    case .invalidValue, .unknownConcept, .output: RPCError.Code.invalidParams
    }
  }
}
