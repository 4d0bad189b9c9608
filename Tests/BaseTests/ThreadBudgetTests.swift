import Foundation
import Testing

@testable import Base

@Suite struct ThreadBudgetTests {
  @Test(arguments: [
    (8, nil, 8), (8, "3", 3), (8, " 2 , 4", 2), (8, "16", 8), (8, "0", 8), (8, "-1", 8), (8, "many", 8), (8, "", 8),
    (0, nil, 1),
  ])
  func theEnvironmentMayAskForFewer(processors: Int, wanted: String?, cores: Int) {
    #expect(ThreadBudget.cores(processors: processors, wanted: wanted) == cores)
  }

  @Test(arguments: [
    ("Name:\tvrxd\nCpus_allowed:\t3\nCpus_allowed_list:\t0-1\n", 2), ("Cpus_allowed:\tff,00000000,f000000f\n", 16),
    ("Cpus_allowed:\t0\n", nil), ("Cpus_allowed_list:\t0-1\n", nil), ("", nil),
  ])
  func theKernelSaysWhichProcessorsAreAllowed(status: String, count: Int?) {
    #expect(ThreadBudget.allowedProcessors(status: status) == count)
  }

  @Test func anAffinityMaskCounts() throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["taskset", "-c", "0", "cat", "/proc/thread-self/status"]
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let status = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    #expect(ThreadBudget.allowedProcessors(status: status) == 1)
  }

  @Test func workIsSharedOutOverTheBudgetInOrder() throws {
    let threads = SharedCount()
    let made = try Parallel.map(40) { index in
      threads.enter()
      defer { threads.leave() }
      usleep(500)
      return index * index
    }
    #expect(made == (0..<40).map { $0 * $0 })
    #expect(threads.most <= ThreadBudget.cores)
  }

  @Test func theFirstFailureIsThrown() {
    struct Failure: Error, Equatable { var index: Int }
    #expect(throws: Failure(index: 7)) {
      try Parallel.map(20) { index in
        if index == 7 || index == 15 { throw Failure(index: index) }
      }
    }
    #expect((try? Parallel.map(0) { $0 }) == [])
  }
}

/// How many threads are in at once, and the most there were.
private final class SharedCount: @unchecked Sendable {
  private let lock = NSLock()
  private var inside = 0
  private var peak = 0

  var most: Int { lock.withLock { peak } }

  func enter() {
    lock.withLock {
      inside += 1
      peak = max(peak, inside)
    }
  }

  func leave() { lock.withLock { inside -= 1 } }
}
