import Fields

/// Which superpixels become patches (METHOD section 1).
package struct PatchOptions: Sendable, Equatable {
  package var minAreaFraction = 0.001
  package var maxOverlap = 0.5

  package init() {}

  package static let fields = FieldList<PatchOptions>([
    .option(
      "minAreaFraction", \.minAreaFraction, .number(.share), "Least area of a superpixel as a share of the image."),
    .option(
      "maxOverlap", \.maxOverlap, .number(.share),
      "Largest Jaccard overlap with a kept superpixel of a coarser segmentation."),
  ])
}

/// Which pixels of an image count as attended (METHOD section 1).
package struct AttentionOptions: Sendable, Equatable {
  package var attention = true
  package var keepPercent = 50.0
  package var rectify = false

  package init() {}

  package static let fields = FieldList<AttentionOptions>([
    .option(
      "attention", \.attention, .bool,
      "Whether patches must lie in the region that Grad-CAM attends to; off, this is plain ACE."),
    .option(
      "keepPercent", \.keepPercent, .number(.above(0, to: 100)),
      "Share of pixels, in percent, that count as attended."),
    .option(
      "rectify", \.rectify, .bool,
      "Whether pixels at which the map of Grad-CAM is not above 0 never count as attended, however few that leaves.",
      when: { !$0.rectify }),
  ])
}
