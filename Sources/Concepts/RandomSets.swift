import Tensors

/// The random images drawn for concept activation vectors, and for random-against-random vectors.
struct RandomSets {
  /// One set of image indices for each vector of a concept.
  let sets: [[Int]]
  /// Two disjoint sets for each vector of chance.
  let controls: [(positives: [Int], negatives: [Int])]
  /// A note for people.
  let note: String?

  /// Draws `setCount` sets from `imageCount` images: disjoint sets of `size` images; with too few images smaller sets,
  /// or overlapping ones where disjoint sets would have fewer than `minimum` images.
  ///
  /// Throws `DiscoveryError.tooFewRandomImages` where there are too few images for two disjoint sets of `minimum`.
  init(imageCount: Int, setCount: Int, size: Int, minimum: Int, seed: UInt64) throws {
    let minimum = min(minimum, size)
    guard imageCount >= 2 * minimum else {
      throw DiscoveryError.tooFewRandomImages(found: imageCount, needed: 2 * minimum)
    }
    var random = SeededRandom(seed: seed, purpose: "random sets")
    let order = random.shuffled(Array(0..<imageCount))
    let disjointSize = min(size, imageCount / setCount)
    if disjointSize >= minimum {
      let sets = (0..<setCount).map { Array(order[$0 * disjointSize..<($0 + 1) * disjointSize]) }
      self.sets = sets
      controls = sets.indices.map { (sets[$0], sets[($0 + 1 + random.index(below: setCount - 1)) % setCount]) }
      note =
        disjointSize == size
        ? nil
        : "\(imageCount) random images give \(setCount) disjoint sets of \(disjointSize) instead of \(size)"
    } else {
      let drawn = min(size, imageCount / 2)
      sets = (0..<setCount).map { _ in Array(random.shuffled(order)[..<drawn]) }
      controls = (0..<setCount).map { _ in
        let shuffled = random.shuffled(order)
        return (Array(shuffled[..<drawn]), Array(shuffled[drawn..<2 * drawn]))
      }
      note =
        "\(imageCount) random images are too few for \(setCount) disjoint sets of \(minimum) or more: overlapping sets of \(drawn) "
        + "were drawn, which overstates significance"
    }
  }
}
