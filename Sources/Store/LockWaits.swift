import GRDB
import Synchronization

/// How long writers waited for the lock of a shared workspace.
final class LockWaits: Sendable {
  private let longestSeconds = Mutex(0.0)

  /// The longest wait so far, in seconds.
  var longest: Double { longestSeconds.withLock { $0 } }

  /// Runs `body` in a transaction that has the lock from its beginning.
  func transaction<Result>(_ database: Database, _ body: () throws -> Result) throws -> Result {
    let asked = ContinuousClock.now
    do { try database.beginTransaction(.immediate) } catch {
      note(ContinuousClock.now - asked)
      throw error
    }
    note(ContinuousClock.now - asked)
    do {
      let result = try body()
      try database.commit()
      return result
    } catch {
      // The failure may have ended the transaction already.
      if database.isInsideTransaction { try? database.rollback() }
      throw error
    }
  }

  private func note(_ wait: Duration) {
    let seconds = wait / .seconds(1)
    longestSeconds.withLock { $0 = max($0, seconds) }
  }
}
