/// How far a stage of long work has come.
public struct StageProgress: Sendable, Equatable {
  /// The stage's name in plain words, such as "embedding patches".
  public var stage: String
  /// Units done so far.
  public var done: Int
  /// Units in all.
  public var total: Int

  /// `done` of `total` units of `stage`.
  public init(stage: String, done: Int, total: Int) {
    self.stage = stage
    self.done = done
    self.total = total
  }
}

/// What long work asks its caller: may it go on, and who wants to hear how far it has come.
///
/// Work calls `checkCancelled` at least every half second and `report` after every batch.
public struct WorkMonitor: Sendable {
  private let cancelled: @Sendable () -> Bool
  private let onProgress: @Sendable (StageProgress) -> Void

  /// A monitor that asks `isCancelled` and tells `onProgress`.
  public init(
    isCancelled: @escaping @Sendable () -> Bool, onProgress: @escaping @Sendable (StageProgress) -> Void = { _ in }
  ) {
    cancelled = isCancelled
    self.onProgress = onProgress
  }

  /// A monitor that never cancels and tells nobody.
  public static let silent = WorkMonitor(isCancelled: { false })

  /// Whether the caller has lost interest.
  public var isCancelled: Bool { cancelled() }

  /// Throws `CancellationError` once the caller has lost interest.
  public func checkCancelled() throws {
    if isCancelled { throw CancellationError() }
  }

  /// Tells how far a stage has come.
  public func report(_ stage: String, done: Int, total: Int) {
    onProgress(StageProgress(stage: stage, done: done, total: total))
  }
}
