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

extension LayerRelevance: StageValue {
  package static var kind: String { "layer relevance" }
  package var memoryBytes: Int { map.values.count * MemoryLayout<Float>.stride }
}

extension DrawnRegion: StageValue {
  package static var kind: String { "random region" }
  package var memoryBytes: Int { region.map { $0.mask.width * $0.mask.height / 8 } ?? 1 }
}

extension ConceptGraph: StageValue {
  package static var kind: String { "graph" }
  package var memoryBytes: Int {
    nodes.reduce(0) { sum, node in
      sum + node.embedding.count * MemoryLayout<Float>.stride
        + (node.mask.map { $0.width * $0.height / 8 * (1 + node.parts.count) } ?? 0)
    }
  }
}

/// The embedding of a whole image, or of one patch of it.
package struct Embedding: StageValue {
  package static let kind = "embedding"
  package static var blank: Embedding { Embedding(values: []) }

  package var values: [Float]

  package init(values: [Float]) { self.values = values }

  package var memoryBytes: Int { values.count * MemoryLayout<Float>.stride }

  package mutating func archive(in archive: inout Archive) throws { try archive.field(&values) }
}

/// The classifier's logits of an image and of masked variants of it, a row each.
package struct MaskedLogits: StageValue {
  package static let kind = "logits"
  package static var blank: MaskedLogits { MaskedLogits(rows: []) }

  package var rows: [[Float]]

  package init(rows: [[Float]]) { self.rows = rows }

  package var memoryBytes: Int { rows.reduce(0) { $0 + $1.count * MemoryLayout<Float>.stride } }

  package mutating func archive(in archive: inout Archive) throws {
    try archive.list(&rows, blank: []) { try $0.field(&$1) }
  }
}

/// What hiding parts of an image takes from a class's log odds, one value each.
package struct HidingChanges: StageValue {
  package static let kind = "hiding changes"
  package static var blank: HidingChanges { HidingChanges(values: []) }

  package var values: [Double]

  package init(values: [Double]) { self.values = values }

  package var memoryBytes: Int { values.count * MemoryLayout<Double>.stride }

  package mutating func archive(in archive: inout Archive) throws {
    try archive.list(&values, blank: 0) { try $0.field(&$1) }
  }
}

/// What an image's graphs add to each output of a reasoning network.
package struct ImageExplanation: StageValue {
  package static let kind = "explanation"
  package static var blank: ImageExplanation { ImageExplanation(classes: []) }

  package var classes: [Attribution]

  package init(classes: [Attribution]) { self.classes = classes }

  package var memoryBytes: Int {
    classes.flatMap(\.graphs).reduce(0) { $0 + ($1.nodes.count + $1.edges.count) * MemoryLayout<Float>.stride }
  }

  package mutating func archive(in archive: inout Archive) throws { try archive.list(&classes) }
}

/// What masking each concept of one class's graph is predicted to take from the score: one value per node, 0 where
/// nothing can be masked.
package struct MaskingValues: StageValue {
  package static let kind = "masking values"
  package static var blank: MaskingValues { MaskingValues(nodes: []) }

  package var nodes: [Float]

  package init(nodes: [Float]) { self.nodes = nodes }

  package var memoryBytes: Int { nodes.count * MemoryLayout<Float>.stride }

  package mutating func archive(in archive: inout Archive) throws { try archive.field(&nodes) }
}

extension MeasuredEvidence: StageValue {
  package static var kind: String { "measured evidence" }
  package var memoryBytes: Int { parts.reduce(64) { $0 + ($1.map { $0.region.width * $0.region.height / 8 } ?? 8) } }
}
