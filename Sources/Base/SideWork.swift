import Dispatch
import Synchronization

/// Independent pieces of work that are done beside a main one, on the cores that it leaves free, and after it on all.
package struct SideWork<Piece: Sendable>: Sendable {
  private struct State {
    var next = 0
    var done = 0
    var isAbandoned = false
    var results: [Result<Piece, any Error>?]
  }

  private let count: Int
  private let monitor: WorkMonitor
  private let body: @Sendable (Int, WorkMonitor) throws -> Piece

  /// `count` pieces, each made by `body` of its index and a monitor that cancels with `monitor`.
  package init(count: Int, monitor: WorkMonitor, body: @escaping @Sendable (Int, WorkMonitor) throws -> Piece) {
    self.count = count
    self.monitor = monitor
    self.body = body
  }

  /// Does `main` on the calling thread and the pieces beside and after it. Tells how many pieces are done once the main work is.
  ///
  /// Throws what `main` throws, else the error of the first piece that failed; in either case nothing is running any more.
  package func run<Main>(stage: String, main: () throws -> Main) throws -> (main: Main, pieces: [Piece]) {
    let state = Shared(State(results: [Result<Piece, any Error>?](repeating: nil, count: count)))
    let group = DispatchGroup()
    for _ in 0..<min(count, ThreadBudget.cores - 1) {
      DispatchQueue.global().async(group: group) { work(state) { _ in } }
    }
    let result = Result { try main() }
    if case .failure = result { state.mutex.withLock { $0.isAbandoned = true } }
    if count > 0 {
      monitor.report(stage, done: state.mutex.withLock { $0.done }, total: count)
      work(state) { monitor.report(stage, done: $0, total: count) }
    }
    group.wait()
    let made = try result.get()
    return (made, try state.mutex.withLock { try $0.results.compactMap { try $0?.get() } })
  }

  /// Does pieces until none is left.
  private func work(_ state: Shared, onPiece: (Int) -> Void) {
    let monitor = WorkMonitor(isCancelled: { [monitor] in
      monitor.isCancelled || state.mutex.withLock { $0.isAbandoned }
    })
    while let index = state.next(below: count) {
      let result = Result { try body(index, monitor) }
      let done = state.mutex.withLock { state in
        state.results[index] = result
        if case .failure = result { state.isAbandoned = true }
        state.done += 1
        return state.done
      }
      onPiece(done)
    }
  }

  private final class Shared: Sendable {
    let mutex: Mutex<State>

    init(_ state: sending State) { mutex = Mutex(state) }

    func next(below count: Int) -> Int? {
      mutex.withLock { state in
        guard !state.isAbandoned, state.next < count else { return nil }
        defer { state.next += 1 }
        return state.next
      }
    }
  }
}
