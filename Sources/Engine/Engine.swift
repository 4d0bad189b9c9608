import Images
import Store
import Synchronization

/// The facade of the method: models, concept bank and reasoning networks in memory, and what can be asked of them.
///
/// Every method blocks while it computes, may be called from any thread but never from the cooperative pool, throws
/// `EngineError` for what the caller can mend and `CancellationError` when its monitor cancels. Methods read a snapshot of
/// the state and write it in one step at their end, so that short ones run beside long ones.
public final class Engine: Sendable {
  struct State {
    /// In order of loading.
    var models: [LoadedModel] = []
    var bank = ConceptBank()
  }

  let state = Mutex(State())
  let store: StageStore

  /// Bytes of segments and embeddings that are kept unless told otherwise.
  public static let defaultStoreBytes = 2 << 30

  /// An engine that keeps everything in memory, its rebuildable results in at most `storeBytes` bytes.
  public init(storeBytes: Int = Engine.defaultStoreBytes) { store = StageStore(byteLimit: storeBytes) }

  /// The photograph, decoded upright, for drawing.
  public func photograph(_ source: ImageSource) throws -> RGBImage { try source.decode(source.bytes()) }

  /// What the engine holds; answers at once.
  public func status() -> EngineStatus {
    let (models, bank) = state.withLock { ($0.models.count, $0.bank) }
    let statistics = store.statistics
    let classes = bank.classes.values.flatMap(\.values)
    return EngineStatus(
      models: models, classes: classes.count, concepts: classes.reduce(0) { $0 + $1.concepts.count },
      graphModels: bank.graphs.count, images: Set(classes.flatMap(\.images).map(\.contentHash)).count,
      bytes: statistics.bytes,
      hits: statistics.hits, misses: statistics.misses)
  }
}

/// What an engine holds.
public struct EngineStatus: Sendable, Equatable {
  /// Loaded networks.
  public var models = 0
  /// Classes with concepts.
  public var classes = 0
  /// Concepts in the bank.
  public var concepts = 0
  /// Trained reasoning networks.
  public var graphModels = 0
  /// Images that the concepts' patches come from.
  public var images = 0
  /// Bytes of stored segments and embeddings.
  public var bytes = 0
  /// Stages answered from what was stored.
  public var hits = 0
  /// Stages computed.
  public var misses = 0
}
