import Foundation

/// The threads that may compute at once, for all that computes: networks, BLAS, and work shared out over helpers.
///
/// Each of these shares out its own work over at most `cores` threads. Work that calls BLAS from several threads runs it on one thread
/// each (`LinearAlgebra.onOneThread`), so that there are never cores × cores threads.
package enum ThreadBudget {
  /// Processors that this process may use: 1 or more.
  package static let cores = max(1, ProcessInfo.processInfo.activeProcessorCount)
}
