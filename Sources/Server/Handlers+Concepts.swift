import Engine
import RPC
import Reports
import Wire

extension Handlers {
  @Sendable func listConcepts(_ request: ListConcepts, in snapshot: EngineSnapshot, _ call: any Call) throws
    -> [ConceptSummary]
  {
    try snapshot.concepts(model: request.model, class: request.classReference.map(reference))
  }

  @Sendable func getConcept(_ request: GetConcept, in snapshot: EngineSnapshot, _ call: any Call) throws
    -> ConceptSummary
  {
    try snapshot.concept(request.concept)
  }

  @Sendable func scoreConcepts(_ request: ScoreConcepts, in snapshot: EngineSnapshot, _ call: any Call) throws
    -> ScoreConcepts.Result
  {
    try snapshot.scoreConcepts(
      model: request.model, images: request.images.map(source), class: request.classReference.map(reference),
      concepts: request.concepts, monitor: call.monitor(session, plan: .single)
    ) { call.preview($0) }
  }

  @Sendable func renameConcept(_ request: RenameConcept, _ call: any Call) throws -> ConceptSummary {
    try engine.renameConcept(request.concept, to: request.name)
  }
}
