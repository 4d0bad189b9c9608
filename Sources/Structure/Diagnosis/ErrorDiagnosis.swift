import Concepts
import Images

/// The causes of a wrong prediction: the paper's three types of error (METHOD section 5).
package enum ErrorType: String, Sendable, CaseIterable {
  /// A patch of the true class is taken for a concept of the predicted class.
  case conceptConfusion
  /// A concept of the predicted class is seen where the true class has no concept.
  case falseDetection
  /// The true class looks, or is arranged, differently here from what was learnt.
  case unseenVariance
}

/// A node or an edge that moves a prediction from the true class to the predicted one.
package struct Blame: Sendable, Equatable {
  /// Position of its graph among the reasoning network's classes.
  package var graph: Int
  /// The node, or the edge's source.
  package var from: Int
  /// The edge's target; nil for a node.
  package var to: Int?
  /// What it adds to output(predicted) − output(true).
  package var contribution: Double
  /// The type of error that it speaks for.
  package var type: ErrorType
}

/// Explains a wrong prediction.
///
/// Each node and edge of the true and the predicted class's graphs adds something to output(predicted) − output(true).
/// Those that add a positive amount are to blame. A detected node of the predicted class speaks for a confusion where
/// its patch is one of the true class, else for a false detection. A node or edge of the true class, which fails to
/// support it, speaks for variance that was not learnt.
package struct ErrorDiagnosis: Sendable {
  /// The type with the largest share of the blame.
  package let type: ErrorType
  /// Shares of the blame by type; they add up to 1.
  package let shares: [ErrorType: Double]
  /// The nodes and edges to blame, the largest contribution first.
  package let blames: [Blame]

  /// - Parameters:
  ///   - attributions: one per output of the reasoning network.
  ///   - graphs: the image's graphs, one per class.
  ///   - concepts: each class's concepts, in the order of its graph's nodes.
  ///   - truth: position of the true class.
  ///   - predicted: position of the class that the classifier predicts.
  /// - Returns: nil where nothing is to blame.
  package init?(
    attributions: [Attribution], graphs: [ConceptGraph], concepts: [[Concept]], truth: Int, predicted: Int
  ) {
    var blames: [Blame] = []
    for graph in [truth, predicted] {
      let (towards, against) = (attributions[predicted].graphs[graph], attributions[truth].graphs[graph])
      for (node, contribution) in zip(towards.nodes, against.nodes).map({ Double($0) - Double($1) }).enumerated()
      where contribution > 0 {
        let type: ErrorType =
          graph == truth || !graphs[graph].nodes[node].detected
          ? .unseenVariance
          : Self.isShared(graphs[graph].nodes[node], with: graphs[truth], concepts: concepts[truth])
            ? .conceptConfusion : .falseDetection
        blames.append(Blame(graph: graph, from: node, to: nil, contribution: contribution, type: type))
      }
      let edges = ConceptGraph.edges(among: graphs[graph].nodes.count)
      for (position, edge) in edges.enumerated() {
        let contribution = Double(towards.edges[position]) - Double(against.edges[position])
        guard contribution > 0 else { continue }
        // A relation of the predicted class whose ends are both seen was wrongly detected.
        let isSeen = graphs[graph].nodes[edge.from].detected && graphs[graph].nodes[edge.to].detected
        blames.append(
          Blame(
            graph: graph, from: edge.from, to: edge.to, contribution: contribution,
            type: graph == predicted && isSeen ? .falseDetection : .unseenVariance))
      }
    }
    blames.sort { $0.contribution > $1.contribution }
    let total = blames.reduce(0) { $0 + $1.contribution }
    guard total > 0 else { return nil }
    var shares: [ErrorType: Double] = [:]
    for type in ErrorType.allCases {
      shares[type] = blames.filter { $0.type == type }.reduce(0) { $0 + $1.contribution } / total
    }
    self.blames = blames
    self.shares = shares
    type = ErrorType.allCases.max { (shares[$0] ?? 0) < (shares[$1] ?? 0) } ?? .unseenVariance
  }

  /// The seen concept with the largest blame: substituting it should correct the prediction. Nil where only relations,
  /// or concepts that are not seen, are to blame.
  ///
  /// - Parameter graphs: those that the diagnosis was made of.
  package func blamedConcept(in graphs: [ConceptGraph]) -> Blame? {
    blames.first { $0.to == nil && graphs[$0.graph].nodes[$0.from].mask != nil }
  }

  /// Whether a node's patch belongs to the true class as well: one of its nodes has the patch, or one of its concepts
  /// is near enough.
  private static func isShared(_ node: ConceptGraph.Node, with graph: ConceptGraph, concepts: [Concept]) -> Bool {
    let overlaps = graph.nodes.contains { other in
      guard let mask = node.mask, let own = other.mask else { return false }
      return mask.showsSamePlace(as: own)
    }
    return overlaps || concepts.contains { $0.accepts(node.embedding) }
  }
}

extension Concept {
  /// Whether a patch of this embedding is within the concept's threshold (Euclidean).
  func accepts(_ embedding: [Float]) -> Bool {
    embedding.count == center.count && distance(to: embedding) <= threshold
  }
}
