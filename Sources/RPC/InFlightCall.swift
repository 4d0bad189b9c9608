import Foundation
import JSON
import Synchronization

/// A request that has not been answered yet.
final class InFlightCall: Call {
  private struct State {
    var isCancelled = false
    var isAnswered = false
    var hasStarted = false
    /// The latest report, and whether it was sent.
    var report: [String: JSONValue]?
    var isReportTold = true
    var isReportQueued = false
    var percentage = 0
    var lastReport: ContinuousClock.Instant
    /// Items that wait to be sent together.
    var items: [JSONValue] = []
    var isPreviewQueued = false
    var previews = 0
  }

  /// The request's id, a string or an integer.
  let id: JSONValue
  let method: String
  /// When the request arrived.
  let arrival = ContinuousClock.now
  private let progressToken: JSONValue?
  private let previewToken: JSONValue?
  private let writer: FrameWriter
  private let state: Mutex<State>
  /// The place in the scheduler's queue.
  let job = Mutex<Int?>(nil)

  /// The shortest time between reports, and the longest while the work goes on.
  private static let shortestInterval = Duration.milliseconds(60)
  private static let longestInterval = Duration.milliseconds(300)
  /// Seconds between calls of `tick`; with `longestInterval` it keeps reports less than half a second apart.
  static let tickInterval = 0.1
  /// Items of a preview that wait for a client that reads slowly; older ones are dropped.
  private static let mostItems = 256

  init(id: JSONValue, method: String, parameters: JSONValue, writer: FrameWriter) {
    self.id = id
    self.method = method
    self.writer = writer
    progressToken = Self.token(parameters["workDoneToken"])
    previewToken = Self.token(parameters["partialResultToken"])
    state = Mutex(State(lastReport: arrival))
    if let progressToken {
      writer.send(
        Self.progress(
          progressToken, ["kind": .string("begin"), "title": .string(method), "percentage": .int(0)]))
    }
  }

  private static func token(_ value: JSONValue?) -> JSONValue? {
    switch value {
    case .string, .int: value
    default: nil
    }
  }

  var isCancelled: Bool { state.withLock { $0.isCancelled } }

  /// Asks the work to stop.
  func cancel() { state.withLock { $0.isCancelled = true } }

  /// The work has its turn.
  func start() { state.withLock { $0.hasStarted = true } }

  func report(message: String, fraction: Double?, done: Int?, total: Int?) {
    guard progressToken != nil else { return }
    state.withLock { state in
      if let fraction, fraction.isFinite {
        state.percentage = max(state.percentage, Int(min(max(fraction, 0), 1) * 100))
      }
      var value = Self.report(message, state.percentage)
      if let done { value["done"] = .int(Int64(done)) }
      if let total { value["total"] = .int(Int64(total)) }
      state.report = value
      state.isReportTold = false
      queueReport(&state, after: Self.shortestInterval)
    }
  }

  /// Sends the report that waits, or repeats the latest one after a long silence.
  func tick() {
    guard progressToken != nil else { return }
    state.withLock { state in
      queueReport(&state, after: state.isReportTold ? Self.longestInterval : Self.shortestInterval)
    }
  }

  private func queueReport(_ state: inout State, after interval: Duration) {
    let now = ContinuousClock.now
    guard !state.isAnswered, !state.isReportQueued, now - state.lastReport >= interval else { return }
    state.isReportQueued = true
    state.lastReport = now
    writer.sendNews { [self] in takeReport() }
  }

  /// The latest report, now that the client can have it.
  private func takeReport() -> JSONValue? {
    state.withLock { state in
      state.isReportQueued = false
      guard !state.isAnswered, let progressToken else { return nil }
      state.isReportTold = true
      let waiting = state.hasStarted ? "working" : "waiting for other work"
      return Self.progress(progressToken, state.report ?? Self.report(waiting, state.percentage))
    }
  }

  func preview(_ item: JSONValue) {
    guard previewToken != nil else { return }
    state.withLock { state in
      guard !state.isAnswered else { return }
      if state.items.count == Self.mostItems { state.items.removeFirst() }
      state.items.append(item)
      guard !state.isPreviewQueued else { return }
      state.isPreviewQueued = true
      writer.sendNews { [self] in takePreview() }
    }
  }

  /// All items that wait, in one preview.
  private func takePreview() -> JSONValue? {
    state.withLock { state in
      state.isPreviewQueued = false
      guard let previewToken, !state.items.isEmpty else { return nil }
      defer {
        state.previews += 1
        state.items = []
      }
      return Self.progress(previewToken, ["seq": .int(Int64(state.previews)), "items": .array(state.items)])
    }
  }

  /// Answers unless already answered: the end of progress, then the response. Returns whether it did.
  @discardableResult func answer(_ outcome: Result<JSONValue, RPCError>) -> Bool {
    var end: [String: JSONValue] = ["kind": .string("end")]
    let response: JSONValue
    switch outcome {
    case .success(let result): response = .object(["jsonrpc": .string("2.0"), "id": id, "result": result])
    case .failure(let error):
      end["message"] = .string(error.message)
      response = error.response(to: id)
    }
    // Serialised before the lock is taken: readers of the state do not wait for it.
    let prepared = writer.prepare(response, isAnswer: true)
    return state.withLock { state in
      guard !state.isAnswered else { return false }
      state.isAnswered = true
      if let progressToken { writer.send(Self.progress(progressToken, end)) }
      writer.send(prepared)
      return true
    }
  }

  private static func report(_ message: String, _ percentage: Int) -> [String: JSONValue] {
    ["kind": .string("report"), "message": .string(message), "percentage": .int(Int64(percentage))]
  }

  private static func progress(_ token: JSONValue, _ value: [String: JSONValue]) -> JSONValue {
    .object([
      "jsonrpc": .string("2.0"), "method": .string("$/progress"),
      "params": .object(["token": token, "value": .object(value)]),
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
