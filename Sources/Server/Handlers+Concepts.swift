import Engine
import RPC
import Wire

extension Handlers {
  @Sendable func listConcepts(_ request: ListConcepts, _ call: any Call) throws -> JSONValue {
    let concepts = try engine.concepts(model: request.model, class: request.classReference.map(reference))
    return .object(["concepts": .array(concepts.map(\.json))])
  }

  @Sendable func getConcept(_ request: GetConcept, _ call: any Call) throws -> JSONValue {
    try engine.concept(request.concept).json
  }

  @Sendable func scoreConcepts(_ request: ScoreConcepts, _ call: any Call) throws -> JSONValue {
    let (scores, skipped) = try engine.scoreConcepts(
      model: request.model, images: request.images.map(source), class: request.classReference.map(reference),
      concepts: request.concepts, monitor: call.monitor(session, plan: .single)
    ) { call.preview($0.json) }
    return .object(["scores": .array(scores.map(\.json)), "skipped": .array(skipped.map(\.json))])
  }

  @Sendable func renameConcept(_ request: RenameConcept, _ call: any Call) throws -> JSONValue {
    try engine.renameConcept(request.concept, to: request.name).json
  }
}
