extension ReasoningNetwork {
  /// What speaks for and against each class (METHOD section 4), one entry per class; see `attributions`.
  ///
  /// - Parameter graphs: one graph per class in the order of training; check others' graphs with `accepts` first.
  package func contributions(graphs: [ConceptGraph]) -> [Contributions] {
    attributions(graphs: graphs).map(Contributions.init)
  }
}

extension Contributions {
  /// The contributions of the class's own graph, and of each other graph as one number.
  package init(_ attribution: Attribution) {
    let own = attribution.graphs[attribution.output]
    self.init(
      output: attribution.output, score: Float(attribution.score), nodes: own.nodes, edges: own.edges,
      otherGraphs: attribution.graphs.enumerated().map { $0 == attribution.output ? 0 : Float($1.sum) },
      bias: attribution.bias)
  }
}
