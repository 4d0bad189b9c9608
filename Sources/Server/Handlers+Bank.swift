import Engine
import RPC
import Wire

extension Handlers {
  @Sendable func removeConcept(_ request: RemoveConcept, _ call: any Call) throws -> JSONValue {
    try engine.removeConcept(request.concept)
    return .object([:])
  }

  @Sendable func mergeConcepts(_ request: MergeConcepts, _ call: any Call) throws -> JSONValue {
    try engine.mergeConcepts(request.concepts, name: request.name, monitor: call.monitor(session, plan: .single)).json
  }

  @Sendable func exportBank(_ request: ExportBank, _ call: any Call) throws -> JSONValue {
    let path = session.resolve(request.path)
    try AtomicFile.check(path)
    let classes = try engine.exportBank()
    guard !classes.isEmpty else {
      throw EngineError(
        .notReady, "the bank has no concepts yet: request vrx/discover first", detail: ["missing": "vrx/discover"])
    }
    let bytes = try BankFile.bytes(of: classes, format: request.format)
    if call.isCancelled { throw CancellationError() }
    try AtomicFile.write(bytes, to: path)
    return counts(classes, path: path)
  }

  @Sendable func importBank(_ request: ImportBank, _ call: any Call) throws -> JSONValue {
    let path = session.resolve(request.path)
    let classes = try BankFile.classes(path: path)
    if call.isCancelled { throw CancellationError() }
    try engine.importBank(classes)
    return counts(classes, path: path)
  }

  private func counts(_ classes: [ExportedClass], path: String) -> JSONValue {
    .object([
      "path": .string(path), "classes": .count(classes.count),
      "concepts": .count(classes.reduce(0) { $0 + $1.concepts.count }),
    ])
  }
}
