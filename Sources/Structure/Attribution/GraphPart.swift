import Images
import Networks

/// A node or an edge of one class's graph, and what it adds to an output of the reasoning network.
package struct GraphPart: Sendable, Equatable {
  /// Position of its graph among the reasoning network's classes.
  package var graph: Int
  /// Positions of its nodes: one, or an edge's source and target.
  package var nodes: [Int]
  /// Whether the concept is seen in the image; of an edge, whether both its ends are.
  package var isSeen: Bool
  /// What it adds to the output.
  package var contribution: Double
  /// Where it lies in the original image; nil for an edge, and for a concept that is not seen.
  package var box: Box?

  package init(graph: Int, nodes: [Int], isSeen: Bool, contribution: Double, box: Box? = nil) {
    self.graph = graph
    self.nodes = nodes
    self.isSeen = isSeen
    self.contribution = contribution
    self.box = box
  }

  /// The nodes of a graph, then its directed edges, by source, then target.
  ///
  /// - Parameters:
  ///   - position: the graph's among the reasoning network's classes.
  ///   - attribution: what the graph adds to the output.
  ///   - geometry: from the network's input to the original image.
  package static func parts(
    of graph: ConceptGraph, at position: Int, attribution: Attribution.Graph, geometry: InputGeometry
  ) -> [GraphPart] {
    let nodes = graph.nodes.enumerated().prefix(attribution.nodes.count).map { index, node in
      GraphPart(
        graph: position, nodes: [index], isSeen: node.detected, contribution: Double(attribution.nodes[index]),
        box: node.box.map(geometry.originalBox))
    }
    let edges = zip(ConceptGraph.edges(among: nodes.count), attribution.edges).map { edge, contribution in
      GraphPart(
        graph: position, nodes: [edge.from, edge.to],
        isSeen: graph.nodes[edge.from].detected && graph.nodes[edge.to].detected, contribution: Double(contribution))
    }
    return nodes + edges
  }
}

extension GraphPart {
  /// A part of one reasoning network and the part of another that stands for the same; nil where one has no counterpart.
  package typealias Pair = (left: GraphPart?, right: GraphPart?)

  /// Overlap of two boxes, as intersection over union, from which on they lie on the same place.
  static let samePlace = 0.3

  /// Pairs the parts of one graph with those of another network's graph of the same image: nodes that lie on the same place, the largest
  /// overlap first, and the edges between nodes that are paired. Parts without a counterpart stand alone.
  ///
  /// - Parameter isSameImage: whether both graphs are of one image; places in different images say nothing, so nothing is paired.
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

  /// By node on the left, the node on the right that lies on its place.
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
