import Bank
import Base
import Images
import Readings
import Structure

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
    let rows = try EngineError.mapped { try reading.builder.logits(of: reading.entry, masks: masks, monitor: monitor) }
    return rows.map { row in reading.trained.classIndices.map { row[$0] } }
  }

  func logits(showing pictures: [RGBImage]) throws -> [[Float]] {
    try EngineError.mapped { try reading.builder.classLogits(showing: pictures, monitor: monitor) }
  }

  func graphs(hiding mask: Mask) throws -> [ConceptGraph] {
    try EngineError.mapped {
      try reading.builder.graphs(
        of: reading.trained.plan.variant(of: reading.graphs, hiding: mask), of: reading.entry, monitor: monitor)
    }
  }

  func exemplar(of node: Int, graph: Int) -> RGBImage? {
    let concept = reading.trained.classes[graph].concepts[node]
    return reading.exemplar(of: concept, graph: graph).map { $0.picture.cropped(to: $0.box) }
  }
}
