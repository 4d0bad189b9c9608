import Images

extension Mask {
  /// Two patches with at least this Jaccard overlap show the same thing. A small patch inside a much larger one shows
  /// another thing.
  private static let samePlace = 0.3

  /// Whether two patches of one image mostly show the same pixels.
  package func showsSamePlace(as other: Mask) -> Bool { jaccardIndex(other) > Self.samePlace }
}

/// How far two concepts are two names for one place: segmentation at several resolutions, and clusters that split by
/// colour or scale, yield concepts whose patches lie on each other.
struct ConceptCoincidence {
  let patches: EmbeddedPatches

  /// Share of the images of `concept`, in [0, 1], in which one of its patches shows mostly the same pixels as one of
  /// `other`.
  func share(of concept: ConceptCandidate, with other: ConceptCandidate) throws -> Double {
    let (own, others) = (byImage(concept), byImage(other))
    guard !own.isEmpty else { return 0 }
    var shared = 0
    for (image, positions) in own {
      guard let otherPositions = others[image] else { continue }
      let regions = try patches.regions.regions(ofImage: image, at: positions)
      let isShared = try patches.regions.regions(ofImage: image, at: otherPositions).contains { other in
        regions.contains { $0.mask.showsSamePlace(as: other.mask) }
      }
      if isShared { shared += 1 }
    }
    return Double(shared) / Double(own.count)
  }

  /// By image, the positions of the concept's patches among the image's.
  func byImage(_ concept: ConceptCandidate) -> [Int: [Int]] {
    var positions: [Int: [Int]] = [:]
    for patch in concept.members.map(\.patch).sorted() {
      let image = patches.images[patch]
      positions[image, default: []].append(patch - patches.regions.rows(ofImage: image).lowerBound)
    }
    return positions
  }
}
