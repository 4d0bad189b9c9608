/// How far a stage of long work has come.
package struct StageProgress: Sendable, Equatable {
  /// The stage's name in plain words, such as "embedding patches".
  package var stage: String
  /// Units done so far.
  package var done: Int
  package var total: Int

  package init(stage: String, done: Int, total: Int) { (self.stage, self.done, self.total) = (stage, done, total) }
}

/// How long work checks for cancellation and reports progress to its caller.
///
/// Work calls `checkCancelled` at least every half second and `report` after every batch.
package struct WorkMonitor: Sendable {
  private let cancelled: @Sendable () -> Bool
  private let onProgress: @Sendable (StageProgress) -> Void

  /// Asks `isCancelled`, and reports to `onProgress`.
  package init(
    isCancelled: @escaping @Sendable () -> Bool, onProgress: @escaping @Sendable (StageProgress) -> Void = { _ in }
  ) {
    cancelled = isCancelled
    self.onProgress = onProgress
  }

  /// Never cancels, and reports nothing.
  package static let silent = WorkMonitor(isCancelled: { false })

  /// Whether the caller has cancelled the work.
  package var isCancelled: Bool { cancelled() }

  /// Throws `CancellationError` once the caller has cancelled the work.
  package func checkCancelled() throws {
    if isCancelled { throw CancellationError() }
  }

  /// Reports how far a stage has come.
  package func report(_ stage: String, done: Int, total: Int) {
    onProgress(StageProgress(stage: stage, done: done, total: total))
  }
}
