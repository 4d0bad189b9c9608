extension ConceptGraph {
  /// The position of a dummy node: the middle of the image.
  package static let dummyCenter: (x: Float, y: Float) = (0.5, 0.5)

  /// The graph with dummies for the nodes at `positions`, whose concepts are masked out of the image.
  package func masking(_ positions: Set<Int>, dummyValue: Float) -> ConceptGraph {
    var graph = self
    for position in positions where nodes.indices.contains(position) {
      let node = nodes[position]
      graph.nodes[position] = .dummy(
        conceptID: node.conceptID, distance: .infinity, width: node.embedding.count, value: dummyValue)
    }
    return graph
  }
}

extension ConceptGraph.Node {
  /// Whether it stands for no concept: it fills the graph of a class that has fewer concepts than others.
  package var isFiller: Bool { conceptID.isEmpty }

  /// The node of a concept that is not in the image: `width` entries of `value`, in the middle, without a patch.
  package static func dummy(conceptID: String, distance: Float, width: Int, value: Float) -> ConceptGraph.Node {
    ConceptGraph.Node(
      conceptID: conceptID, detected: false, distance: distance, center: ConceptGraph.dummyCenter, box: nil, mask: nil,
      embedding: [Float](repeating: value, count: width))
  }
}
