import JSON
import RPC
import Synchronization

/// A call without a connection: remembers what it is told.
final class StubCall: Call {
  struct Report: Sendable, Equatable {
    var message: String
    var fraction: Double?
    var done: Int?
    var total: Int?
  }

  private struct State {
    var isCancelled = false
    var reports: [Report] = []
    var previews: [JSONValue] = []
  }

  private let state = Mutex(State())

  var isCancelled: Bool { state.withLock { $0.isCancelled } }
  var reports: [Report] { state.withLock { $0.reports } }
  var previews: [JSONValue] { state.withLock { $0.previews } }

  func cancel() { state.withLock { $0.isCancelled = true } }

  func report(message: String, fraction: Double?, done: Int?, total: Int?) {
    state.withLock { $0.reports.append(Report(message: message, fraction: fraction, done: done, total: total)) }
  }

  func preview(_ item: JSONValue) { state.withLock { $0.previews.append(item) } }
}
