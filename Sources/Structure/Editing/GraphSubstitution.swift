import Concepts
import Images

/// A concept of the true class put where a blamed one stands: what graphs become by it, and which concept a reasoning network would put there.
package struct GraphSubstitution: Sendable {
  /// The image's graphs, one per class.
  package var graphs: [ConceptGraph]
  /// Position of the true class.
  package var truth: Int
  /// Where the blamed concept was found.
  package var place: Mask

  /// A substitution at a place.
  package init(graphs: [ConceptGraph], truth: Int, place: Mask) {
    self.graphs = graphs
    self.truth = truth
    self.place = place
  }

  /// The graphs after it: what was found at the place is found no more, and the true class's node has the concept's centre and stands there.
  ///
  /// - Parameters:
  ///   - concept: of the true class.
  ///   - node: the concept's.
  ///   - dummyValue: of nodes that are not seen any more.
  package func graphs(with concept: Concept, at node: Int, dummyValue: Float) -> [ConceptGraph] {
    var result = graphs.map { graph in
      let hidden = graph.nodes.indices.filter { graph.nodes[$0].mask?.showsSamePlace(as: place) ?? false }
      return graph.masking(Set(hidden), dummyValue: dummyValue)
    }
    let center = place.centroid.map { (x: Float($0.x), y: Float($0.y)) } ?? ConceptGraph.dummyCenter
    result[truth].nodes[node] = ConceptGraph.Node(
      conceptID: concept.id, detected: true, distance: 0, center: center, box: place.boundingBox, mask: place,
      embedding: concept.center)
    return result
  }

  /// Positions of the true class's concepts, first the one by which the reasoning network's output for the true class rises most above that for
  /// the class chosen.
  ///
  /// - Parameters:
  ///   - concepts: the true class's, in the order of its nodes.
  ///   - chosen: position of the class that the classifier chose.
  package func ranked(_ concepts: [Concept], against chosen: Int, by network: ReasoningNetwork) -> [Int] {
    let positions = concepts.indices.filter { graphs[truth].nodes.indices.contains($0) }
    let outputs = network.outputs(
      of: positions.map { graphs(with: concepts[$0], at: $0, dummyValue: network.dummyValue) })
    let margins = outputs.map { $0[truth] - $0[chosen] }
    return positions.indices.sorted { (margins[$0], -$0) > (margins[$1], -$1) }.map { positions[$0] }
  }
}
