/// How an edit changes what a node or an edge adds to its class's output.
package struct ContributionChange: Sendable, Equatable {
  /// Position of its graph among the reasoning network's classes.
  package var graph: Int
  /// Position of the node, or of the edge's source.
  package var from: Int
  /// Position of the edge's target; nil for a node.
  package var to: Int?
  package var before: Double
  package var after: Double
  /// Whether it is a node that the edit affects, or an edge at such a node.
  package var isEdited: Bool
  package var delta: Double { after - before }

  /// The changes of some graphs' contributions to their own classes, largest first.
  ///
  /// - Parameters:
  ///   - before, after: attributions of the image and of the edited picture, one per output.
  ///   - edited: by graph, the nodes that the edit affects.
  package static func changes(
    from before: [Attribution], to after: [Attribution], graphs: Set<Int>, edited: [Set<Int>]
  ) -> [ContributionChange] {
    graphs.sorted().flatMap { graph -> [ContributionChange] in
      let (old, new) = (before[graph].graphs[graph], after[graph].graphs[graph])
      let edited = edited[graph]
      let nodes = old.nodes.indices.map { node in
        ContributionChange(
          graph: graph, from: node, to: nil, before: Double(old.nodes[node]), after: Double(new.nodes[node]),
          isEdited: edited.contains(node))
      }
      let edges = ConceptGraph.edges(among: nodes.count).enumerated().map { position, edge in
        ContributionChange(
          graph: graph, from: edge.from, to: edge.to, before: Double(old.edges[position]),
          after: Double(new.edges[position]), isEdited: edited.contains(edge.from) || edited.contains(edge.to))
      }
      return nodes + edges
    }.sorted { abs($0.delta) > abs($1.delta) }
  }

  /// The share of all change, in absolute terms, at edited nodes and edges; nil where nothing changed.
  package static func locality(of changes: [ContributionChange]) -> Double? {
    let total = changes.reduce(0) { $0 + abs($1.delta) }
    guard total > 0 else { return nil }
    return changes.filter(\.isEdited).reduce(0) { $0 + abs($1.delta) } / total
  }
}
