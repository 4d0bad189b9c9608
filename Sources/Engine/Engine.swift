import Images
import Reports
import Store
import Synchronization

/// The facade of the method: models, concept bank and reasoning networks, in memory and in a workspace where one is open, and what can
/// be asked of them.
///
/// Every method blocks while it computes, may be called from any thread but never from the cooperative pool, throws
/// `EngineError` for what the caller can mend and `CancellationError` when its monitor cancels. Methods read a snapshot of
/// the state and write it in one step at their end, so that short ones run beside long ones.
package final class Engine: Sendable {
  struct State {
    /// In order of loading.
    var models: [LoadedModel] = []
    var bank = ConceptBank()
    /// The revision of the workspace's bank that the bank in memory has followed, by model.
    var revisions: [String: Int64] = [:]
  }

  let state = Mutex(State())
  let store: StageStore

  /// Bytes of rebuildable results that are kept without a workspace unless told otherwise: those of five thousand photographs at a
  /// thousand channels.
  package static let defaultStoreBytes = 1 << 30

  /// An engine that keeps everything in memory: rebuildable results as archives of at most `storeBytes` bytes, and of
  /// `defaultMemoryBytes` as they are.
  package init(storeBytes: Int = Engine.defaultStoreBytes) {
    store = StageStore(byteLimit: Self.defaultMemoryBytes, archiveLimit: storeBytes)
  }

  /// An engine of its own for one model: it shares rebuildable results with another through `store`, and nothing else. What is found
  /// and trained in it is never written to a workspace's bank.
  init(apartFrom store: StageStore, model: LoadedModel) {
    self.store = store
    var model = model
    model.isRecognisable = false
    let own = model
    state.withLock { $0.models = [own] }
  }

  /// The photograph, decoded upright, for drawing.
  package func photograph(_ source: ImageSource) throws -> RGBImage { try source.decode(source.bytes()) }

  /// What the engine holds; answers at once.
  package func status() throws -> EngineStatus {
    let (models, bank) = state.withLock { ($0.models.count, $0.bank) }
    let statistics = store.statistics
    let classes = bank.classes.values.flatMap(\.values)
    var status = EngineStatus()
    status.models = models
    status.loadedModels = models
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
    let held = try Self.method { try workspace.status() }
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
