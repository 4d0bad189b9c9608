import Structure

/// Says in a sentence which concepts of an image bear on a class together, as measured.
package enum RelationSummary {
  /// Pairs that are named.
  private static let named = 2

  /// nil where no pair was measured.
  package static func text(for explanation: ExplanationReport.ClassExplanation) -> String? {
    guard let relations = explanation.measured?.evidence.relations, !relations.isEmpty else { return nil }
    let found = relations.filter(\.isBeyondRandom).sorted { strength($0) > strength($1) }
    guard !found.isEmpty else { return "No relation between its concepts is beyond that of random regions." }
    let names = explanation.nodes.map(\.node.conceptName)
    let clauses = found.prefix(named).compactMap { relation -> String? in
      guard names.indices.contains(relation.first), names.indices.contains(relation.second) else { return nil }
      return clause(relation, between: "\(names[relation.first]) and \(names[relation.second])")
    }
    let others = found.count - clauses.count
    let rest = others == 0 ? "" : " (and \(others) more)"
    return "Relations: " + clauses.joined(separator: "; ") + rest + "."
  }

  private static func clause(_ relation: MeasuredRelation, between names: String) -> String {
    if let swapped = relation.swapped, swapped.p <= relation.interaction?.p ?? 1 {
      return "exchanging the places of \(names) takes \(ExplanationSummary.signed(swapped.value)), of random regions "
        + ExplanationSummary.signed(swapped.random)
    }
    let interaction = relation.interaction?.value ?? 0
    return "\(names) together add \(ExplanationSummary.signed(interaction)) to what each adds alone"
  }

  private static func strength(_ relation: MeasuredRelation) -> Double {
    max(abs(relation.swapped?.value ?? 0), abs(relation.interaction?.value ?? 0))
  }
}
