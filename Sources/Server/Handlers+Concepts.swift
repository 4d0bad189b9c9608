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

  @Sendable func renameConcept(_ request: RenameConcept, _ call: any Call) throws -> JSONValue {
    try engine.renameConcept(request.concept, to: request.name).json
  }
}
