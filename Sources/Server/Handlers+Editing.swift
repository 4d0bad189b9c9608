import Engine
import RPC
import Wire

extension Handlers {
  @Sendable func compare(_ request: Compare, _ call: any Call) throws -> JSONValue {
    func side(_ side: Compare.Side) -> ComparisonSide {
      ComparisonSide(
        model: side.model, image: source(side.image), className: reference(side.classReference),
        graphModel: side.graphModel)
    }
    return try engine.compare(
      side(request.left), side(request.right), monitor: call.monitor(session, plan: .single)
    ).json
  }

  @Sendable func intervene(_ request: Intervene, _ call: any Call) throws -> JSONValue {
    try engine.intervene(
      model: request.model, image: source(request.image),
      edits: request.edits.map { edit in
        Intervention(
          kind: Self.kind(edit.kind), concept: edit.concept, className: edit.classReference.map(reference),
          source: edit.from.map(source), target: edit.to)
      },
      classes: request.classes?.map(reference), graphModel: request.graphModel, seed: request.seed,
      monitor: call.monitor(session, plan: .single)
    ).json
  }

  @Sendable func diagnose(_ request: Diagnose, _ call: any Call) throws -> JSONValue {
    try engine.diagnose(
      model: request.model, images: request.images.map { (reference($0.classReference), $0.images.map(source)) },
      graphModel: request.graphModel, seed: request.seed, monitor: call.monitor(session, plan: .single)
    ).json
  }

  private static func kind(_ kind: Intervene.Kind) -> InterventionKind {
    switch kind {
    case .substitute: .substitute
    case .random: .random
    case .move: .move
    case .mask: .mask
    }
  }
}
