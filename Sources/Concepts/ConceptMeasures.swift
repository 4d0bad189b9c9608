import Fields

/// What was measured of a concept beside its importance by TCAV; nil where it was not.
package struct ConceptMeasures: Sendable, Equatable {
  package var detection: ConceptDetection?
  package var effect: ConceptEffect?
  /// Known where a reasoning network was trained on several classes.
  package var presence: PresenceOdds?

  package init(detection: ConceptDetection? = nil, effect: ConceptEffect? = nil, presence: PresenceOdds? = nil) {
    (self.detection, self.effect, self.presence) = (detection, effect, presence)
  }
}

extension ConceptMeasures: StoredRecord {
  package static var blank: ConceptMeasures { ConceptMeasures() }

  package static let fields = FieldList<ConceptMeasures>([
    .optional("detection", \.detection, ConceptDetection.type, "When an image counts as showing it."),
    .optional(
      "measured", \.effect, ConceptEffect.type, "What hiding it in the class's images takes from the classifier."),
    .optional("presence", \.presence, PresenceOdds.type, "How unusual it is in images of other classes."),
  ])
}
