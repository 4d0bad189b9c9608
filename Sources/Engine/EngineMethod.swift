import Bank
import Base
import Concepts
import Evaluation
import Images
import Networks
import Readings
import Store
import Structure

/// The method as an evaluation's run asks for it, in an engine of its own that shares rebuildable results with another.
struct EngineMethod: EvaluatedMethod {
  let engine: Engine
  let model: LoadedModel
  /// Indices of the classes.
  let classes: [Int]
  /// The layer; the model's default where nil.
  let layer: String?

  init(store: StageStore, model: LoadedModel, classes: [Int], layer: String?) {
    self.model = model
    self.classes = classes
    self.layer = layer
    engine = Engine(apartFrom: store, model: model)
  }

  func apart() -> any EvaluatedMethod {
    EngineMethod(store: engine.store, model: model, classes: classes, layer: layer)
  }

  func discover(
    _ position: Int, images: [ImageSource], random: [ImageSource], options: DiscoveryOptions, monitor: WorkMonitor
  ) throws -> FoundConcepts {
    let report = try engine.discover(
      model: model.id, class: .index(classes[position]), images: images, random: random, layer: layer,
      options: options, monitor: monitor, onConcept: { _ in })
    return FoundConcepts(
      concepts: try entries([position]).flatMap(\.concepts), layer: report.layer, skipped: report.skipped)
  }

  func ranking(
    random: [ImageSource], seed: UInt64, options: DiscoveryOptions, monitor: WorkMonitor
  ) throws -> (any ConceptRanking)? {
    // A network that lives with the client cannot be shuffled.
    guard let classifier = model.classifier as? ONNXClassifier else { return nil }
    let reader = ImageReader(preprocessing: model.preprocessing, store: engine.store)
    let most = options.significance.randomSets.multipliedReportingOverflow(by: options.significance.randomSetSize)
    let (random, _) = try reader.catalogue(
      Array(ImageCollection.expand(random).images.prefix(most.overflow ? .max : most.partialValue)),
      stage: EvaluationSplit.stage, monitor: monitor)
    var shuffled = model
    shuffled.classifier = try EngineError.mapped { try classifier.withShuffledWeights(seed: seed) }
    shuffled.recipe += " shuffled by \(seed)"
    return EngineRanking(
      entries: try entries(Array(classes.indices)), model: model, shuffled: shuffled, random: random, options: options,
      reader: reader, store: engine.store)
  }

  func train(
    images: [[ImageSource]], measuring: [ImageSource], comparesNodesOnly: Bool, options: TrainingOptions,
    monitor: WorkMonitor
  ) throws -> any EvaluatedNetwork {
    let references = classes.map(ClassReference.index)
    let trained = try engine.trainedGraph(
      model: model.id, classes: references, images: zip(references, images).map { ($0, $1) }, measuring: measuring,
      comparesNodesOnly: comparesNodesOnly, options: options, monitor: monitor, onEpoch: { _ in })
    return EngineNetwork(snapshot: engine.snapshot(), model: model, trained: trained)
  }

  private func entries(_ positions: [Int]) throws -> [ClassConcepts] {
    try engine.snapshot().discovered(positions.map { .index(classes[$0]) }, of: model)
  }
}

/// Ranks a run's concepts again, by the model as it is and with its weights shuffled.
private struct EngineRanking: ConceptRanking {
  var entries: [ClassConcepts]
  var model: LoadedModel
  var shuffled: LoadedModel
  var random: [CatalogueEntry]
  var options: DiscoveryOptions
  var reader: ImageReader
  var store: StageStore
  /// Results of the shuffled network are of no use to anybody else: they go with the run.
  let scratch = StageStore(byteLimit: Self.scratchBytes)

  private static let scratchBytes = 256 << 20

  func importance(
    ofClass position: Int, seed: UInt64, isShuffled: Bool, monitor: WorkMonitor
  ) throws -> [Double?] {
    let (entry, model) = (entries[position], isShuffled ? shuffled : model)
    var options = options
    options.run.seed = seed
    let stages = StoredStages(
      recipes: StageRecipes(model: model, layer: entry.layer, options: options), classIndex: entry.classIndex,
      discovery: entry.images, random: random, store: isShuffled ? scratch : store)
    return try EngineError.mapped {
      try ConceptDiscovery(classifier: model.classifier, layer: entry.layer, options: options).importance(
        of: entry.concepts, classIndex: entry.classIndex, images: reader.provider(entry.images),
        random: reader.provider(random), cache: stages, monitor: monitor)
    }
  }
}

/// A run's reasoning network.
private struct EngineNetwork: EvaluatedNetwork {
  let snapshot: EngineSnapshot
  let model: LoadedModel
  let trained: TrainedGraph

  var training: TrainingOutcome {
    TrainingOutcome(
      concepts: trained.classes.map(\.concepts), plan: trained.plan, heldOut: trained.report.heldOut,
      masked: trained.report.masked, controls: trained.report.controls, skipped: trained.report.skipped)
  }

  func read(_ source: ImageSource, monitor: WorkMonitor) throws -> any EvaluatedImage {
    ReadingQuestions(
      snapshot: snapshot, reading: try snapshot.read(source, model: model, trained: trained, monitor: monitor),
      monitor: monitor)
  }
}

extension ReadingQuestions: EvaluatedImage {
  func effect(of edit: TrialEdit, at node: Int, seed: UInt64) throws -> EditEffect? {
    let entry = reading.trained.classes[image.choice]
    let (concept, className) = (entry.concepts[node].id, ClassReference.index(entry.classIndex))
    let intervention =
      switch edit {
      case .random: Intervention(kind: .random, concept: concept, className: className)
      case .move(let target):
        Intervention(
          kind: .move, concept: concept, className: className,
          target: reading.entry.geometry.originalPoint(x: target.x, y: target.y))
      }
    let report = try snapshot.intervene(
      model: reading.model.id, image: reading.entry.source, edits: [intervention], classes: [className],
      graphModel: reading.trained.id, seed: seed, monitor: monitor)
    guard let first = report.changes.first, let share = report.locality else { return nil }
    return EditEffect(isFirst: first.isEdited, share: share)
  }
}
