import Base
import Engine
import RPC
import Readings
import Reports
import Wire

extension Handlers {
  @Sendable func compare(_ request: Compare, in snapshot: EngineSnapshot, _ call: any Call) throws -> ComparisonReport {
    try comparison(request, in: snapshot, monitor: call.monitor(session, plan: .single))
  }

  @Sendable func intervene(_ request: Intervene, in snapshot: EngineSnapshot, _ call: any Call) throws
    -> InterventionReport
  {
    try intervention(request, in: snapshot, monitor: call.monitor(session, plan: .single))
  }

  /// The engine's answer to `vrx/compare`.
  func comparison(_ request: Compare, in snapshot: EngineSnapshot, monitor: WorkMonitor) throws -> ComparisonReport {
    func side(_ side: Compare.Side) -> ComparisonSide {
      ComparisonSide(
        model: side.model, image: source(side.image), className: reference(side.classReference),
        graphModel: side.graphModel)
    }
    return try snapshot.compare(
      side(request.left), side(request.right),
      measuring: request.evidence.isMeasured ? Explain.defaultConcepts : nil, monitor: monitor)
  }

  /// The engine's answer to `vrx/intervene`.
  func intervention(_ request: Intervene, in snapshot: EngineSnapshot, monitor: WorkMonitor) throws
    -> InterventionReport
  {
    try snapshot.intervene(
      model: request.model, image: source(request.image),
      edits: request.edits.map { edit in
        Intervention(
          kind: Self.kind(edit.kind), concept: edit.concept, className: edit.classReference.map(reference),
          source: edit.from.map(source), target: edit.to)
      },
      classes: request.classes?.map(reference), graphModel: request.graphModel,
      rematch: request.rematch, measuring: request.evidence.isMeasured ? Explain.defaultConcepts : nil,
      seed: request.seed, monitor: monitor)
  }

  @Sendable func diagnose(_ request: Diagnose, in snapshot: EngineSnapshot, _ call: any Call) throws -> DiagnosisReport
  {
    try snapshot.diagnose(
      model: request.model, images: request.images.map { (reference($0.classReference), $0.images.map(source)) },
      graphModel: request.graphModel, seed: request.seed, monitor: call.monitor(session, plan: .single)
    )
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
