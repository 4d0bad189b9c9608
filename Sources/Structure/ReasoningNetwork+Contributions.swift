import Tensors

extension ReasoningNetwork {
  /// What each class's graph says for and against its class (METHOD section 4), one entry per class.
  ///
  /// A node's or edge's contribution is the gradient of the class's output with respect to its part of the graph embedding,
  /// times that part, summed; since the last layer is linear, nodes + edges + other graphs + bias = score up to rounding.
  /// The unit is the output's: see `outputs`.
  ///
  /// - Parameter graphs: one graph per class in the order of training; check others' graphs with `accepts` first.
  public func contributions(graphs: [ConceptGraph]) -> [Contributions] {
    let pass = ForwardPass(self, GraphBatch([graphs], shape: shape, dummyValue: dummyValue), training: false)
    return (0..<shape.classes).map { contributions(to: $0, embedding: pass.embedding.elements) }
  }

  private func contributions(to output: Int, embedding: [Float]) -> Contributions {
    let width = shape.graphEmbeddingWidth
    let row = output * readout.rowStride
    func sum(_ start: Int, _ count: Int) -> Double {
      (start..<start + count).reduce(0) { $0 + Double(readout.elements[row + $1]) * Double(embedding[$1]) }
    }
    let start = output * width
    let edgeStart = start + shape.nodes * shape.outputWidth
    let nodes = (0..<shape.nodes).map { sum(start + $0 * shape.outputWidth, shape.outputWidth) }
    let edges = (0..<shape.edges).map { sum(edgeStart + $0 * shape.edgeWidth, shape.edgeWidth) }
    let others = (0..<shape.classes).map { $0 == output ? 0 : sum($0 * width, width) }
    let bias = readoutBias[output]
    let score = (nodes + edges + others).reduce(Double(bias), +)
    return Contributions(
      output: output, score: Float(score), nodes: nodes.map { Float($0) }, edges: edges.map { Float($0) },
      otherGraphs: others.map { Float($0) }, bias: bias)
  }
}
