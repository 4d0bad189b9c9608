/// How far a stage of long work has come.
package struct StageProgress: Sendable, Equatable {
  /// The stage's name in plain words, such as "embedding patches".
  package var stage: String
  /// Units done so far.
  package var done: Int
  /// Units in all.
  package var total: Int

  /// `done` of `total` units of `stage`.
  package init(stage: String, done: Int, total: Int) {
    self.stage = stage
    self.done = done
    self.total = total
  }
}

/// What long work asks its caller: may it go on, and who wants to hear how far it has come.
///
/// Work calls `checkCancelled` at least every half second and `report` after every batch.
package struct WorkMonitor: Sendable {
  private let cancelled: @Sendable () -> Bool
  private let onProgress: @Sendable (StageProgress) -> Void

  /// A monitor that asks `isCancelled` and tells `onProgress`.
  package init(
    isCancelled: @escaping @Sendable () -> Bool, onProgress: @escaping @Sendable (StageProgress) -> Void = { _ in }
  ) {
    cancelled = isCancelled
    self.onProgress = onProgress
  }

  /// A monitor that never cancels and tells nobody.
  package static let silent = WorkMonitor(isCancelled: { false })

  /// Whether the caller has lost interest.
  package var isCancelled: Bool { cancelled() }

  /// Throws `CancellationError` once the caller has lost interest.
  package func checkCancelled() throws {
    if isCancelled { throw CancellationError() }
  }

  /// Tells how far a stage has come.
  package func report(_ stage: String, done: Int, total: Int) {
    onProgress(StageProgress(stage: stage, done: done, total: total))
  }
}
