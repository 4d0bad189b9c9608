import Images
import Networks

/// A node or an edge of one class's graph, and what it adds to an output of the reasoning network.
package struct GraphPart: Sendable, Equatable {
  /// Position of its graph among the reasoning network's classes.
  package var graph: Int
  /// Positions of its nodes: one, or an edge's source and target.
  package var nodes: [Int]
  /// Whether the concept is seen in the image; for an edge, whether both ends are.
  package var isSeen: Bool
  /// What it adds to the output.
  package var contribution: Double
  /// Where it lies in the original image; nil for an edge, and for a concept that is not seen.
  package var box: Box?

  /// The nodes of a graph, then its directed edges, by source, then target.
  ///
  /// - Parameters:
  ///   - position: of the graph among the reasoning network's classes.
  ///   - attribution: the graph's contributions to the output.
  ///   - geometry: maps the network's input to the original image.
  package static func parts(
    of graph: ConceptGraph, at position: Int, attribution: Attribution.Graph, geometry: InputGeometry
  ) -> [GraphPart] {
    // Behind a class's concepts may stand nodes that fill the graph.
    let nodes = graph.nodes.enumerated().prefix(attribution.nodes.count).filter { !$0.element.isFiller }.map {
      index, node in
      GraphPart(
        graph: position, nodes: [index], isSeen: node.detected, contribution: Double(attribution.nodes[index]),
        box: node.box.map(geometry.originalBox))
    }
    let all = ConceptGraph.edges(among: min(graph.nodes.count, attribution.nodes.count))
    let edges = zip(all, attribution.edges).compactMap { edge, contribution -> GraphPart? in
      guard !graph.nodes[edge.from].isFiller, !graph.nodes[edge.to].isFiller else { return nil }
      return GraphPart(
        graph: position, nodes: [edge.from, edge.to],
        isSeen: graph.nodes[edge.from].detected && graph.nodes[edge.to].detected, contribution: Double(contribution))
    }
    return nodes + edges
  }
}

extension GraphPart {
  /// A node or edge of one reasoning network's graph and its counterpart in another's; nil where it has no counterpart.
  package typealias Pair = (left: GraphPart?, right: GraphPart?)

  /// Two boxes with at least this intersection over union lie at the same place.
  static let samePlace = 0.3

  /// Pairs nodes and edges of one graph with those of another network's graph of the same image: nodes at the same
  /// place, the largest overlap first, and the edges between paired nodes. Others stay alone.
  ///
  /// - Parameter isSameImage: whether both graphs are of one image; if not, places mean nothing and nothing is paired.
  package static func paired(_ left: [GraphPart], _ right: [GraphPart], isSameImage: Bool) -> [Pair] {
    let partners = isSameImage ? partners(left, right) : [:]
    var free = Array(right.indices)
    let pairs = left.map { part -> Pair in
      let wanted = part.nodes.map { partners[$0] }
      let place = free.firstIndex { candidate in
        right[candidate].nodes.count == wanted.count && zip(right[candidate].nodes, wanted).allSatisfy { $0 == $1 }
      }
      return (part, place.map { right[free.remove(at: $0)] })
    }
    return pairs + free.map { (nil, right[$0]) }
  }

  /// By node on the left, the node on the right at the same place.
  private static func partners(_ left: [GraphPart], _ right: [GraphPart]) -> [Int: Int] {
    let overlaps = left.flatMap { a in
      right.compactMap { b -> (left: Int, right: Int, overlap: Double)? in
        guard let first = a.box, let second = b.box else { return nil }
        return (a.nodes[0], b.nodes[0], first.overlap(with: second))
      }
    }
    var partners: [Int: Int] = [:]
    for pair in overlaps.sorted(by: { $0.overlap > $1.overlap }) where pair.overlap >= samePlace {
      guard partners[pair.left] == nil, !partners.values.contains(pair.right) else { continue }
      partners[pair.left] = pair.right
    }
    return partners
  }
}
