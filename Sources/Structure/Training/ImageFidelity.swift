import Tensors

/// How well a network mimics the classifier on each image, to compare two networks image by image.
struct ImageFidelity: Sendable {
  /// Share of an image's samples on which both name the same class.
  var agreement: [Double]
  /// Mean squared error of the L1-normalised margins over an image's samples.
  var squaredError: [Double]

  /// - Parameters:
  ///   - outputs, logits: of the network and the classifier, m values per sample.
  ///   - images: the image of each sample.
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
  init(mean fidelities: [ImageFidelity]) {
    func mean(_ values: KeyPath<ImageFidelity, [Double]>) -> [Double] {
      guard let first = fidelities.first else { return [] }
      return first[keyPath: values].indices.map { image in
        fidelities.reduce(0) { $0 + $1[keyPath: values][image] } / Double(fidelities.count)
      }
    }
    (agreement, squaredError) = (mean(\.agreement), mean(\.squaredError))
  }

  /// Compares this network with another one on the same images.
  func compared(with other: ImageFidelity) -> PairedComparison {
    let agreements = zip(agreement, other.agreement).map { $0 - $1 }
    let errors = zip(other.squaredError, squaredError).map { $0 - $1 }
    let (agreementP, marginP) = (Statistics.signTest(agreements) ?? 1, Statistics.signedRankTest(errors) ?? 1)
    let decisive = agreementP <= marginP ? agreements : errors
    return PairedComparison(agreementP: agreementP, marginP: marginP, isBetter: decisive.reduce(0, +) > 0)
  }
}

extension Fidelity {
  /// The mean of several networks' fidelity on the same images.
  init(mean all: [Fidelity]) {
    func mean(_ value: KeyPath<Fidelity, Double>) -> Double { Statistics.mean(all.map { $0[keyPath: value] }) ?? 0 }
    self.init(
      top1Agreement: mean(\.top1Agreement), spearman: mean(\.spearman), meanSquaredError: mean(\.meanSquaredError),
      imageCount: all.first?.imageCount ?? 0)
  }
}
