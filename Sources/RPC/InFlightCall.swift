import Foundation
import Synchronization

/// A request that has not been answered yet.
final class InFlightCall: Call {
  private struct State {
    var isCancelled = false
    var isAnswered = false
    var report: [String: JSONValue]?
    var isReportSent = true
    var percentage = 0
    var lastSent = Date.distantPast
    var previews = 0
  }

  /// The request's id, a string or an integer.
  let id: JSONValue
  let method: String
  private let progressToken: JSONValue?
  private let previewToken: JSONValue?
  private let writer: FrameWriter
  private let state = Mutex(State())

  /// Seconds between reports at least, and at most while the work goes on.
  private static let shortestInterval = 0.05
  static let longestInterval = 0.4

  init(id: JSONValue, method: String, parameters: JSONValue, writer: FrameWriter) {
    self.id = id
    self.method = method
    self.writer = writer
    progressToken = Self.token(parameters["workDoneToken"])
    previewToken = Self.token(parameters["partialResultToken"])
    sendProgress(["kind": .string("begin"), "title": .string(method), "percentage": .int(0)])
  }

  private static func token(_ value: JSONValue?) -> JSONValue? {
    switch value {
    case .string, .int: value
    default: nil
    }
  }

  var isCancelled: Bool { state.withLock { $0.isCancelled } }

  /// Tells the work to stop.
  func cancel() { state.withLock { $0.isCancelled = true } }

  func report(message: String, fraction: Double?, done: Int?, total: Int?) {
    guard progressToken != nil else { return }
    state.withLock { state in
      if let fraction, fraction.isFinite {
        state.percentage = max(state.percentage, Int(min(max(fraction, 0), 1) * 100))
      }
      var value: [String: JSONValue] = [
        "kind": .string("report"), "message": .string(message), "percentage": .int(Int64(state.percentage)),
      ]
      if let done { value["done"] = .int(Int64(done)) }
      if let total { value["total"] = .int(Int64(total)) }
      state.report = value
      state.isReportSent = false
      sendReport(&state, after: Self.shortestInterval)
    }
  }

  /// Sends what has been held back, or says again what was said last where nothing has been said for long.
  func tick() {
    guard progressToken != nil else { return }
    state.withLock { state in
      if state.report == nil {
        state.report = [
          "kind": .string("report"), "message": .string("working"), "percentage": .int(Int64(state.percentage)),
        ]
      }
      sendReport(&state, after: state.isReportSent ? Self.longestInterval : Self.shortestInterval)
    }
  }

  private func sendReport(_ state: inout State, after interval: TimeInterval) {
    let now = Date()
    guard !state.isAnswered, let report = state.report, now.timeIntervalSince(state.lastSent) >= interval else {
      return
    }
    state.isReportSent = true
    state.lastSent = now
    sendProgress(report, key: "report \(id)")
  }

  func preview(_ item: JSONValue) {
    guard let previewToken else { return }
    state.withLock { state in
      guard !state.isAnswered else { return }
      let message = Self.progress(
        previewToken, .object(["seq": .int(Int64(state.previews)), "items": .array([item])]))
      writer.sendDroppable(message, key: "preview \(id) \(state.previews)")
      state.previews += 1
    }
  }

  /// Answers, unless that has been done: the end of progress, then the response. Says whether it did.
  @discardableResult func answer(_ outcome: Result<JSONValue, RPCError>) -> Bool {
    state.withLock { state in
      guard !state.isAnswered else { return false }
      state.isAnswered = true
      switch outcome {
      case .success(let result):
        sendProgress(["kind": .string("end")])
        writer.send(.object(["jsonrpc": .string("2.0"), "id": id, "result": result]))
      case .failure(let error):
        sendProgress(["kind": .string("end"), "message": .string(error.message)])
        writer.send(error.response(to: id))
      }
      return true
    }
  }

  private func sendProgress(_ value: [String: JSONValue], key: String? = nil) {
    guard let progressToken else { return }
    let message = Self.progress(progressToken, .object(value))
    if let key {
      writer.sendDroppable(message, key: key)
    } else {
      writer.send(message)
    }
  }

  private static func progress(_ token: JSONValue, _ value: JSONValue) -> JSONValue {
    .object([
      "jsonrpc": .string("2.0"), "method": .string("$/progress"),
      "params": .object(["token": token, "value": value]),
    ])
  }
}

extension RPCError {
  /// The error as the answer to request `id`.
  func response(to id: JSONValue) -> JSONValue {
    var error: [String: JSONValue] = ["code": .int(Int64(code)), "message": .string(message)]
    if let data { error["data"] = data }
    return .object(["jsonrpc": .string("2.0"), "id": id, "error": .object(error)])
  }
}
