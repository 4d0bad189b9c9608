import Base
import Concepts
import Evaluation
import Fields
import Networks
import Store
import Structure

extension EngineError {
  /// Runs `body`, turning the errors of the modules below into the engine's.
  package static func mapped<Result>(_ body: () throws -> Result) throws -> Result {
    do { return try body() } catch let error as NetworkError {
      var detail: [String: String] = [:]
      detail["node"] = error.node
      detail["operator"] = error.operatorName
      detail["opset"] = error.opset.map(String.init)
      throw EngineError(error.kind == .preprocessing ? .invalidValue : .model, error.message, detail: detail)
    } catch let error as WorkspaceError {
      throw error.engineError
    } catch let error as ArchiveError {
      throw EngineError(.workspace, "a record of the workspace is damaged (\(error)); restore the file from a copy")
    } catch let error as FieldError {
      throw EngineError(.invalidValue, "options.\(error.description)")
    } catch let error as FileError {
      // The method itself writes temporary files only.
      throw EngineError(.workspace, error.description, detail: ["reason": "full"], isRetryable: true)
    } catch let error as DiscoveryError {
      switch error {
      case .tooFewImages(let found, let needed), .tooFewRandomImages(let found, let needed):
        throw EngineError(
          .tooLittleData, error.description, detail: ["found": String(found), "needed": String(needed)])
      case .noPatches: throw EngineError(.tooLittleData, error.description)
      case .notFinite, .unexpectedShape, .wrongSize: throw EngineError(.model, error.description)
      case .unknownLayer, .unknownClass: throw EngineError(.invalidValue, error.description)
      }
    } catch let error as ClassLabelsError {
      switch error {
      case .invalid(let message): throw EngineError(.invalidValue, message)
      case .unknownClass(let message, let nearest):
        throw EngineError(.unknownClass, message, detail: nearest.map { ["nearest": $0] } ?? [:])
      }
    } catch let error as EvaluationError {
      switch error {
      case .tooFewImages(_, let found, let needed, _):
        throw EngineError(
          .tooLittleData, error.description, detail: ["found": String(found), "needed": String(needed)])
      }
    } catch let error as StructureError {
      switch error {
      case .tooFewImages(let found, let needed):
        throw EngineError(
          .tooLittleData, error.description, detail: ["found": String(found), "needed": String(needed)])
      case .invalidValue, .shape, .weights: throw EngineError(.invalidValue, error.description)
      }
    }
  }
}

extension WorkspaceError {
  /// The engine's form.
  fileprivate var engineError: EngineError {
    EngineError(
      .workspace, message, detail: ["reason": kind.rawValue, "path": path], isRetryable: isRetryable)
  }
}
