import Concepts
import Engine
import RPC
import Reports
import Structure
import Wire

extension Handlers {
  @Sendable func discover(_ request: Discover, _ call: any Call) throws -> DiscoveryReport {
    try engine.discover(
      model: request.model, class: reference(request.classReference), images: request.images.map(source),
      random: request.random.map(source), layer: request.layer, options: request.options,
      monitor: call.monitor(session, plan: .discover)
    ) { call.preview($0) }
  }

  @Sendable func match(_ request: Match, in snapshot: EngineSnapshot, _ call: any Call) throws -> MatchReport {
    try snapshot.match(
      model: request.model, images: request.images.map(source), classes: request.classes?.map(reference),
      monitor: call.monitor(session, plan: .single)
    )
  }

  @Sendable func train(_ request: Train, _ call: any Call) throws -> TrainingReport {
    try engine.train(
      model: request.model, classes: request.classes.map(reference),
      images: request.images.map { (reference($0.classReference), $0.images.map(source)) }, options: request.options,
      monitor: call.monitor(session, plan: .train)
    ) { call.preview($0) }
  }

  @Sendable func explain(_ request: Explain, in snapshot: EngineSnapshot, _ call: any Call) throws -> ExplanationReport
  {
    try report(request, in: snapshot, monitor: call.monitor(session, plan: .single))
  }
}
