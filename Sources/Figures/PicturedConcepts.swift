import Reports

extension ExplanationReport.ClassExplanation {
  /// Concepts of a panel, at most: more cannot be taken in at a glance.
  private static let mostPictured = 4
  /// Places of a "why not" for concepts that are missing.
  private static let missingPlaces = 2

  /// The concepts with a row. What was measured: those with the largest effects, where they have a place. Predicted: of
  /// those that are seen the ones with the largest contributions, then those that are not, as they rank. By rank.
  var pictured: [ExplanationReport.Node] {
    let reserved = isWhy || measured == nil ? 0 : min(unseen.count, Self.missingPlaces)
    func key(_ place: Int) -> (Int, Double, Int) {
      (isSeen(nodes[place]) ? 1 : 0, isSeen(nodes[place]) ? abs(shown(nodes[place])) : 0, -place)
    }
    return nodes.indices.filter { measured == nil || isSeen(nodes[$0]) }.sorted { key($0) > key($1) }
      .prefix(Self.mostPictured - reserved).sorted().map { nodes[$0] }
  }

  /// What a "why not" shows by examples: the concepts that are most unusual to miss, as far as there are places.
  var missing: [ExplanationReport.Node] {
    guard !isWhy, measured != nil else { return [] }
    let unseen = unseen
    func presence(_ place: Int) -> Double { unseen[place].presence ?? .infinity }
    return unseen.indices.sorted { (presence($0), $0) < (presence($1), $1) }
      .prefix(Self.mostPictured - pictured.count).map { unseen[$0] }
  }

  private var unseen: [ExplanationReport.Node] { nodes.filter { !$0.node.detected } }

  /// The other concepts in one line; nil where there are none.
  var others: String? {
    let numbers = Set((pictured + missing).map(\.node.number))
    let others = nodes.filter { !numbers.contains($0.node.number) }
    guard !others.isEmpty else { return nil }
    let seen = others.filter(\.node.detected).map(\.node.conceptName)
    let unseen = others.filter { !$0.node.detected }.map(\.node.conceptName)
    return [("Also seen: ", seen), ("Not seen: ", unseen)].filter { !$0.1.isEmpty }
      .map { $0.0 + $0.1.joined(separator: ", ") + "." }.joined(separator: " ")
  }
}
