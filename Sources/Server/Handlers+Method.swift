import Concepts
import Engine
import RPC
import Structure
import Wire

extension Handlers {
  @Sendable func discover(_ request: Discover, _ call: any Call) throws -> JSONValue {
    var options = DiscoveryOptions()
    try DiscoveryOptions.table.read(request.options, into: &options)
    return try engine.discover(
      model: request.model, class: reference(request.classReference), images: request.images.map(source),
      random: request.random.map(source), layer: request.layer, options: options,
      monitor: call.monitor(session, plan: .discover)
    ) { call.preview($0.json) }.json
  }

  @Sendable func match(_ request: Match, _ call: any Call) throws -> JSONValue {
    try engine.match(
      model: request.model, images: request.images.map(source), classes: request.classes?.map(reference),
      monitor: call.monitor(session, plan: .single)
    ).json
  }

  @Sendable func train(_ request: Train, _ call: any Call) throws -> JSONValue {
    var options = TrainingOptions()
    try TrainingOptions.table.read(request.options, into: &options)
    return try engine.train(
      model: request.model, classes: request.classes.map(reference),
      images: request.images.map { (reference($0.classReference), $0.images.map(source)) }, options: options,
      monitor: call.monitor(session, plan: .train)
    ) { call.preview(TrainingReport.epoch($0, loss: $1, heldOutLoss: $2)) }.json
  }

  @Sendable func explain(_ request: Explain, _ call: any Call) throws -> JSONValue {
    try report(request, monitor: call.monitor(session, plan: .single)).json
  }
}
