import Dispatch
import Synchronization

/// Divides work among the cores.
package enum Parallel {
  /// `body` of every index below `count`, in order, computed on `ThreadBudget.cores` threads. Throws the error of the
  /// lowest index that failed.
  package static func map<T: Sendable>(_ count: Int, _ body: @Sendable (Int) throws -> T) throws -> [T] {
    let results = Mutex([Result<T, any Error>?](repeating: nil, count: count))
    let next = Atomic(0)
    DispatchQueue.concurrentPerform(iterations: min(count, ThreadBudget.cores)) { _ in
      while true {
        let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
        guard index < count else { return }
        let result = Result { try body(index) }
        results.withLock { $0[index] = result }
      }
    }
    return try results.withLock { try $0.compactMap { try $0?.get() } }
  }

  /// Prepares batch after batch on worker threads, each while the one before is being consumed on the calling thread.
  ///
  /// At most two batches exist at a time. Stops at the first error of either side.
  package static func pipeline<Batch: Sendable>(
    _ count: Int, prepare: @escaping @Sendable (Int) throws -> Batch, consume: (Int, Batch) throws -> Void
  ) throws {
    guard count > 0 else { return }
    var next = Pending { try prepare(0) }
    for index in 0..<count {
      let current = next
      let batch = try current.value()
      if index + 1 < count { next = Pending { try prepare(index + 1) } }
      do {
        try consume(index, batch)
      } catch {
        // The batch under way belongs to this call and must not outlive it.
        if index + 1 < count { next.wait() }
        throw error
      }
    }
  }
}

/// A value being computed on a worker thread.
private final class Pending<Value: Sendable>: Sendable {
  private let group = DispatchGroup()
  private let result = Mutex<Result<Value, any Error>?>(nil)

  init(_ compute: @escaping @Sendable () throws -> Value) {
    DispatchQueue.global().async(group: group) { [self] in
      let computed = Result { try compute() }
      result.withLock { $0 = computed }
    }
  }

  func wait() { group.wait() }

  func value() throws -> Value {
    group.wait()
    guard let result = result.withLock({ $0 }) else { throw CancellationError() }
    return try result.get()
  }
}
