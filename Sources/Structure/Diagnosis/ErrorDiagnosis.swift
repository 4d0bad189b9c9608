import Concepts
import Images

/// What a wrong decision comes from (the paper's three types of error, METHOD section 5).
package enum ErrorType: String, Sendable, CaseIterable {
  /// A part of the true class is taken for a concept of the predicted one.
  case conceptConfusion
  /// A concept of the predicted class is seen where nothing of the true class is.
  case falseDetection
  /// What the true class shows here, or how it is arranged, is not what was learnt of it.
  case unseenVariance
}

/// A node or an edge that moved a decision from the true class to the predicted one.
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

  package init(graph: Int, from: Int, to: Int?, contribution: Double, type: ErrorType) {
    self.graph = graph
    self.from = from
    self.to = to
    self.contribution = contribution
    self.type = type
  }
}

/// Puts a wrong decision down to what moved it.
///
/// Every node and edge of the true and the predicted class's graphs adds something to output(predicted) − output(true); the positive parts
/// are to blame. Those of the predicted class's detected nodes speak for a confusion where the patch also is one of the true class, else for a
/// false detection; those of the true class's graph, whose concepts or relations failed to support it, for variance that was not learnt.
package struct ErrorDiagnosis: Sendable {
  /// The type with the largest share of the blame.
  package let type: ErrorType
  /// Shares of the blame by type; they add up to 1.
  package let shares: [ErrorType: Double]
  /// Parts to blame, most to blame first.
  package let blames: [Blame]

  /// - Parameters:
  ///   - attributions: one per output of the reasoning network.
  ///   - graphs: the image's graphs, one per class.
  ///   - concepts: each class's concepts, in the order of its graph's nodes.
  ///   - truth: position of the true class.
  ///   - predicted: position of the class that the classifier chose.
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
        // A relation of the predicted class whose ends are both seen is part of what was wrongly detected.
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

  /// The concept that is most to blame of those seen in the image: the one whose substitution should correct the decision. Nil where only what
  /// is not seen, or relations, are to blame.
  ///
  /// - Parameter graphs: those that the diagnosis was made of.
  package func blamedConcept(in graphs: [ConceptGraph]) -> Blame? {
    blames.first { $0.to == nil && graphs[$0.graph].nodes[$0.from].mask != nil }
  }

  /// Whether a node's patch also is the true class's: one of its nodes has it, or one of its concepts is as near.
  private static func isShared(
    _ node: ConceptGraph.Node, with graph: ConceptGraph, concepts: [Concept]
  ) -> Bool {
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
    embedding.count == center.count && GraphMatcher.distance(embedding, center) <= threshold
  }
}
