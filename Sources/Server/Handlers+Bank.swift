import Bank
import Base
import Engine
import RPC
import Reports
import Wire

extension Handlers {
  @Sendable func removeConcept(_ request: RemoveConcept, _ call: any Call) throws -> Done {
    try engine.removeConcept(request.concept)
    return Done()
  }

  @Sendable func mergeConcepts(_ request: MergeConcepts, _ call: any Call) throws -> ConceptSummary {
    try engine.mergeConcepts(request.concepts, name: request.name, monitor: call.monitor(session, plan: .single))
  }

  @Sendable func exportBank(_ request: ExportBank, in snapshot: EngineSnapshot, _ call: any Call) throws -> BankContents
  {
    let path = session.resolve(request.path)
    try AtomicFile.check(path)
    let bank = try snapshot.exportBank(
      BankSelection(
        hasConcepts: request.include.contains(.concepts), hasGraphs: request.include.contains(.graphs),
        model: request.model, graphModel: request.graphModel))
    guard !bank.isEmpty else {
      let (what, missing) = request.include.contains(.concepts) ? ("concepts", "vrx/discover") : ("graphs", "vrx/train")
      throw EngineError(
        .notReady, "the bank has no \(what) yet: request \(missing) first", detail: ["missing": missing])
    }
    let bytes = try BankFile.bytes(of: bank, format: request.format)
    if call.isCancelled { throw CancellationError() }
    try AtomicFile.write(bytes, to: path)
    return summary(of: bank.classes, graphs: bank.graphs.map(\.id), path: path)
  }

  @Sendable func importBank(_ request: ImportBank, _ call: any Call) throws -> BankContents {
    let path = session.resolve(request.path)
    let content = try BankFile.content(path: path, dummyValue: Float(request.dummyValue))
    if call.isCancelled { throw CancellationError() }
    switch content {
    case .bank(let bank):
      return summary(of: bank.classes, graphs: try engine.importBank(bank), path: path)
    case .published(let network):
      return summary(of: [], graphs: [try engine.importGraph(network, labels: request.classes)], path: path)
    }
  }

  private func summary(of classes: [ExportedClass], graphs: [String], path: String) -> BankContents {
    BankContents(
      path: path, classes: classes.count, concepts: classes.reduce(0) { $0 + $1.concepts.count }, graphModels: graphs)
  }
}
