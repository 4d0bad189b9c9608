import Bank
import Base
import Concepts
import Foundation
import Images
import Networks
import Readings
import Reports
import Store
import Structure
import Tensors

extension Engine {
  /// Distils the classifier's reasoning among `classes` into a graph reasoning network (METHOD section 3).
  /// `images` holds files and folders per class; which class an image is listed under is never shown to the network.
  package func train(
    model: String, classes: [ClassReference], images: [(class: ClassReference, sources: [ImageSource])],
    options: TrainingOptions, monitor: WorkMonitor,
    onEpoch: @escaping @Sendable (TrainingEpoch) -> Void
  ) throws -> TrainingReport {
    try store.durably(monitor) {
      try trainedGraph(
        model: model, classes: classes, images: images, options: options, monitor: $0, onEpoch: onEpoch
      ).report
    }
  }

  /// - Parameters:
  ///   - measuring: images that nothing is fitted on and that measure fidelity; where there are none, some of `images`
  ///     do.
  ///   - comparesNodesOnly: whether a network without relations is fitted as a control as well.
  func trainedGraph(
    model: String, classes: [ClassReference], images: [(class: ClassReference, sources: [ImageSource])],
    measuring: [ImageSource] = [], comparesNodesOnly: Bool = false, options: TrainingOptions, monitor: WorkMonitor,
    onEpoch: @escaping @Sendable (TrainingEpoch) -> Void
  ) throws -> TrainedGraph {
    let started = Date()
    let now = try current()
    let model = try now.model(model)
    let entries = try Self.sharingOneLayer(now.discovered(classes, of: model), labels: model.labels)
    let builder = try GraphBuilder(
      model: model, classes: entries, nodeCount: entries.map(\.concepts.count).max(),
      dummyValue: options.variants.dummyValue, store: store)
    let chosen = try Self.chooseTraining(
      images, options: options, model: model, reader: builder.reader, monitor: monitor)
    let classIndices = entries.map(\.classIndex)
    let (measured, unreadable) = try builder.reader.catalogue(measuring, stage: "reading images", monitor: monitor)
    let skipped = chosen.skipped + unreadable
    let reading = Date()
    // Earlier versions cut every class to as many concepts as the poorest has.
    let identities = try [entries, Self.equallyMany(entries)].map {
      try Self.graphIdentity(
        of: model, options: options, images: chosen.images, measured: measured, comparesNodesOnly: comparesNodesOnly,
        entries: $0)
    }
    let id = identities[0].current
    // The same request again: the answer is there.
    let ids = identities.flatMap { [$0.current, $0.earlier] }
    if var known = now.bank.graphs.first(where: { ids.contains($0.id) && $0.model == model.id }) {
      known.report.skipped = skipped
      known.report.isReused = true
      return known
    }

    let measuredClasses = try EngineError.mapped { try builder.measuringPresence(monitor: monitor) }
    let samples = try builder.samples(of: chosen.images + measured, options: options, monitor: monitor)
    let building = Date()

    let result = try EngineError.mapped {
      var training = GraphTraining(options: options)
      training.comparesNodesOnly = comparesNodesOnly
      return try training.run(
        samples.filter { $0.imageIndex < chosen.images.count },
        measuring: samples.filter { $0.imageIndex >= chosen.images.count }, monitor: monitor, onEpoch: onEpoch)
    }
    try monitor.checkCancelled()
    let report = TrainingReport(
      graphModel: id,
      classes: classIndices.map { model.labels[$0] }, epochs: result.epochs, heldOut: result.heldOut,
      masked: result.masked, history: result.history, loss: result.loss.rawValue, skipped: skipped,
      seconds: [
        "reading": reading.timeIntervalSince(started), "graphs": building.timeIntervalSince(reading),
        "fitting": Date().timeIntervalSince(building),
      ], controls: result.controls, notes: result.notes,
      options: options, effects: result.effects)
    let graph = TrainedGraph(
      id: report.graphModel, model: model.id, layer: entries[0].layer, classes: measuredClasses.map(\.kept),
      network: result.network, dummyValue: options.variants.dummyValue, report: report)
    try keeper.commit(graph)
    return graph
  }

