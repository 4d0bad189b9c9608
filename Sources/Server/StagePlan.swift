import Base
import RPC
import Synchronization

/// The stages of a request with the share of its time that each takes: they give the progress of the whole.
struct StagePlan: Sendable {
  /// Stages by the engine's names, in order, with their weights.
  let stages: [(name: String, weight: Double)]

  /// `vrx/discover`: seconds in a hundred, measured on 50 images with MobileNet v2; embedding dominates.
  static let discover = StagePlan(stages: [
    ("reading images", 1), ("reading random images", 1), ("finding attended regions", 8),
    ("segmenting images", 2), ("embedding patches", 63), ("clustering patches", 1),
    ("embedding random images", 20), ("testing concepts", 4), ("measuring concepts", 4),
  ])
  /// `vrx/train`: the graphs of the images take most of it.
  static let train = StagePlan(stages: [
    ("reading images", 2), ("building graphs", 78), ("training", 13), ("fitting controls", 7),
  ])
  /// `graph/bind`.
  static let bind = StagePlan(stages: [("reading images", 2), ("building graphs", 98)])
  /// Requests of one stage.
  static let single = StagePlan(stages: [])

  /// How much of the whole is done, in [0, 1]; nil for an unplanned stage of a plan with stages.
  func fraction(of progress: StageProgress) -> Double? {
    let share = progress.total > 0 ? min(max(Double(progress.done) / Double(progress.total), 0), 1) : 0
    if stages.isEmpty { return share }
    guard let index = stages.firstIndex(where: { $0.name == progress.stage }) else { return nil }
    let whole = stages.reduce(0) { $0 + $1.weight }
    return (stages[..<index].reduce(0) { $0 + $1.weight } + share * stages[index].weight) / whole
  }
}

extension Call {
  /// Cancels with the call or the session, and reports progress through `plan`.
  func monitor(_ session: Session, plan: StagePlan) -> WorkMonitor {
    WorkMonitor(isCancelled: { isCancelled || session.isShutDown }) { progress in
      report(
        message: progress.stage, fraction: plan.fraction(of: progress), done: progress.done, total: progress.total)
    }
  }

  /// Cancels with the call or the session, and reports nothing.
  func silentMonitor(_ session: Session) -> WorkMonitor {
    WorkMonitor(isCancelled: { isCancelled || session.isShutDown })
  }
}
