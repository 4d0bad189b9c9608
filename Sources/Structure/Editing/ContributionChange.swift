/// What an edit changed of what a node or an edge adds to its class's output.
package struct ContributionChange: Sendable, Equatable {
  /// Position of its graph among the reasoning network's classes.
  package var graph: Int
  /// Position of the node, or of the edge's source.
  package var from: Int
  /// Position of the edge's target; nil for a node.
  package var to: Int?
  /// Contribution before the edit.
  package var before: Double
  /// Contribution after it.
  package var after: Double
  /// Whether it is a node that the edit bears on, or an edge at one.
  package var isEdited: Bool
  /// What the edit changed.
  package var delta: Double { after - before }

  package init(graph: Int, from: Int, to: Int?, before: Double, after: Double, isEdited: Bool) {
    self.graph = graph
    self.from = from
    self.to = to
    self.before = before
    self.after = after
    self.isEdited = isEdited
  }

  /// What changed of some graphs' contributions to their own classes, largest first.
  ///
  /// - Parameters:
  ///   - before: what explains the image, one per output.
  ///   - after: what explains the edited picture, likewise.
  ///   - edited: by graph, the nodes that the edit bears on.
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

  /// The share of all change, in absolute terms, that lies in edited parts; nil where nothing changed.
  package static func locality(of changes: [ContributionChange]) -> Double? {
    let total = changes.reduce(0) { $0 + abs($1.delta) }
    guard total > 0 else { return nil }
    return changes.filter(\.isEdited).reduce(0) { $0 + abs($1.delta) } / total
  }
}
