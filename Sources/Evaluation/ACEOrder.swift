import Concepts
import Structure
import Tensors

/// Concepts of plain ACE, without the attention filter, by class of the reasoning network.
struct ACEOrder {
  var concepts: [[Concept]]

  /// Nodes by the rank of the nearest concept of ACE; of equal ranks the nearest node first.
  func order(of nodes: [Int], in graph: ConceptGraph, at position: Int) -> [Int] {
    func place(_ node: Int) -> (rank: Int, distance: Float) {
      concepts[position].map { concept in
        let distance = LinearAlgebra.norm(zip(graph.nodes[node].embedding, concept.center).map { $0 - $1 })
        return (concept.rank, distance)
      }.min { $0.distance < $1.distance } ?? (.max, .infinity)
    }
    let places = Dictionary(uniqueKeysWithValues: nodes.map { ($0, place($0)) })
    func key(_ node: Int) -> (Int, Float, Int) {
      let place = places[node] ?? (.max, .infinity)
      return (place.rank, place.distance, node)
    }
    return nodes.sorted { key($0) < key($1) }
  }
}
