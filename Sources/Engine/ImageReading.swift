import Base
import Images
import Structure

/// One image as a reasoning network and its classifier see it: what explaining, comparing and editing it start from.
struct ImageReading {
  let model: LoadedModel
  let trained: TrainedGraph
  let builder: GraphBuilder
  let entry: CatalogueEntry
  /// Its pixels at the network's input size.
  let input: RGBImage
  /// One per class of the reasoning network.
  let graphs: [ConceptGraph]
  /// Whether the graphs are carried over from another image, so that the store must not know them as this one's.
  var isCarriedOver = false
  /// All the classifier's logits.
  let logits: [Float]
  /// One per output of the reasoning network.
  let attributions: [Attribution]
}

extension ImageReading {
  /// The classifier's logits of the reasoning network's classes.
  var classLogits: [Float] { trained.classIndices.map { logits[$0] } }

  /// Position of the classifier's choice among the reasoning network's classes.
  var choice: Int { ClassChoice.position(in: classLogits) ?? 0 }

  /// The reading without what ties it to the engine.
  var explained: ExplainedImage {
    ExplainedImage(
      identity: entry.contentHash, input: input, graphs: graphs, logits: classLogits, attributions: attributions)
  }
}

/// What is asked about changed versions of an image that was read, answered by its classifier or by the store.
struct ReadingQuestions: ImageQuestions {
  let snapshot: EngineSnapshot
  let reading: ImageReading
  let image: ExplainedImage
  let monitor: WorkMonitor

  init(snapshot: EngineSnapshot, reading: ImageReading, monitor: WorkMonitor) {
    self.snapshot = snapshot
    self.reading = reading
    self.monitor = monitor
    image = reading.explained
  }

  var network: ReasoningNetwork { reading.trained.network }

  func logits(masking masks: [Mask?]) throws -> [[Float]] {
    let rows = try Engine.method { try reading.builder.logits(of: reading.entry, masks: masks, monitor: monitor) }
    return rows.map { row in reading.trained.classIndices.map { row[$0] } }
  }

  func logits(showing pictures: [RGBImage]) throws -> [[Float]] {
    let logits = try Engine.method { try reading.model.classifier.logits(of: pictures, monitor: monitor) }
    return pictures.indices.map { row in
      let all = logits[row: row].elements
      return reading.trained.classIndices.map { all[$0] }
    }
  }

  func graphs(hiding mask: Mask) throws -> [ConceptGraph] {
    try Engine.method {
      try reading.builder.graphs(
        of: reading.trained.plan.variant(of: reading.graphs, hiding: mask), of: reading.entry, monitor: monitor)
    }
  }

  func exemplar(of node: Int, graph: Int) -> RGBImage? {
    let concept = reading.trained.classes[graph].concepts[node]
    return reading.exemplar(of: concept, graph: graph).map { $0.picture.cropped(to: $0.box) }
  }
}
