import Concepts
import Images
import Structure
import Tensors

/// The facade of the method: models, concept bank and reasoning networks in memory, and what can be asked of them.
///
/// Every method blocks while it computes, may be called from any thread but never from the cooperative pool, throws `EngineError`
/// for what the caller can mend and `CancellationError` when its monitor cancels. Long methods hold the compute lane one at
/// a time; short ones (`models`, `classify`, `explain`, `status`) run beside them.
public final class Engine: Sendable {
  /// An engine that keeps everything in memory.
  public init() {}

  /// Loads a network; the same bytes loaded twice are one model.
  public func loadModel(_ source: ModelSource, monitor: WorkMonitor) throws -> ModelSummary {
    throw EngineError(.notReady, "not built yet")
  }

  /// The loaded networks, in order of loading.
  public func models() -> [ModelSummary] { [] }

  /// Forgets a network and all that was derived from it.
  public func unloadModel(_ model: String) throws { throw EngineError(.notReady, "not built yet") }

  /// The most probable classes of each image. An image that cannot be read is skipped.
  public func classify(
    model: String, images: [ImageSource], topK: Int, monitor: WorkMonitor
  ) throws -> (results: [(image: String, predictions: [Prediction])], skipped: [SkippedImage]) {
    throw EngineError(.notReady, "not built yet")
  }

  /// Finds the concepts of a class and puts them into the bank. `images` and `random` may hold folders.
  /// `onConcept` hears each concept as soon as it is known.
  public func discover(
    model: String, class: ClassReference, images: [ImageSource], random: [ImageSource], layer: String?,
    options: DiscoveryOptions, monitor: WorkMonitor, onConcept: @Sendable (ConceptSummary) -> Void
  ) throws -> DiscoveryReport {
    throw EngineError(.notReady, "not built yet")
  }

  /// Structural concept graphs of images; for all discovered classes where none are named.
  public func match(
    model: String, images: [ImageSource], classes: [ClassReference]?, monitor: WorkMonitor
  ) throws -> MatchReport {
    throw EngineError(.notReady, "not built yet")
  }

  /// Distils the classifier's reasoning among `classes` into a graph reasoning network.
  /// `images` holds files and folders per class.
  public func train(
    model: String, classes: [ClassReference], images: [(class: ClassReference, sources: [ImageSource])],
    options: TrainingOptions, monitor: WorkMonitor,
    onEpoch: @Sendable (_ epoch: Int, _ loss: Double, _ heldOutLoss: Double) -> Void
  ) throws -> TrainingReport {
    throw EngineError(.notReady, "not built yet")
  }

  /// Why the classifier's choice among the graph's classes, and why not each other. The latest trained graph where none is named.
  public func explain(
    model: String, image: ImageSource, classes: [ClassReference]?, graphModel: String?, verify: Bool,
    monitor: WorkMonitor
  ) throws -> ExplanationReport {
    throw EngineError(.notReady, "not built yet")
  }

  /// The photograph, decoded upright, for drawing.
  public func photograph(_ source: ImageSource) throws -> RGBImage { throw EngineError(.notReady, "not built yet") }

  /// Up to `count` exemplar patches of a concept, cut out of their images around the bounding box, nearest the centre first.
  public func exemplars(of conceptID: String, count: Int) throws -> [RGBImage] {
    throw EngineError(.notReady, "not built yet")
  }

  /// The bank's concepts, by model and class where given.
  public func concepts(model: String?, class: ClassReference?) throws -> [ConceptSummary] { [] }

  /// Names a concept.
  public func renameConcept(_ id: String, to name: String) throws -> ConceptSummary {
    throw EngineError(.notReady, "not built yet")
  }

  /// What the engine holds; answers at once.
  public func status() -> EngineStatus { EngineStatus() }
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
  /// Images with stored segments or embeddings.
  public var images = 0
  /// Bytes retained.
  public var bytes = 0
  /// Stages answered from what was stored.
  public var hits = 0
  /// Stages computed.
  public var misses = 0
}
