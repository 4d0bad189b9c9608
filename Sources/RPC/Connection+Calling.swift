import Foundation
import JSON
import Synchronization

/// Why the client did not answer.
package enum ClientCallFailure: Error, Sendable, Equatable {
  /// It took longer than this many seconds.
  case timedOut(seconds: Double)
  /// It refused, or could not.
  case refused(RPCError)
  case gone
}

/// Requests to the client that it has not answered.
final class OutgoingCalls: @unchecked Sendable {
  private let condition = NSCondition()
  // Touched only with `condition` held.
  private var nextNumber = 1
  private var waiting: Set<String> = []
  private var answers: [String: Result<JSONValue, ClientCallFailure>] = [:]
  private var isClosed = false

  /// Seconds between checks for cancellation.
  private static let patience = 0.02

  /// A new id, for which an answer is now expected.
  func open() -> String {
    condition.lock()
    defer { condition.unlock() }
    let id = "vrxd-\(nextNumber)"
    nextNumber += 1
    waiting.insert(id)
    return id
  }

  /// Takes an answer; false where no request has this id.
  func answer(_ id: String, _ outcome: Result<JSONValue, ClientCallFailure>) -> Bool {
    condition.lock()
    defer { condition.unlock() }
    guard waiting.contains(id) else { return false }
    answers[id] = outcome
    condition.broadcast()
    return true
  }

  /// Waits for the answer to `id`; nil once cancelled or timed out.
  func wait(
    for id: String, until deadline: Date, isCancelled: () -> Bool
  ) -> Result<JSONValue, ClientCallFailure>? {
    condition.lock()
    defer {
      waiting.remove(id)
      answers[id] = nil
      condition.unlock()
    }
    while true {
      if let answer = answers[id] { return answer }
      if isClosed { return .failure(.gone) }
      if Date() >= deadline { return nil }
      condition.unlock()
      let isOver = isCancelled()
      condition.lock()
      if isOver { return answers[id] }
      condition.wait(until: min(deadline, Date(timeIntervalSinceNow: Self.patience)))
    }
  }

  /// No more answers will come.
  func close() {
    condition.lock()
    isClosed = true
    condition.broadcast()
    condition.unlock()
  }
}

extension Connection {
  /// Asks the client and waits for its answer, without holding a lock. Never call it on the reading thread.
  ///
  /// - Parameter isCancelled: checked repeatedly during the wait.
  /// - Throws: `CancellationError`, after the client got the cancellation; `ClientCallFailure`.
  package func call(
    _ method: String, _ parameters: JSONValue, within seconds: Double, isCancelled: () -> Bool
  ) throws -> JSONValue {
    let id = outgoing.open()
    currentWriter.withLock { $0 }?.send(
      .object(["jsonrpc": .string("2.0"), "id": .string(id), "method": .string(method), "params": parameters]))
    if let answer = outgoing.wait(
      for: id, until: Date(timeIntervalSinceNow: seconds), isCancelled: isCancelled)
    {
      return try answer.get()
    }
    notify("$/cancelRequest", .object(["id": .string(id)]))
    if isCancelled() { throw CancellationError() }
    throw ClientCallFailure.timedOut(seconds: seconds)
  }

  /// Takes the client's answer to a request of ours.
  func receiveAnswer(_ members: [String: JSONValue]) {
    let outcome: Result<JSONValue, ClientCallFailure>
    if let error = members["error"], error != .null {
      var code = RPCError.Code.internalError
      if case .int(let number)? = error["code"] { code = Int(clamping: number) }
      var message = "no reason was given"
      if case .string(let text)? = error["message"] { message = text }
      outcome = .failure(.refused(RPCError(code: code, message: message, data: error["data"])))
    } else {
      outcome = .success(members["result"] ?? .null)
    }
    guard case .string(let id)? = members["id"], outgoing.answer(id, outcome) else {
      return log(.warning, "a response came that was not asked for")
    }
  }
}
