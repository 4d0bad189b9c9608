import Tensors

extension ReasoningNetwork {
  /// Runs the network on given nodes and centres, in evaluation mode.
  ///
  /// - Parameters:
  ///   - nodes: embeddings by image, class, concept: [n, m, N, D].
  ///   - centers: places in [0, 1]² by image, class, concept: [n, m, N, 2].
  /// - Returns: outputs, [n, m], and the graphs' embedding, [n, m · G]: by class, the nodes in order, then the edges by
  ///   source and target.
  /// - Throws: `StructureError.shape` where the extents do not fit the network or a number is not finite.
  package func run(nodes: Tensor, centers: Tensor) throws -> (outputs: Tensor, embedding: Tensor) {
    let count = nodes.rows
    let perImage = [shape.classes, shape.nodes]
    guard nodes.shape == [count] + perImage + [shape.embeddingWidth], count > 0 else {
      throw StructureError.shape(
        "nodes: the extents \(nodes.shape) were given; accepted are [images, classes, concepts, width] = "
          + "[n, \(shape.classes), \(shape.nodes), \(shape.embeddingWidth)]")
    }
    guard centers.shape == [count] + perImage + [2] else {
      throw StructureError.shape(
        "centers: the extents \(centers.shape) were given, accepted are \([count] + perImage + [2])")
    }
    for (name, tensor) in [("nodes", nodes), ("centers", centers)] {
      guard tensor.elements.allSatisfy(\.isFinite) else {
        throw StructureError.shape("\(name): a number is not finite")
      }
    }
    let batches = stride(from: 0, to: count, by: Self.imagesAtOnce).map { start in
      let images = Array(start..<min(start + Self.imagesAtOnce, count))
      let batch = batch(nodes: nodes.gatheringRows(images), centers: centers.gatheringRows(images))
      let pass = ForwardPass(self, batch, training: false)
      return (pass.outputs, pass.embedding)
    }
    return (Tensor.concatenate(batches.map(\.0)), Tensor.concatenate(batches.map(\.1)))
  }

  /// Images in a batch, which bounds the memory of a pass.
  private static let imagesAtOnce = 64

  private func batch(nodes: Tensor, centers: Tensor) -> GraphBatch {
    let edges = ConceptGraph.edges(among: shape.nodes)
    let graphs = nodes.rows * shape.classes
    var features: [Float] = []
    features.reserveCapacity(graphs * edges.count * NetworkShape.edgeFeatures)
    for graph in 0..<graphs {
      for edge in edges {
        for node in [edge.from, edge.to] {
          let place = 2 * (graph * shape.nodes + node)
          features += centers.elements[place..<place + 2]
        }
      }
    }
    let rows = graphs * shape.nodes
    return GraphBatch(
      count: nodes.rows, embeddings: nodes.reshaped([rows, shape.embeddingWidth]), rows: Array(0..<rows),
      seen: [Bool](repeating: true, count: rows), edgeFeatures: features)
  }
}
