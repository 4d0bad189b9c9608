import Base
import COpenBLAS
import Synchronization

extension LinearAlgebra {
  /// Keeps OpenBLAS within the budget, once: each call that may use several threads reads this first.
  static let threadLimit: Void = limitThreads()

  static func limitThreads() {
    openblas_set_num_threads(CInt(clamping: min(Int(openblas_get_num_threads()), ThreadBudget.cores)))
  }

  /// How many callers want one thread, and how many threads there were before the first of them.
  private static let single = Mutex((users: 0, threads: CInt(1)))

  /// Runs `body` with OpenBLAS on one thread: for many small products, where splitting each costs more than it saves.
  ///
  /// The limit is the process's: products that other threads compute meanwhile are slower, not wrong.
  package static func onOneThread<Result>(_ body: () throws -> Result) rethrows -> Result {
    _ = threadLimit
    single.withLock {
      if $0.users == 0 {
        $0.threads = openblas_get_num_threads()
        openblas_set_num_threads(1)
      }
      $0.users += 1
    }
    defer {
      single.withLock {
        $0.users -= 1
        if $0.users == 0 { openblas_set_num_threads($0.threads) }
      }
    }
    return try body()
  }
}
