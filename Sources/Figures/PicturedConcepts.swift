import Reports

extension ExplanationReport.ClassExplanation {
  /// Concepts of a panel, at most: more cannot be taken in at a glance.
  private static let mostPictured = 4

  /// The concepts that pictures show: of those that have a place the ones with the largest values, then those that are
  /// not seen, as they rank; by rank.
  var pictured: [ExplanationReport.Node] {
    guard nodes.count > Self.mostPictured else { return nodes }
    func key(_ place: Int) -> (Int, Double, Int) {
      (isSeen(nodes[place]) ? 1 : 0, isSeen(nodes[place]) ? abs(shown(nodes[place])) : 0, -place)
    }
    return nodes.indices.sorted { key($0) > key($1) }.prefix(Self.mostPictured).sorted().map { nodes[$0] }
  }

  /// The other concepts in one line; nil where there are none.
  var others: String? {
    let numbers = Set(pictured.map(\.node.number))
    let others = nodes.filter { !numbers.contains($0.node.number) }
    guard !others.isEmpty else { return nil }
    let seen = others.filter(\.node.detected).map(\.node.conceptName)
    let unseen = others.filter { !$0.node.detected }.map(\.node.conceptName)
    return [("Also seen: ", seen), ("Not seen: ", unseen)].filter { !$0.1.isEmpty }
      .map { $0.0 + $0.1.joined(separator: ", ") + "." }.joined(separator: " ")
  }
}
