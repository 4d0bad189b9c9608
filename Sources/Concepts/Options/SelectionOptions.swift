import Fields

/// Which clusters become concepts of the class, and what each keeps (METHOD section 1).
package struct SelectionOptions: Sendable, Equatable {
  package var minSize = 40
  package var maxPatches = 50
  package var maxCoincidence = 0.5
  package var topConcepts = 8
  package var rankBy = RankMeasure.effectBeyondRandom

  package init() {}

  package static let fields = FieldList<SelectionOptions>([
    .option(
      "minSize", \.minSize, .count,
      "A cluster needs more patches than this to be a candidate; scaled down for small sets."),
    .option(
      "maxPatches", \.maxPatches, .int(in: 1...Int.max), "Patches that a concept keeps, nearest its centre."),
    .option(
      "maxCoincidence", \.maxCoincidence, .number(.share),
      "Largest share of a concept's images in which it may show the same pixels as a better ranked one; 1 keeps all."),
    .option("topConcepts", \.topConcepts, .int(in: 1...1000), "Concepts kept as the class's nodes."),
    .option(
      "rankBy", \.rankBy, .word(RankMeasure.self),
      "What the best concepts are the best by: TCAV, or what hiding them in the class's images takes from the classifier's log odds for the "
        + "class: the mean, the mean less that of random regions of the same area, the mean over its standard error, or per area hidden.",
      when: { $0.rankBy != .tcav }),
  ])
}

/// What concepts that pass the test are ranked by.
package enum RankMeasure: String, Sendable, CaseIterable {
  /// The mean TCAV score, or the mean directional derivative where scores are degenerate.
  case tcav
  /// The mean effect of hiding the concept in the class's images (METHOD section 4b).
  case effect
  /// The mean effect less that of random regions on the object of the same area.
  case effectBeyondRandom
  /// The mean effect over its standard error.
  case effectOverError
  /// The effects' sum over that of the areas.
  case effectPerArea
}
