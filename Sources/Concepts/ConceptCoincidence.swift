import Images

/// How far two concepts are two names for one place: SLIC at several resolutions and clusters that split by colour or scale yield concepts
/// whose patches lie on each other.
struct ConceptCoincidence {
  let patches: EmbeddedPatches

  /// Jaccard overlap of two patches from which on they show the same thing. Those of one image never overlap by more than `maxOverlap`, and
  /// a part inside a larger cut-out of its surroundings is another thing.
  static let samePlace = 0.3

  /// Share of the images of `concept` in which one of its patches shows mostly the same pixels as one of `other`, in [0, 1].
  ///
  func share(of concept: ConceptCandidate, with other: ConceptCandidate) -> Double {
    let (own, others) = (byImage(concept), byImage(other))
    guard !own.isEmpty else { return 0 }
    let shared = own.count { image, regions in
      (others[image] ?? []).contains { other in regions.contains { $0.mask.jaccardIndex(other.mask) > Self.samePlace } }
    }
    return Double(shared) / Double(own.count)
  }

  private func byImage(_ concept: ConceptCandidate) -> [Int: [PatchRegion]] {
    var regions: [Int: [PatchRegion]] = [:]
    for member in concept.members {
      regions[patches.images[member.patch], default: []].append(patches.regions[member.patch].region)
    }
    return regions
  }
}
