import Bank
import Base
import Concepts
import Foundation
import Images
import Networks
import Readings
import Reports
import Structure
import Tensors

/// Binding a reasoning network to a network and its concepts.
extension Engine {
  /// Makes a reasoning network of the same weights that explains `model`: node i of a class stands for its i-th
  /// concept.
  ///
  /// The weights know nothing of these concepts, unless they are those they were fitted to: whether they fit is
  /// measured, not assumed. `images` need no labels; the reasoning network is compared with the classifier on them, as
  /// they are and with concepts masked.
  ///
  /// - Parameter classes: those of the outputs, in order; where nil, those that are called as the outputs are.
  package func bindGraph(
    _ id: String, to model: String, classes: [ClassReference]?, images: [ImageSource], monitor: WorkMonitor
  ) throws -> TrainingReport {
    try store.durably(monitor) { monitor in
      let now = try current()
      let graph = try now.reasoningNetwork(id)
      let model = try now.model(model)
      let references = classes ?? now.summary(of: graph).classes.map { .label($0.name) }
      let entries = try Self.fitting(
        Self.sharingOneLayer(now.discovered(references, of: model), labels: model.labels), graph.network.shape,
        of: model)
      let bound = try boundGraph(graph, entries: entries, of: model, images: images, monitor: monitor)
      try keeper.commit(bound)
      return bound.report
    }
  }

  private func boundGraph(
    _ graph: TrainedGraph, entries: [ClassConcepts], of model: LoadedModel, images: [ImageSource], monitor: WorkMonitor
  ) throws -> TrainedGraph {
    let started = Date()
    let network = graph.network
    let builder = try GraphBuilder(
      model: model, classes: entries, nodeCount: network.shape.nodes, dummyValue: network.dummyValue, store: store)
    let (sources, missing) = ImageCollection.expand(images)
    let (read, unreadable) = try builder.reader.catalogue(sources, stage: "reading images", monitor: monitor)
    guard read.count >= Self.fewestTrainingImages else {
      throw EngineError(
        .tooLittleData,
        "images: found \(read.count) readable images, at least \(Self.fewestTrainingImages) are needed to measure fidelity",
        detail: ["found": String(read.count), "needed": String(Self.fewestTrainingImages)])
    }
    let reading = Date()
    let (clean, masked) = try fidelity(of: network, on: read, builder: builder, monitor: monitor)
    var report = TrainingReport.blank
    report.classes = entries.map { model.labels[$0.classIndex] }
    report.heldOut = clean
    report.masked = masked
    report.history = graph.report.history
    report.epochs = graph.report.epochs
    report.loss = graph.report.loss
    report.skipped = missing + unreadable
    report.seconds = [
      "reading": reading.timeIntervalSince(started), "graphs": Date().timeIntervalSince(reading),
    ]
    report.notes = [
      "the weights are those of \(graph.id); node i of a class stands for its concept of rank i, to which the weights were not fitted",
      "fidelity was measured on the \(read.count) images given",
    ]
    var bound = TrainedGraph(
      id: "", model: model.id, layer: entries[0].layer, classes: entries.map(\.kept), network: network,
      dummyValue: network.dummyValue, report: report, origin: graph.origin)
    bound.id = try TrainedGraph.id(of: bound.digest)
    bound.report.graphModel = bound.id
    return bound
  }

  /// The first concepts of each class, if there are enough and they are as wide as the weights want.
  private static func fitting(
    _ entries: [ClassConcepts], _ shape: NetworkShape, of model: LoadedModel
  ) throws -> [ClassConcepts] {
    guard entries.count == shape.classes else {
      throw EngineError(
        .invalidValue,
        "classes: \(entries.count) given for a reasoning network of \(shape.classes) outputs, one for each is needed")
    }
    let layer = entries[0].layer
    let width = model.classifier.embeddingWidth(at: layer) ?? 0
    guard width == shape.embeddingWidth else {
      let fitting = model.classifier.spatialLayers.map(\.name).filter {
        model.classifier.embeddingWidth(at: $0) == shape.embeddingWidth
      }
      throw EngineError(
        .invalidValue,
        "graphModel: it takes embeddings of \(shape.embeddingWidth) numbers, the concepts at layer \(layer) have \(width): "
          + (fitting.isEmpty
            ? "\(model.name) has no layer of that width"
            : "discover them at a layer of that width (\(fitting.suffix(3).joined(separator: ", ")))"))
    }
    // A class may have fewer concepts than others, as in training, but not all of them.
    let most = entries.map(\.concepts.count).max() ?? 0
    guard most >= shape.nodes else {
      throw EngineError(
        .tooLittleData,
        "the classes have at most \(most) concepts where the graph has \(shape.nodes) nodes: discover one of them with "
          + "topConcepts \(shape.nodes) or more, or with more images",
        detail: ["found": String(most), "needed": String(shape.nodes)])
    }
    return entries.map { entry in
      var entry = entry
      entry.concepts = Array(entry.concepts.prefix(shape.nodes))
      return entry
    }
  }

  /// How well `network` mimics the classifier on images as they are, and on variants with concepts masked.
  private func fidelity(
    of network: ReasoningNetwork, on images: [CatalogueEntry], builder: GraphBuilder, monitor: WorkMonitor
  ) throws -> (clean: Fidelity, masked: Fidelity) {
    var options = TrainingOptions()
    options.variants.dummyValue = network.dummyValue
    options.controls.controls = 0
    options.variants.measuredConcepts = 0
    let samples = try builder.samples(of: images, options: options, monitor: monitor)
    func measured(_ samples: [TrainingSample]) -> Fidelity {
      Fidelity(outputs: network.outputs(of: samples.map(\.graphs)), logits: samples.map(\.logits))
    }
    return (measured(samples.filter { !$0.isMasked }), measured(samples.filter(\.isMasked)))
  }

}
