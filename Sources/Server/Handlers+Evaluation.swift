import Base
import Concepts
import Engine
import Evaluation
import Fields
import Figures
import RPC
import Structure
import Wire

extension Handlers {
  @Sendable func evaluate(_ request: Evaluate, in snapshot: EngineSnapshot, _ call: any Call) throws -> EvaluationReport
  {
    let path = request.path.map(session.resolve)
    if let path { try AtomicFile.check(path) }
    var report = try snapshot.evaluate(
      model: request.model, classes: request.classes.map(reference),
      images: request.images.map { (reference($0.classReference), $0.images.map(source)) },
      random: request.random.map(source), options: request.options,
      monitor: call.monitor(session, plan: .evaluate(request.options, classes: request.classes.count))
    ) { run, measures in
      call.preview(
        .object(["run": .count(run), "measures": FieldType.array(of: EvaluationMeasure.written).json(measures)]))
    }
    guard let path else { return report }
    let page = [UInt8](try EvaluationPage(report: report).html().utf8)
    if call.isCancelled || session.isShutDown { throw CancellationError() }
    try AtomicFile.write(page, to: path)
    report.path = path
    return report
  }
}

extension StagePlan {
  /// The stages of `vrx/evaluate`, run by run. Later runs find the patches' embeddings in the store.
  fileprivate static func evaluate(_ options: EvaluationOptions, classes: Int) -> StagePlan {
    var stages: [(name: String, weight: Double)] = [(EvaluationStages.reading, readingWeight)]
    // A number of runs or classes beyond reason is refused later on, with an error that says so.
    for number in 1...max(1, min(options.seeds, mostPlanned)) {
      let run = EvaluationStages.run(number: number, of: options.seeds)
      func add(_ part: String, _ plan: StagePlan, share: Double) {
        stages += plan.stages.map { (EvaluationStages.stage(run, part, $0.name), $0.weight * share) }
      }
      func discoveries(_ suffix: String, share: Double) {
        for position in 1...max(1, classes) {
          add(EvaluationStages.discovering(position, of: classes) + suffix, .discover, share: share)
        }
      }
      discoveries("", share: number == 1 ? 1 : laterShare)
      if options.measures.contains(.sanity) {
        add(EvaluationStages.sanity, StagePlan(stages: [(EvaluationStages.importance, sanityWeight)]), share: 1)
      }
      add(EvaluationStages.training, .train, share: number == 1 ? 1 : laterShare)
      if options.discovery.attention.attention, options.measures.contains(.curves) {
        discoveries(EvaluationStages.withoutAttention, share: laterShare)
      }
      add(EvaluationStages.measuring, StagePlan(stages: [(EvaluationStages.heldOut, measuringWeight)]), share: 1)
    }
    return StagePlan(stages: stages)
  }

  private static let readingWeight = 2.0
  private static let measuringWeight = 150.0
  private static let sanityWeight = 100.0
  private static let laterShare = 0.4
  private static let mostPlanned = 1000
}
