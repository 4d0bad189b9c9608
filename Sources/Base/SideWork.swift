import Dispatch
import Synchronization

/// Independent tasks that run beside a main one on the cores that it leaves free, and after it on all cores.
package struct SideWork<Output: Sendable>: Sendable {
  private struct State {
    var next = 0
    var done = 0
    var isAbandoned = false
    var results: [Result<Output, any Error>?]
  }

  private let count: Int
  private let monitor: WorkMonitor
  private let body: @Sendable (Int, WorkMonitor) throws -> Output

  /// `body` computes each of `count` outputs from its index; its monitor cancels with `monitor`.
  package init(count: Int, monitor: WorkMonitor, body: @escaping @Sendable (Int, WorkMonitor) throws -> Output) {
    self.count = count
    self.monitor = monitor
    self.body = body
  }

  /// Runs `main` on the calling thread, and the tasks beside and after it. Reports how many tasks are done once `main`
  /// has ended.
  ///
  /// Throws what `main` throws, else the error of the first task that failed. No task runs any more then.
  package func run<Main>(stage: String, main: () throws -> Main) throws -> (main: Main, outputs: [Output]) {
    let state = Shared(State(results: [Result<Output, any Error>?](repeating: nil, count: count)))
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

  /// Runs tasks until none is left.
  private func work(_ state: Shared, onTask: (Int) -> Void) {
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
      onTask(done)
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
