import Reports

extension ExplanationReport.ClassExplanation {
  /// Concepts of a panel, at most: more cannot be taken in at a glance.
  private static let mostPictured = 4
  /// Places of a "why not" for concepts that are missing.
  private static let missingPlaces = 2
  /// Characters of a name that is not broken.
  private static let shortName = 24

  /// The concepts with a row. What was measured: those with the largest effects, where they have a place; what speaks most
  /// for the class comes first. Predicted, by rank: of those that are seen the ones with the largest contributions, then
  /// those that are not, as they rank.
  var pictured: [ExplanationReport.Node] {
    let reserved = isWhy || measured == nil ? 0 : min(unseen.count, Self.missingPlaces)
    func key(_ place: Int) -> (Int, Double, Int) {
      (isSeen(nodes[place]) ? 1 : 0, isSeen(nodes[place]) ? abs(shown(nodes[place])) : 0, -place)
    }
    let places = nodes.indices.filter { measured == nil || isSeen(nodes[$0]) }.sorted { key($0) > key($1) }
      .prefix(Self.mostPictured - reserved).sorted()
    guard measured != nil else { return places.map { nodes[$0] } }
    return places.sorted { (shown(nodes[$0]), -$0) > (shown(nodes[$1]), -$1) }.map { nodes[$0] }
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
    // A short name stays in one line.
    func names(_ nodes: [ExplanationReport.Node]) -> [String] {
      nodes.map(\.node.conceptName).map { name in
        name.count > Self.shortName ? name : name.replacing(" ", with: "\u{a0}")
      }
    }
    let (seen, unseen) = (names(others.filter(\.node.detected)), names(others.filter { !$0.node.detected }))
    return [("Also seen: ", seen), ("Not seen: ", unseen)].filter { !$0.1.isEmpty }
      .map { $0.0 + $0.1.joined(separator: ", ") + "." }.joined(separator: " ")
  }
}
