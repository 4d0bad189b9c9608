import Base
import RPC
import Testing

@testable import Server

/// Fractions of a whole request never fall, and end at 1.
@Suite struct StagePlanTests {
  private static let plans: [StagePlan] = [.discover, .train, .bind]

  @Test(arguments: plans.indices) func fractionsRiseFromStageToStage(number: Int) throws {
    let plan = Self.plans[number]
    var last = 0.0
    for (position, stage) in plan.stages.enumerated() {
      for done in 0...7 {
        let fraction = try #require(plan.fraction(of: StageProgress(stage: stage.name, done: done, total: 7)))
        #expect(fraction >= last - 1e-12 && fraction <= 1 + 1e-12, "\(stage.name), \(done)")
        if position == 0, done == 0 { #expect(fraction == 0) }
        last = fraction
      }
    }
    #expect(abs(last - 1) < 1e-12)
    #expect(plan.stages.allSatisfy { $0.weight > 0 } && Set(plan.stages.map(\.name)).count == plan.stages.count)
  }

  @Test func numbersOutOfOrderStayWithinTheStage() throws {
    let plan = StagePlan(stages: [("a", 1), ("b", 3)])
    func fraction(_ stage: String, _ done: Int, _ total: Int) -> Double? {
      plan.fraction(of: StageProgress(stage: stage, done: done, total: total))
    }
    #expect(fraction("a", 9, 4) == 0.25 && fraction("a", -1, 4) == 0 && fraction("b", 0, 0) == 0.25)
    #expect(fraction("b", 2, 4) == 0.625)
    #expect(fraction("c", 1, 2) == nil, "not planned")
  }

  @Test func aRequestOfOneStageGoesByItsShare() {
    let progress = StageProgress(stage: "anything", done: 1, total: 4)
    #expect(StagePlan.single.fraction(of: progress) == 0.25)
  }

  @Test func monitorsTellTheCallAndStopWithIt() throws {
    let (call, session) = (StubCall(), Session())
    let monitor = call.monitor(session, plan: StagePlan(stages: [("a", 1), ("b", 1)]))
    monitor.report("b", done: 1, total: 2)
    #expect(call.reports == [StubCall.Report(message: "b", fraction: 0.75, done: 1, total: 2)])
    let silent = call.silentMonitor(session)
    silent.report("b", done: 2, total: 2)
    #expect(call.reports.count == 1)
    #expect(throws: Never.self) { try monitor.checkCancelled() }
    call.cancel()
    for monitor in [monitor, silent] { #expect(throws: CancellationError.self) { try monitor.checkCancelled() } }
    // The end of the session ends all work.
    let other = StubCall().monitor(session, plan: .single)
    #expect(session.admit(method: "initialize", isNotification: false) == nil)
    #expect(session.admit(method: "shutdown", isNotification: false) == nil && other.isCancelled)
  }
}
