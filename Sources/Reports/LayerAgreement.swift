import Structure

/// Whether hiding a concept in the picture and removing it in the network's layer say the same of it.
package enum LayerAgreement {
  /// A sentence that names the concepts of which they do not; nil where there are none.
  ///
  /// A concept counts whose effect has one sign by all fills.
  package static func text(for explanation: ExplanationReport.ClassExplanation) -> String? {
    let names = explanation.nodes.compactMap { node -> String? in
      guard let part = node.measured?.part, let removed = node.layerRemoval, part.low * part.high > 0,
        part.effect * removed < 0
      else { return nil }
      return node.node.conceptName
    }
    guard let last = names.last else { return nil }
    let listed = names.count == 1 ? last : names.dropLast().joined(separator: ", ") + " and " + last
    return "Hiding \(listed) in the picture and removing \(names.count == 1 ? "it" : "them") in the layer "
      + "have effects of opposite signs: read \(names.count == 1 ? "it" : "these") with care."
  }
}
