/// What all graphs' nodes and edges add to one output of the reasoning network, compared with an image in which no
/// concept is seen: Σ nodes + Σ edges + bias = score.
package struct Attribution: Sendable, Equatable {
  package struct Graph: Sendable, Equatable {
    /// One per node, in rank order.
    package var nodes: [Float]
    /// One per directed edge, by source, then target.
    package var edges: [Float]
    package var sum: Double { (nodes + edges).reduce(0) { $0 + Double($1) } }

    package init(nodes: [Float], edges: [Float]) {
      (self.nodes, self.edges) = (nodes, edges)
    }
  }

  /// Position of the output among the reasoning network's classes.
  package var output: Int
  /// One per class, in the order of training.
  package var graphs: [Graph]
  /// The reasoning network's output where no concept is seen.
  package var bias: Float
  package var score: Double { graphs.reduce(Double(bias)) { $0 + $1.sum } }

  package init(output: Int, graphs: [Graph], bias: Float) {
    (self.output, self.graphs, self.bias) = (output, graphs, bias)
  }
}

extension ReasoningNetwork {
  /// What each node and edge of every class's graph adds to each output (METHOD section 4), one entry per output.
  ///
  /// The contribution of a node or edge is the gradient of the output with respect to its entries of the graph
  /// embedding, times their difference from the embedding of graphs in which no concept is seen, summed. As the last
  /// layer is linear, the contributions and the output of the empty graphs add up to the output. The unit is the
  /// output's: see `outputs`.
  ///
  /// The embedding's zero is no baseline: normalisation puts it at the mean over the training images, so the absence of
  /// a concept would speak for or against a class. A concept that is not seen does not contribute by messages from seen
  /// concepts either, nor does a relation to it: these count for the seen concepts (`CreditForUnseen`).
  ///
  /// - Parameter graphs: one graph per class in the order of training; check others' graphs with `accepts` first.
  package func attributions(graphs: [ConceptGraph]) -> [Attribution] {
    let everything = Set(0..<shape.nodes)
    let credit = CreditForUnseen(graphs: graphs, shape: shape)
    let patterns = [[], (0..<shape.classes).map { _ in everything }] + credit.patterns
    let pass = ForwardPass(
      self, GraphBatch(hiding: patterns, in: graphs, shape: shape, dummyValue: dummyValue), training: false)
    let embeddings = patterns.indices.map { pass.embedding[row: $0].elements }
    let differences = embeddings.map { embedding in zip(embedding, embeddings[1]).map { Double($0) - Double($1) } }
    return (0..<shape.classes).map { output in
      let parts = differences.map { attribution(to: output, difference: $0) }
      return Attribution(
        output: output, graphs: credit.given(to: parts[0], without: Array(parts.dropFirst(2))),
        bias: pass.outputs.elements[shape.classes + output])
    }
  }

  private func attribution(to output: Int, difference: [Double]) -> [Attribution.Graph] {
    let row = output * readout.rowStride
    func sums(from start: Int, width: Int, count: Int) -> [Float] {
      (0..<count).map { part in
        let first = start + part * width
        return Float((first..<first + width).reduce(0.0) { $0 + Double(readout.elements[row + $1]) * difference[$1] })
      }
    }
    return (0..<shape.classes).map { position in
      let start = position * shape.graphEmbeddingWidth
      return Attribution.Graph(
        nodes: sums(from: start, width: shape.outputWidth, count: shape.nodes),
        edges: sums(from: start + shape.nodes * shape.outputWidth, width: shape.edgeWidth, count: shape.edges))
    }
  }
}
