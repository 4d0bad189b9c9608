import Concepts
import Images

/// Puts a concept of the true class in the place of a blamed one: gives the resulting graphs, and the concept that the
/// reasoning network prefers there.
package struct GraphSubstitution: Sendable {
  /// The image's graphs, one per class.
  package var graphs: [ConceptGraph]
  /// Position of the true class.
  package var truth: Int
  /// The patch of the blamed concept.
  package var place: Mask

  package init(graphs: [ConceptGraph], truth: Int, place: Mask) {
    (self.graphs, self.truth, self.place) = (graphs, truth, place)
  }

  /// The graphs after it: nodes at the place become dummies, and the true class's `node` stands there with the centre
  /// of `concept`, which is its concept.
  package func graphs(with concept: Concept, at node: Int, dummyValue: Float) -> [ConceptGraph] {
    var result = graphs.map { graph in
      let hidden = graph.nodes.indices.filter { graph.nodes[$0].mask?.showsSamePlace(as: place) ?? false }
      return graph.masking(Set(hidden), dummyValue: dummyValue)
    }
    result[truth].nodes[node] = ConceptGraph.Node(
      conceptID: concept.id, detected: true, distance: 0, center: place.middle, box: place.boundingBox, mask: place,
      embedding: concept.center)
    return result
  }

  /// Positions of the true class's concepts, first the one that raises the reasoning network's output for the true
  /// class most above that for the predicted class.
  ///
  /// - Parameters:
  ///   - concepts: of the true class, in the order of its nodes.
  ///   - chosen: position of the class that the classifier predicts.
  package func ranked(_ concepts: [Concept], against chosen: Int, by network: ReasoningNetwork) -> [Int] {
    let positions = concepts.indices.filter { graphs[truth].nodes.indices.contains($0) }
    let outputs = network.outputs(
      of: positions.map { graphs(with: concepts[$0], at: $0, dummyValue: network.dummyValue) })
    let margins = outputs.map { $0[truth] - $0[chosen] }
    return positions.indices.sorted { (margins[$0], -$0) > (margins[$1], -$1) }.map { positions[$0] }
  }
}