  /// The handle of the reasoning network that a request makes; as it is made now, and as version 1 made it.
  static func graphIdentity(
    of model: LoadedModel, options: TrainingOptions, images: [CatalogueEntry], measured: [CatalogueEntry],
    comparesNodesOnly: Bool, entries: [ClassConcepts]
  ) throws -> (current: String, earlier: String) {
    let subject = [("model", model.recipe)]
    let data =
      images.map { ("image", $0.contentHash) } + measured.map { ("measured", $0.contentHash) }
      + (comparesNodesOnly ? [("nodes only", "")] : [])
    func id(_ version: Int, _ parts: [(name: String, value: String)]) -> String {
      TrainedGraph.id(of: Recipe(stage: "graph model", version: version, parts: parts).hexadecimal)
    }
    let concepts = entries.flatMap(\.concepts)
    let identities = try entries.flatMap {
      [("concepts", try $0.identity), ("fill", String($0.options.embedding.fillValue))]
        + MatchingOptions.fields.recipeParts(of: $0.options.matching)
        + ($0.options.matching.places == .all ? $0.images.map { ("discovered on", $0.contentHash) } : [])
    }
    return (
      id(
        2,
        subject + TrainingOptions.fields.recipeParts(of: options) + data + identities),
      id(
        1,
        subject + [("options", EarlierIdentity.text(of: options))] + data
          + concepts.map { ("concept", EarlierIdentity.text(of: $0)) })
    )
  }

  static let fewestTrainingImages = 8

  /// The entries, if a reasoning network can span them: at least two, at one layer.
  static func sharingOneLayer(_ entries: [ClassConcepts], labels: ClassLabels) throws -> [ClassConcepts] {
    guard Set(entries.map(\.classIndex)).count == entries.count else {
      throw EngineError(.invalidValue, "classes: a class is named twice")
    }
    guard let first = entries.first, entries.count >= 2 else {
      throw EngineError(.invalidValue, "classes: \(entries.count) given, at least 2 are needed")
    }
    if let other = entries.first(where: { $0.layer != first.layer }) {
      throw EngineError(
        .notReady,
        "concepts of \(labels[first.classIndex]) are at layer \(first.layer), those of \(labels[other.classIndex]) at "
          + "\(other.layer): request vrx/discover for all classes at one layer",
        detail: ["missing": "vrx/discover"])
    }
    return entries
  }

  /// The entries with as many concepts each as the class with the fewest has.
  private static func equallyMany(_ entries: [ClassConcepts]) -> [ClassConcepts] {
    let fewest = entries.map(\.concepts.count).min() ?? 0
    return entries.map { entry in
      var entry = entry
      entry.concepts = Array(entry.concepts.prefix(fewest))
      return entry
    }
  }

  private static func chooseTraining(
    _ images: [(class: ClassReference, sources: [ImageSource])], options: TrainingOptions, model: LoadedModel,
    reader: ImageReader, monitor: WorkMonitor
  ) throws -> (images: [CatalogueEntry], skipped: [SkippedImage]) {
    var sources: [ImageSource] = []
    var skipped: [SkippedImage] = []
    for (reference, listed) in images {
      _ = try model.labels.resolve(reference)
      let (all, missing) = ImageCollection.expand(listed)
      skipped += missing
      let order = ImageCollection.drawn(all, seed: options.run.seed, purpose: "training image")
        .prefix(options.run.maxImagesPerClass).sorted()
      sources += order.map { all[$0] }
    }
    let (read, unreadable) = try reader.catalogue(sources, stage: "reading images", monitor: monitor)
    guard read.count >= fewestTrainingImages else {
      throw EngineError(
        .tooLittleData,
        "images: found \(read.count) readable images, at least \(fewestTrainingImages) are needed to train",
        detail: ["found": String(read.count), "needed": String(fewestTrainingImages)])
    }
    return (read, skipped + unreadable)
  }
}

extension ClassConcepts {
  /// The entry as a reasoning network keeps it: with what explaining an image needs.
  var kept: ClassConcepts {
    var entry = self
    entry.retired = []
    entry.dictionary = nil
    return entry
  }
}
