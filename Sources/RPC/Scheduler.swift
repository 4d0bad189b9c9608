import Foundation

/// Runs jobs on its own threads, in lanes, as their ordering allows.
///
/// A barrier waits for all earlier jobs, and all later jobs wait for it; writes run one after another in the order of
/// their arrival; reads and free jobs start as soon as their lane has a thread.
final class Scheduler: @unchecked Sendable {
  private struct QueuedJob {
    var number: Int
    var ordering: Ordering
    var lane: Lane
    var run: @Sendable () -> Void
  }

  // Everything below is touched only with `condition` held.
  private let condition = NSCondition()
  private var waiting: [QueuedJob] = []
  private var running: [Int: Ordering] = [:]
  private var nextNumber = 0
  private var isStopped = false

  /// Bytes of a thread's stack.
  private static let stackSize = 16 << 20

  /// A scheduler with one thread for long jobs and `width` for each other lane.
  init(width: Int) {
    for lane in Lane.allCases where lane != .immediate {
      for _ in 0..<(lane == .compute ? 1 : max(1, width)) {
        let thread = Thread { [self] in work(in: lane) }
        thread.name = lane.rawValue
        thread.stackSize = Self.stackSize
        thread.start()
      }
    }
  }

  /// Queues a job; returns its number.
  @discardableResult
  func enqueue(_ ordering: Ordering, _ lane: Lane, _ run: @escaping @Sendable () -> Void) -> Int {
    condition.lock()
    defer { condition.unlock() }
    let number = nextNumber
    nextNumber += 1
    guard !isStopped else { return number }
    waiting.append(QueuedJob(number: number, ordering: ordering, lane: lane, run: run))
    condition.broadcast()
    return number
  }

  /// Takes a job out of the queue, if it has not started.
  func remove(_ number: Int) {
    condition.lock()
    defer { condition.unlock() }
    waiting.removeAll { $0.number == number }
    condition.broadcast()
  }

  /// Starts no more jobs, and waits for the running ones, at most `seconds`.
  func stop(within seconds: TimeInterval) {
    condition.lock()
    isStopped = true
    waiting = []
    condition.broadcast()
    let deadline = Date(timeIntervalSinceNow: seconds)
    while !running.isEmpty, condition.wait(until: deadline) {}
    condition.unlock()
  }

  private func work(in lane: Lane) {
    condition.lock()
    while true {
      if let position = waiting.firstIndex(where: { $0.lane == lane && mayStart($0) }) {
        let job = waiting.remove(at: position)
        running[job.number] = job.ordering
        condition.unlock()
        job.run()
        condition.lock()
        running[job.number] = nil
        condition.broadcast()
      } else if isStopped {
        condition.unlock()
        return
      } else {
        condition.wait()
      }
    }
  }

  private func mayStart(_ job: QueuedJob) -> Bool {
    func blocks(_ number: Int, _ ordering: Ordering) -> Bool {
      guard number < job.number else { return false }
      return ordering == .barrier || job.ordering == .barrier || (ordering == .write && job.ordering == .write)
    }
    return !running.contains { blocks($0.key, $0.value) } && !waiting.contains { blocks($0.number, $0.ordering) }
  }
}
