import Engine
import RPC
import Reports
import Wire

extension Handlers {
  @Sendable func listConcepts(_ request: ListConcepts, _ call: any Call) throws -> [ConceptSummary] {
    try engine.concepts(model: request.model, class: request.classReference.map(reference))
  }

  @Sendable func getConcept(_ request: GetConcept, _ call: any Call) throws -> ConceptSummary {
    try engine.concept(request.concept)
  }

  @Sendable func scoreConcepts(_ request: ScoreConcepts, _ call: any Call) throws -> ScoreConcepts.Result {
    try engine.scoreConcepts(
      model: request.model, images: request.images.map(source), class: request.classReference.map(reference),
      concepts: request.concepts, monitor: call.monitor(session, plan: .single)
    ) { call.preview($0) }
  }

  @Sendable func renameConcept(_ request: RenameConcept, _ call: any Call) throws -> ConceptSummary {
    try engine.renameConcept(request.concept, to: request.name)
  }
}
