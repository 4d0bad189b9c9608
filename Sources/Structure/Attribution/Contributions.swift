/// What speaks for and against one class: contributions to the reasoning network's output for it (METHOD section 4).
/// nodes + edges + otherGraphs + bias = score.
package struct Contributions: Sendable, Equatable {
  /// Position of the class among the reasoning network's classes; the output that is explained.
  package var output: Int
  /// The reasoning network's output for the class.
  package var score: Float
  /// One per node, in rank order.
  package var nodes: [Float]
  /// One per directed edge, by source, then target.
  package var edges: [Float]
  /// What each class's graph adds to this output, by class; 0 at `output` itself.
  package var otherGraphs: [Float]
  /// The output where no concept is seen.
  package var bias: Float

  package init(output: Int, score: Float, nodes: [Float], edges: [Float], otherGraphs: [Float], bias: Float) {
    (self.output, self.score, self.nodes, self.edges, self.otherGraphs) = (output, score, nodes, edges, otherGraphs)
    self.bias = bias
  }
}
