import Fields

/// How images are cut into superpixels (METHOD section 1).
package struct SegmentationOptions: Sendable, Equatable {
  package var segmenter = Segmenter.slic
  package var segmentCounts = [15, 50, 80]
  package var compactness = 20.0
  package var sigma = 1.0
  package var felzenszwalbScales = [1200.0, 500, 250]
  package var felzenszwalbSigma = 0.8
  package var felzenszwalbMinSize = 20
  package var quickshiftMaxDistances = [20.0, 15, 10]
  package var quickshiftKernelSize = 10.0
  package var quickshiftRatio = 1.0
  package var watershedCompactness = 0.0

  package init() {}

  package static let fields = FieldList<SegmentationOptions>([
    .option(
      "segmenter", \.segmenter, .word(Segmenter.self),
      "What cuts images into superpixels; slic and watershed use segmentCounts, the others have options of their own.",
      when: { $0.segmenter != .slic }),
    .option(
      "segmentCounts", \.segmentCounts, .list(of: .int(in: 1...100_000)),
      "Superpixels of each segmentation by slic or watershed, coarse to fine.", recipe: "segments",
      when: { $0.segmenter == .slic || $0.segmenter == .watershed }),
    .option(
      "compactness", \.compactness, .number(.above(0)), "SLIC's weight of place against colour.",
      when: { $0.segmenter == .slic }),
    .option(
      "sigma", \.sigma, .number(.from(0, to: 100)), "Width in pixels of the Gaussian that SLIC smooths with.",
      when: { $0.segmenter == .slic }),
    .option(
      "felzenszwalbScales", \.felzenszwalbScales, .list(of: .number(.from(1e-3, to: 1e9))),
      "Felzenszwalb's scales, coarse to fine: the greater, the larger the superpixels.", recipe: "scales",
      when: { $0.segmenter == .felzenszwalb }),
    .option(
      "felzenszwalbSigma", \.felzenszwalbSigma, .number(.from(0, to: 100)),
      "Width in pixels of the Gaussian that felzenszwalb smooths with.", recipe: "sigma",
      when: { $0.segmenter == .felzenszwalb }),
    .option(
      "felzenszwalbMinSize", \.felzenszwalbMinSize, .count, "Least pixels of a superpixel of felzenszwalb.",
      recipe: "minSize", when: { $0.segmenter == .felzenszwalb }),
    .option(
      "quickshiftMaxDistances", \.quickshiftMaxDistances, .list(of: .number(.from(0, to: 1e6))),
      "Quick shift's greatest distances in colour and pixels, coarse to fine: the greater, the larger the superpixels.",
      recipe: "distances", when: { $0.segmenter == .quickshift }),
    .option(
      "quickshiftKernelSize", \.quickshiftKernelSize, .number(.from(1, to: 32)),
      "Width in pixels of the Gaussian by which quick shift measures densities; time grows with its square.",
      recipe: "kernelSize", when: { $0.segmenter == .quickshift }),
    .option(
      "quickshiftRatio", \.quickshiftRatio, .number(.from(0, to: 1000)),
      "Quick shift's weight of colour against place.", recipe: "ratio", when: { $0.segmenter == .quickshift }),
    .option(
      "watershedCompactness", \.watershedCompactness, .number(.from(0, to: 1e6)),
      "The watershed's weight of place against the gradient; 0 for none.", recipe: "compactness",
      when: { $0.segmenter == .watershed }),
  ])
}

/// How images are cut into superpixels, several times each, coarse to fine.
package enum Segmenter: String, Sendable, CaseIterable {
  /// Simple linear iterative clustering, by `segmentCounts`, `compactness` and `sigma`.
  case slic
  /// Efficient graph-based segmentation, by the options that start with its name.
  case felzenszwalb
  /// Quick shift, by the options that start with its name; the slowest.
  case quickshift
  /// Watershed of the gradient from `segmentCounts` markers, by `watershedCompactness`.
  case watershed
}
