import Tensors

/// Which samples are fitted, which decide when to stop, and which measure fidelity; all samples of an image are on one
/// side.
struct TrainingSplit: Sendable, Equatable {
  /// Indices of samples to fit.
  var fitted: [Int] = []
  /// Indices of samples whose loss decides when to stop.
  var stopping: [Int] = []
  /// Indices of samples that measure fidelity.
  var measured: [Int] = []

  static let fewestImages = 4

  /// Splits by image: a share `holdout` is held out, half of it for stopping, half for measuring; at least one image
  /// each. Images are drawn evenly over the classifier's predictions, so that no class is missing.
  init(_ samples: [TrainingSample], holdout: Double, seed: UInt64) throws {
    var random = SeededRandom(seed: seed, purpose: "training split")
    var groups: [Int: [Int]] = [:]
    var seen: Set<Int> = []
    for sample in samples.sorted(by: { !$0.isMasked && $1.isMasked }) where seen.insert(sample.imageIndex).inserted {
      groups[ClassChoice.position(in: sample.logits) ?? 0, default: []].append(sample.imageIndex)
    }
    guard seen.count >= Self.fewestImages else {
      throw StructureError.tooFewImages(found: seen.count, needed: Self.fewestImages)
    }
    // Each image's position in its shuffled group, as a share of the group, interleaves the groups evenly.
    let order = groups.keys.sorted().flatMap { key in
      let group = random.shuffled((groups[key] ?? []).sorted())
      return group.enumerated().map { (place: (Double($0) + 0.5) / Double(group.count), image: $1) }
    }.sorted { ($0.place, $0.image) < ($1.place, $1.image) }.map(\.image)
    let heldOut = min(max(2, Int((Double(order.count) * holdout).rounded())), order.count - 2)
    let measured = Set(order.prefix(heldOut).enumerated().filter { $0.offset % 2 == 0 }.map(\.element))
    let stopping = Set(order.prefix(heldOut)).subtracting(measured)
    for (index, sample) in samples.enumerated() {
      if measured.contains(sample.imageIndex) {
        self.measured.append(index)
      } else if stopping.contains(sample.imageIndex) {
        self.stopping.append(index)
      } else {
        fitted.append(index)
      }
    }
  }

  /// The split without some samples.
  func without(_ isLeftOut: (Int) -> Bool) -> TrainingSplit {
    var split = self
    split.fitted.removeAll(where: isLeftOut)
    split.stopping.removeAll(where: isLeftOut)
    split.measured.removeAll(where: isLeftOut)
    return split
  }

  /// Measures the samples at `indices`; those that were held out for measuring then help to decide when to stop.
  mutating func measure(_ indices: Range<Int>) {
    stopping = (stopping + measured).sorted()
    measured = Array(indices)
  }
}
