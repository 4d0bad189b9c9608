import Tensors

/// Embeddings of one length, a row each, that become known in any order.
struct EmbeddingTable {
  /// The number of rows.
  let count: Int
  private let layer: String
  private var dimensions: Int?
  private var elements: [Float] = []

  /// A table of `count` rows of embeddings at `layer`.
  init(count: Int, layer: String) {
    self.count = count
    self.layer = layer
  }

  /// Row `index`; set once.
  subscript(index: Int) -> [Float] {
    let width = dimensions ?? 0
    return Array(elements[index * width..<(index + 1) * width])
  }

  /// Sets a row. Throws where it is not as long as the others.
  mutating func set(_ index: Int, to embedding: [Float]) throws {
    if dimensions == nil {
      dimensions = embedding.count
      elements = [Float](repeating: 0, count: count * embedding.count)
    }
    guard embedding.count == dimensions else {
      throw DiscoveryError.unexpectedShape(layer: layer, shape: [count, embedding.count])
    }
    elements.replaceSubrange(index * embedding.count..<(index + 1) * embedding.count, with: embedding)
  }

  /// All rows: [count, d].
  consuming func tensor() -> Tensor { Tensor(shape: [count, dimensions ?? 0], elements: elements) }
}
