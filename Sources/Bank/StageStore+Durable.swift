import Base
import Store

extension StageStore {
  /// Runs long work whose stages go to the workspace. Ends it early, with an error that says why, where they cannot be
  /// written: what was done is written before the next work begins.
  package func durably<Result>(_ monitor: WorkMonitor, _ body: (WorkMonitor) throws -> Result) throws -> Result {
    guard let workspace else { return try body(monitor) }
    workspace.retry()
    let watching = WorkMonitor(isCancelled: { monitor.isCancelled || workspace.failure != nil }) {
      monitor.report($0.stage, done: $0.done, total: $0.total)
    }
    return try EngineError.mapped {
      do { return try body(watching) } catch is CancellationError {
        if let failure = workspace.failure, !monitor.isCancelled { throw failure }
        throw CancellationError()
      }
    }
  }
}
