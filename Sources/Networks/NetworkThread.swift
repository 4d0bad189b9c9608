import Base
import Foundation
import NetworkRuntime
import Synchronization

/// A thread on which graphs are made, run and destroyed.
///
/// oneDNN keeps scratch memory by thread: a primitive that is made on one thread and run on another crashes. So
/// these threads never end.
final class NetworkThread: Sendable {
  /// One for each core of the budget.
  static let all: [NetworkThread] = (0..<ThreadBudget.cores).map { NetworkThread(name: "network \($0)") }

  private struct Queue {
    var jobs: [@Sendable () -> Void] = []
  }

  private let queue = Mutex(Queue())
  private let waiting = DispatchSemaphore(value: 0)

  /// In bytes.
  private static let stackSize = 8 << 20

  private init(name: String) {
    let thread = Thread { [self] in
      nrt_settle_thread(Int32(clamping: ThreadBudget.cores))
      while true {
        waiting.wait()
        let job = queue.withLock { $0.jobs.isEmpty ? nil : $0.jobs.removeFirst() }
        job?()
      }
    }
    thread.name = name
    thread.stackSize = Self.stackSize
    thread.start()
  }

  /// Runs `job` after those that were added before.
  func add(_ job: @escaping @Sendable () -> Void) {
    queue.withLock { $0.jobs.append(job) }
    waiting.signal()
  }

  /// Runs `body` on the thread and waits for it. Not to be called on a network thread.
  func run<Result>(_ body: @escaping () throws -> Result) throws -> Result {
    let outcome = Outcome<Result>()
    // The caller waits: nothing else touches the values of `body` meanwhile.
    nonisolated(unsafe) let body = body
    add { outcome.set(.init(catching: body)) }
    return try outcome.wait()
  }

  /// Divides `count` tasks among `threads`: each takes the next when it has finished one. `body` gets the thread's
  /// place in `threads` and the task. Throws the error of one that failed, after all have ended.
  static func share(
    _ count: Int, among threads: ArraySlice<NetworkThread>, _ body: @escaping @Sendable (Int, Int) throws -> Void
  ) throws {
    let next = Atomic(0)
    let group = DispatchGroup()
    let failure = Mutex<(any Error)?>(nil)
    for (place, thread) in threads.prefix(count).enumerated() {
      group.enter()
      thread.add {
        defer { group.leave() }
        while true {
          let task = next.wrappingAdd(1, ordering: .relaxed).oldValue
          guard task < count, failure.withLock({ $0 == nil }) else { return }
          do { try body(place, task) } catch { failure.withLock { $0 = $0 ?? error } }
        }
      }
    }
    group.wait()
    if let error = failure.withLock({ $0 }) { throw error }
  }
}

/// The result of a job, for the thread that waits for it.
private final class Outcome<Value>: @unchecked Sendable {
  // Written once, before the signal.
  private var result: Result<Value, any Error>?
  private let done = DispatchSemaphore(value: 0)

  func set(_ result: Result<Value, any Error>) {
    self.result = result
    done.signal()
  }

  func wait() throws -> Value {
    done.wait()
    guard let result else { throw CancellationError() }
    return try result.get()
  }
}
