import Fields
import Tensors

/// How candidate concepts are tested and ranked (METHOD section 1).
package struct SignificanceOptions: Sendable, Equatable {
  package var randomSets = 20
  package var randomSetSize = 50
  package var minRandomSetSize = 10
  /// ACE takes whole images. With patches, concepts of the right class pass the test far more often than concepts of a
  /// wrong one.
  package var contrast = ConceptContrast.patches
  package var cavMethod = CAVMethod.linearClassifier
  package var cavL2 = 0.01
  package var cavHoldout = 0.33
  package var significance = 0.01
  package var correction = PValueCorrection.bonferroni
  package var minTestImages = 10
  package var maxTestImages = 50

  package init() {}

  package static let fields = FieldList<SignificanceOptions>([
    .option(
      "randomSets", \.randomSets, .int(in: 2...1000), "Random sets: one activation vector and one TCAV score each."),
    .option("randomSetSize", \.randomSetSize, .int(in: 2...1_000_000), "Images in each random set."),
    .option(
      "minRandomSetSize", \.minRandomSetSize, .int(in: 2...1_000_000),
      "Least images of a random set; where there are too few images for disjoint sets, sets overlap."),
    .option(
      "contrast", \.contrast, .word(ConceptContrast.self),
      "What patches are compared with: whole random images, or patches of them."),
    .option("cavMethod", \.cavMethod, .word(CAVMethod.self), "How an activation vector is fitted."),
    .option("cavL2", \.cavL2, .number(.above(0)), "L2 weight of the linear classifier."),
    .option(
      "cavHoldout", \.cavHoldout, .number(.between(0, 1)),
      "Share of the examples held out to measure the accuracy of an activation vector."),
    .option(
      "significance", \.significance, .number(.above(0, to: 1)),
      "Largest p of a concept, corrected over the candidates."),
    .option(
      "correction", \.correction, .word(PValueCorrection.self), "What p is corrected by over the candidates."),
    .option(
      "minTestImages", \.minTestImages, .int(in: 1...1_000_000),
      "Images that must be left over from discovery for concepts to be tested on those alone."),
    .option(
      "maxTestImages", \.maxTestImages, .int(in: 2...1_000_000), "Most images on which concepts are tested."),
  ])
}

/// How a concept activation vector is fitted.
package enum CAVMethod: String, Sendable, CaseIterable {
  /// Normal of an L2-regularised linear classifier (TCAV).
  case linearClassifier
  /// Difference of the two means (FastCAV).
  case meanDifference
}

/// What a concept's patches are separated from when its activation vectors are fitted.
package enum ConceptContrast: String, Sendable, CaseIterable {
  /// Whole random images (ACE, TCAV).
  case images
  /// One random patch of each random image, cut out and filled as the concept's own patches, so that the vectors do not
  /// mean "a patch on grey" but what distinguishes these patches from others.
  case patches
}
