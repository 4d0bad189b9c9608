/// What every graph's nodes and edges add to one output of the reasoning network: Σ nodes + Σ edges + bias = score.
public struct Attribution: Sendable, Equatable {
  /// One graph's part.
  public struct Graph: Sendable, Equatable {
    /// One per node, in rank order.
    public var nodes: [Float]
    /// One per directed edge, by source, then target.
    public var edges: [Float]
    /// All of them together.
    public var sum: Double { (nodes + edges).reduce(0) { $0 + Double($1) } }

    /// A part of these values.
    public init(nodes: [Float], edges: [Float]) {
      self.nodes = nodes
      self.edges = edges
    }
  }

  /// Position of the output among the reasoning network's classes.
  public var output: Int
  /// One per class, in the order of training.
  public var graphs: [Graph]
  /// The last layer's bias.
  public var bias: Float
  /// The reasoning network's output.
  public var score: Double { graphs.reduce(Double(bias)) { $0 + $1.sum } }

  /// An attribution of these values.
  public init(output: Int, graphs: [Graph], bias: Float) {
    self.output = output
    self.graphs = graphs
    self.bias = bias
  }
}

extension ReasoningNetwork {
  /// What each node and edge of every class's graph adds to each output (METHOD section 4), one entry per output.
  ///
  /// A part's contribution is the gradient of the output with respect to its part of the graph embedding, times that part, summed; the
  /// last layer being linear, the parts and the bias add up to the output. The unit is the output's: see `outputs`.
  ///
  /// - Parameter graphs: one graph per class in the order of training; check others' graphs with `accepts` first.
  public func attributions(graphs: [ConceptGraph]) -> [Attribution] {
    let pass = ForwardPass(self, GraphBatch([graphs], shape: shape, dummyValue: dummyValue), training: false)
    return (0..<shape.classes).map { attribution(to: $0, embedding: pass.embedding.elements) }
  }

  private func attribution(to output: Int, embedding: [Float]) -> Attribution {
    let row = output * readout.rowStride
    func sums(from start: Int, width: Int, count: Int) -> [Float] {
      (0..<count).map { part in
        let first = start + part * width
        return Float(
          (first..<first + width).reduce(0.0) { $0 + Double(readout.elements[row + $1]) * Double(embedding[$1]) })
      }
    }
    let graphs = (0..<shape.classes).map { position in
      let start = position * shape.graphEmbeddingWidth
      return Attribution.Graph(
        nodes: sums(from: start, width: shape.outputWidth, count: shape.nodes),
        edges: sums(from: start + shape.nodes * shape.outputWidth, width: shape.edgeWidth, count: shape.edges))
    }
    return Attribution(output: output, graphs: graphs, bias: readoutBias[output])
  }
}
