import Fields

/// How concepts are found in an image (METHOD sections 2 and 4b).
package struct MatchingOptions: Sendable, Equatable {
  package var places = ConceptPlaces.all

  package init() {}

  package static let fields = FieldList<MatchingOptions>([
    .option(
      "places", \.places, .word(ConceptPlaces.self),
      "What of an image a concept's node is: all its places where the class attends, or the nearest patch alone (the paper's).",
      when: { $0.places != .nearest })
  ])
}

/// What of an image a concept's node is.
package enum ConceptPlaces: String, Sendable, CaseIterable {
  /// The union of the concept's patches where the class attends; a pixel that several concepts claim is the nearest
  /// one's.
  case all
  /// The patch nearest the concept's centre that no better ranked concept has taken (VRX).
  case nearest
}
