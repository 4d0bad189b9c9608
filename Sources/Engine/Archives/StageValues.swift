import Concepts
import Fields
import Store
import Structure

// Results of stages, as the store keeps them.

extension GradientSummary: StageValue {
  package static var kind: String { "gradients" }
  package var memoryBytes: Int {
    (attention.map { $0.width * $0.height / 8 } ?? 0) + pooledGradient.count * MemoryLayout<Float>.stride
  }
}

extension DrawnRegion: StageValue {
  package static var kind: String { "random region" }
  package var memoryBytes: Int { region.map { $0.mask.width * $0.mask.height / 8 } ?? 1 }
}

extension ConceptGraph: StageValue {
  package static var kind: String { "graph" }
  package var memoryBytes: Int {
    nodes.reduce(0) { sum, node in
      sum + node.embedding.count * MemoryLayout<Float>.stride + (node.mask.map { $0.width * $0.height / 8 } ?? 0)
    }
  }
}

/// The embedding of a whole image, or of one patch of it.
struct Embedding: StageValue {
  static let kind = "embedding"
  static var blank: Embedding { Embedding(values: []) }

  var values: [Float]

  var memoryBytes: Int { values.count * MemoryLayout<Float>.stride }

  mutating func archive(in archive: inout Archive) throws { try archive.field(&values) }
}

/// The classifier's logits of an image and of masked variants of it, a row each.
struct MaskedLogits: StageValue {
  static let kind = "logits"
  static var blank: MaskedLogits { MaskedLogits(rows: []) }

  var rows: [[Float]]

  var memoryBytes: Int { rows.reduce(0) { $0 + $1.count * MemoryLayout<Float>.stride } }

  mutating func archive(in archive: inout Archive) throws {
    try archive.list(&rows, blank: []) { try $0.field(&$1) }
  }
}

/// What an image's graphs add to each output of a reasoning network.
struct ImageExplanation: StageValue {
  static let kind = "explanation"
  static var blank: ImageExplanation { ImageExplanation(classes: []) }

  var classes: [Attribution]

  var memoryBytes: Int {
    classes.flatMap(\.graphs).reduce(0) { $0 + ($1.nodes.count + $1.edges.count) * MemoryLayout<Float>.stride }
  }

  mutating func archive(in archive: inout Archive) throws { try archive.list(&classes) }
}

/// What masking each concept of one class's graph is predicted to take from the score: one value per node, 0 where
/// nothing can be masked.
struct MaskingValues: StageValue {
  static let kind = "masking values"
  static var blank: MaskingValues { MaskingValues(nodes: []) }

  var nodes: [Float]

  var memoryBytes: Int { nodes.count * MemoryLayout<Float>.stride }

  mutating func archive(in archive: inout Archive) throws { try archive.field(&nodes) }
}
