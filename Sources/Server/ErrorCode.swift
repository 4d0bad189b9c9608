import Engine
import Figures
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

  /// The `data` of an error.
  static func data(kind: String, retryable: Bool = false, detail: [String: String] = [:]) -> JSONValue {
    .object([
      "kind": .string(kind), "retryable": .bool(retryable), "detail": .object(detail.mapValues(JSONValue.string)),
    ])
  }

  /// `error` as the client sees it; cancellation and what is unforeseen stay as they are.
  static func translate(_ error: any Error) -> any Error {
    switch error {
    case let error as EngineError:
      RPCError(
        code: code(of: error.kind), message: error.message,
        data: data(kind: error.kind.rawValue, retryable: error.isRetryable, detail: error.detail))
    case let error as FigureError:
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
