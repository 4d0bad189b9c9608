import Fields
import Images
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
    var status = EngineStatus(
      models: models, loadedModels: models, classes: classes.count,
      concepts: classes.reduce(0) { $0 + $1.concepts.count },
      names: bank.names.values.reduce(0) { $0 + $1.count }, graphModels: bank.graphs.count,
      images: Set(classes.flatMap(\.images).map(\.contentHash)).count, stages: statistics.archives,
      bytes: statistics.archiveBytes, memoryBytes: statistics.bytes + statistics.archiveBytes, hits: statistics.hits,
      misses: statistics.misses)
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

/// What an engine holds: in its workspace where one is open, else in memory.
package struct EngineStatus: Sendable, Equatable {
  /// Networks that are known.
  package var models = 0
  /// Networks that are loaded.
  package var loadedModels = 0
  /// Classes with concepts.
  package var classes = 0
  /// Concepts in the bank.
  package var concepts = 0
  /// Names that people gave to concepts.
  package var names = 0
  /// Trained reasoning networks.
  package var graphModels = 0
  /// Images: in a workspace all that were ever read, else those that the concepts' patches come from.
  package var images = 0
  /// Rebuildable results of stages.
  package var stages = 0
  /// Bytes of these.
  package var bytes = 0
  /// Bytes of what of these is in memory.
  package var memoryBytes = 0
  /// Bytes of the workspace's file.
  package var fileBytes = 0
  /// The workspace's file, if one is open.
  package var workspace: String?
  /// Bytes that stages may take in the workspace.
  package var workspaceBytes = 0
  /// Seconds that a write waited at most for another daemon's.
  package var longestLockWait = 0.0
  /// Stages answered from what was stored.
  package var hits = 0
  /// Stages computed.
  package var misses = 0
}

extension EngineStatus: WrittenRecord {
  package static let partName: String? = "Status"
  package static let fields = FieldList<EngineStatus>([
    .field("models", \.models, .count, "Networks that are known: in the workspace where one is open, else in memory."),
    .field("loadedModels", \.loadedModels, .count, "Networks that are loaded."),
    .field("classes", \.classes, .count, "Classes with concepts."),
    .field("concepts", \.concepts, .count, "Concepts in the bank."),
    .field("names", \.names, .count, "Names that people gave to concepts."),
    .field("graphModels", \.graphModels, .count, "Trained reasoning networks."),
    .field(
      "images", \.images, .count, "In a workspace images ever read, else images that the concepts' patches come from."),
    .field("stages", \.stages, .count, "Results that can be computed again."),
    .field("bytes", \.bytes, .count, "Bytes of these."),
    .field("memoryBytes", \.memoryBytes, .count, "Bytes of what of these is in memory."),
    .field("fileBytes", \.fileBytes, .count, "Bytes of the workspace's file."),
    .field("workspace", \.workspace, .nullable(.anyString), "The workspace's file."),
    .derived("workspaceBytes", .nullable(.count), "Bytes that these results may take in it.") {
      $0.workspace == nil ? nil : $0.workspaceBytes
    },
    .field("hits", \.hits, .count, "Stages answered from what was stored."),
    .field("misses", \.misses, .count, "Stages computed."),
    .field(
      "longestLockWait", \.longestLockWait, .score,
      "Seconds that a write to the workspace waited at most for another daemon's."),
  ])
}
