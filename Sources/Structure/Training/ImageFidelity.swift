import Tensors

/// How well a network mimics the classifier on each of some images: what two networks are compared by, image by image.
struct ImageFidelity: Sendable {
  /// Share of an image's samples on which both name the same class.
  var agreement: [Double]
  /// Mean squared error of the L1-normalised margins over an image's samples.
  var squaredError: [Double]

  /// - Parameters:
  ///   - outputs: m values per sample.
  ///   - logits: the classifier's, likewise.
  ///   - images: which image each sample is of.
  init(outputs: [[Float]], logits: [[Float]], images: [Int]) {
    var samples: [Int: [Int]] = [:]
    for (sample, image) in images.enumerated() { samples[image, default: []].append(sample) }
    let groups = samples.keys.sorted().compactMap { samples[$0] }
    let fidelities = groups.map { group in
      Fidelity(outputs: group.map { outputs[$0] }, logits: group.map { logits[$0] })
    }
    agreement = fidelities.map(\.top1Agreement)
    squaredError = fidelities.map(\.meanSquaredError)
  }

  /// The mean of several networks' on the same images.
  init(mean parts: [ImageFidelity]) {
    func mean(_ values: KeyPath<ImageFidelity, [Double]>) -> [Double] {
      guard let first = parts.first else { return [] }
      return first[keyPath: values].indices.map { image in
        parts.reduce(0) { $0 + $1[keyPath: values][image] } / Double(parts.count)
      }
    }
    (agreement, squaredError) = (mean(\.agreement), mean(\.squaredError))
  }

  /// Holds this against another network's on the same images.
  func compared(with other: ImageFidelity) -> PairedComparison {
    let agreements = zip(agreement, other.agreement).map { $0 - $1 }
    let errors = zip(other.squaredError, squaredError).map { $0 - $1 }
    let (agreementP, marginP) = (Statistics.signTest(agreements) ?? 1, Statistics.signedRankTest(errors) ?? 1)
    let decisive = agreementP <= marginP ? agreements : errors
    return PairedComparison(
      agreementP: agreementP, marginP: marginP, isBetter: decisive.reduce(0, +) > 0)
  }
}

extension Fidelity {
  /// The mean of several networks' fidelity on the same images.
  init(mean parts: [Fidelity]) {
    func mean(_ value: KeyPath<Fidelity, Double>) -> Double { Statistics.mean(parts.map { $0[keyPath: value] }) ?? 0 }
    self.init(
      top1Agreement: mean(\.top1Agreement), spearman: mean(\.spearman), meanSquaredError: mean(\.meanSquaredError),
      imageCount: parts.first?.imageCount ?? 0)
  }
}
