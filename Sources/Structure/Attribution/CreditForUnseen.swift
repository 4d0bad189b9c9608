/// Credits the seen concepts of a graph with what concepts that are not seen, and relations to them, add to an output.
///
/// Where no concept is seen, nothing contributes. So a concept that is not seen contributes only by messages from seen
/// concepts. Each seen concept is credited with the amount that disappears when it is left out; the rest is divided
/// equally, so that the sum stays. A relation between a seen concept and one that is not says where the seen one is,
/// and counts for it.
struct CreditForUnseen {
  /// By graph, nodes to hide, as `GraphBatch` takes them: each pattern leaves one node out of every graph.
  let patterns: [[Set<Int>]]
  /// The nodes left out, one for each pattern.
  private let leftOut: [Int]
  /// Whether each node is seen, by graph.
  private let seen: [[Bool]]

  init(graphs: [ConceptGraph], shape: NetworkShape) {
    let nodes = shape.nodes
    let seen = (0..<shape.classes).map { position in
      let given = position < graphs.count ? graphs[position].nodes : []
      return (0..<nodes).map { $0 < given.count && given[$0].detected }
    }
    self.seen = seen
    leftOut = (0..<nodes).filter { node in seen.contains { $0[node] && $0.contains(false) } }
    patterns = leftOut.map { node in seen.map { _ in [node] } }
  }

  /// The contributions to one output, 0 for concepts that are not seen.
  ///
  /// - Parameters:
  ///   - parts: contributions within the graphs as they are.
  ///   - without: the same with a node left out of each graph, one list for each of `patterns`.
  func given(to parts: [Attribution.Graph], without: [[Attribution.Graph]]) -> [Attribution.Graph] {
    parts.indices.map { graph in
      let isSeen = seen[graph]
      let credited = leftOut.indices.filter { isSeen[leftOut[$0]] }
      guard !credited.isEmpty, isSeen.contains(false) else { return parts[graph] }
      func unseen(_ part: Attribution.Graph) -> Double {
        part.nodes.indices.reduce(0.0) { isSeen[$1] ? $0 : $0 + Double(part.nodes[$1]) }
      }
      let sum = unseen(parts[graph])
      let taken = credited.map { sum - unseen(without[$0][graph]) }
      let rest = (sum - taken.reduce(0, +)) / Double(credited.count)
      var result = parts[graph]
      for (edge, ends) in ConceptGraph.edges(among: isSeen.count).enumerated()
      where !isSeen[ends.from] || !isSeen[ends.to] {
        if isSeen[ends.from] { result.nodes[ends.from] += result.edges[edge] }
        if isSeen[ends.to] { result.nodes[ends.to] += result.edges[edge] }
        result.edges[edge] = 0
      }
      for node in result.nodes.indices where !isSeen[node] { result.nodes[node] = 0 }
      for (pattern, value) in zip(credited, taken) {
        let node = leftOut[pattern]
        result.nodes[node] = Float(Double(result.nodes[node]) + value + rest)
      }
      return result
    }
  }
}
