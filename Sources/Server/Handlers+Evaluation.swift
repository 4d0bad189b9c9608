import Base
import Concepts
import Engine
import Evaluation
import Figures
import RPC
import Structure
import Wire

extension Handlers {
  @Sendable func evaluate(_ request: Evaluate, _ call: any Call) throws -> JSONValue {
    var options = EvaluationOptions()
    try EvaluationOptions.table.read(request.options, into: &options)
    let path = request.path.map(session.resolve)
    if let path { try AtomicFile.check(path) }
    let report = try engine.evaluate(
      model: request.model, classes: request.classes.map(reference),
      images: request.images.map { (reference($0.classReference), $0.images.map(source)) },
      random: request.random.map(source), options: options,
      monitor: call.monitor(session, plan: .evaluate(options, classes: request.classes.count))
    ) { run, measures in
      call.preview(.object(["run": .count(run), "measures": .array(measures.map(\.json))]))
    }
    guard let path else { return report.json }
    let page = [UInt8](try EvaluationPage(report: report).html().utf8)
    if call.isCancelled || session.isShutDown { throw CancellationError() }
    try AtomicFile.write(page, to: path)
    return report.json.with(["path": .string(path)])
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
      if options.discovery.attention, options.measures.contains(.curves) {
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

extension EvaluationOptions {
  /// The options of `vrx/evaluate`.
  static let table = OptionTable<EvaluationOptions>([
    .init("seeds", .int(in: 1...1000), \.seeds, "Runs of the whole method, with seeds that follow each other."),
    .init("seed", .seed, \.seed, "The first seed; it also decides which images are held out, for all runs alike."),
    .init(
      "holdout", .number(in: 0...1), \.holdout,
      "Share of each class's photographs that nothing is fitted on and everything is measured on."),
    .init("maxHeldOut", .int(in: 2...Int.max), \.maxHeldOut, "Most photographs of a class that are held out."),
    .init(
      "measures", .list(of: .word(EvaluationGroup.self)), "What is measured.",
      get: { options in EvaluationGroup.allCases.filter(options.measures.contains) }, set: { $0.measures = Set($1) }),
    .init(
      "edits", .int(in: 0...100), \.edits,
      "Concepts of each held-out photograph that are edited, each in two ways, to see whether the explanation follows."),
    .init(
      "randomPatches", .int(in: 0...1000), \.randomPatches,
      "Random patches of its shape that masking each concept is compared with, where signs are measured; 0 for none."),
    .init(
      "randomOrders", .int(in: 1...1000), \.randomOrders,
      "Random orders of masking that the explanation's order is held against."),
    .init(
      "layer", .string, "The layer; the model's default where absent.", set: { $0.layer = $1 }),
    .init(
      "thresholds", FieldType<[String: Double]>.map(of: .number(), allowsEmpty: true), \.thresholds,
      "What is asked of measures, by name: verdicts say what is met."),
    .init(
      "discover", DiscoveryOptions.table, part: "DiscoverOptions", \.discovery,
      "Options of the discoveries, but for layer and seed."),
    .init(
      "train", TrainingOptions.table, part: "TrainOptions", \.training, "Options of the trainings, but for the seed."),
  ])
}
