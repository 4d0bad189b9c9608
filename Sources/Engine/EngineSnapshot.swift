import Bank
import Images
import Networks
import Reports
import Store

/// An engine's state at one moment: what reads is a method of it (ARCHITECTURE, invariant 4).
///
/// It holds on to its networks, concepts and reasoning networks: whatever is renamed, unloaded or found again
/// meanwhile, a request ends with what it began with. Rebuildable results are shared with everybody else.
package struct EngineSnapshot: Sendable {
  let state: EngineState
  let store: StageStore

  var models: [LoadedModel] { state.models }
  var bank: ConceptBank { state.bank }

  /// The loaded networks, in order of loading.
  package var modelSummaries: [ModelSummary] { models.map(\.summary) }

  /// The image, decoded upright, for drawing.
  package func photograph(_ source: ImageSource) throws -> RGBImage { try source.decode(source.bytes()) }

  /// The loaded network that `id`, its handle, one that version 1 gave it, or its name, means.
  func model(_ id: String) throws -> LoadedModel {
    if let model = models.first(where: { $0.id == id }) ?? models.first(where: { $0.earlierIDs.contains(id) }) {
      return model
    }
    let named = models.filter { $0.name == id }
    if let model = named.first, named.count == 1 { return model }
    let known = models.map { "\($0.id) (\($0.name))" }.joined(separator: ", ")
    throw EngineError(
      .unknownModel,
      "no model \"\(id)\" is loaded; "
        + (models.isEmpty ? "load one with model/load" : "loaded: \(known)"))
  }

  /// What the engine holds; answers at once.
  package func status() throws -> EngineStatus {
    let statistics = store.statistics
    let classes = bank.classes.values.flatMap(\.values)
    var status = EngineStatus()
    status.models = models.count
    status.loadedModels = models.count
    status.classes = classes.count
    status.concepts = classes.reduce(0) { $0 + $1.concepts.count }
    status.names = bank.names.values.reduce(0) { $0 + $1.count }
    status.graphModels = bank.graphs.count
    status.images = Set(classes.flatMap(\.images).map(\.contentHash)).count
    status.stages = statistics.archives
    status.bytes = statistics.archiveBytes
    status.memoryBytes = statistics.bytes + statistics.archiveBytes
    status.hits = statistics.hits
    status.misses = statistics.misses
    guard let workspace = store.workspace else { return status }
    let held = try EngineError.mapped { try workspace.status() }
    status.models = held.models
    status.classes = held.classes
    status.concepts = held.concepts
    status.names = held.names
    status.graphModels = held.graphs
    status.images = held.images
    status.stages = held.stages
    status.bytes = held.stageBytes
    status.fileBytes = held.fileBytes
    status.longestLockWait = held.longestLockWait
    status.workspace = workspace.path
    status.workspaceBytes = workspace.byteLimit
    return status
  }
}
