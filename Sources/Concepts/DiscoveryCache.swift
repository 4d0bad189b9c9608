import Images

/// Results of earlier work that discovery can use, and takes of its own; images by their index in the set they belong
/// to.
///
/// Every method has a default that knows nothing and keeps nothing. Methods are called from one thread at a time.
/// `store` takes what the function above it gives, which is nil for what is not known.
package protocol DiscoveryCache: Sendable {
  func segmentations(ofImage index: Int) -> [Superpixels]?
  func store(_ segmentations: [Superpixels], ofImage index: Int)

  func gradients(ofImage index: Int, in set: ClassImageSet) -> GradientSummary?
  func store(_ gradients: GradientSummary, ofImage index: Int, in set: ClassImageSet)

  /// One entry per mask.
  func embeddings(ofPatches masks: [Mask], ofImage index: Int) -> [[Float]?]
  func store(_ embeddings: [[Float]], ofPatches masks: [Mask], ofImage index: Int)

  /// What hiding each of `masks` takes from the class's log odds; one entry per mask.
  func changes(hiding masks: [Mask], inImage index: Int) -> [Double]?
  func store(_ changes: [Double], hiding masks: [Mask], inImage index: Int)

  /// One entry per mask.
  func embeddings(ofPatches masks: [Mask], ofRandomImage index: Int) -> [[Float]?]
  func store(_ embeddings: [[Float]], ofPatches masks: [Mask], ofRandomImage index: Int)

  func segmentations(ofRandomImage index: Int) -> [Superpixels]?
  func store(_ segmentations: [Superpixels], ofRandomImage index: Int)

  func drawnRegion(ofRandomImage index: Int) -> DrawnRegion?
  func store(_ region: DrawnRegion, ofRandomImage index: Int)

  /// The embedding of the patch `mask`, or of the whole image where that is nil.
  func embedding(ofRandomImage index: Int, patch mask: Mask?) -> [Float]?
  func store(_ embedding: [Float], ofRandomImage index: Int, patch mask: Mask?)
}

/// The patch that was drawn from a random image; nil where the image has no candidates.
package struct DrawnRegion: Sendable, Equatable {
  package var region: PatchRegion?

  package init(_ region: PatchRegion?) { self.region = region }
}

/// The two sets of images of the class.
package enum ClassImageSet: Sendable {
  /// Images whose patches become concepts.
  case discovery
  /// Images on which concepts are tested.
  case heldOut
}

extension DiscoveryCache {
  package func segmentations(ofImage index: Int) -> [Superpixels]? { nil }
  package func store(_ segmentations: [Superpixels], ofImage index: Int) {}
  package func gradients(ofImage index: Int, in set: ClassImageSet) -> GradientSummary? { nil }
  package func store(_ gradients: GradientSummary, ofImage index: Int, in set: ClassImageSet) {}
  package func embeddings(ofPatches masks: [Mask], ofImage index: Int) -> [[Float]?] { masks.map { _ in nil } }
  package func store(_ embeddings: [[Float]], ofPatches masks: [Mask], ofImage index: Int) {}
  package func changes(hiding masks: [Mask], inImage index: Int) -> [Double]? { nil }
  package func store(_ changes: [Double], hiding masks: [Mask], inImage index: Int) {}
  package func embeddings(ofPatches masks: [Mask], ofRandomImage index: Int) -> [[Float]?] { masks.map { _ in nil } }
  package func store(_ embeddings: [[Float]], ofPatches masks: [Mask], ofRandomImage index: Int) {}
  package func segmentations(ofRandomImage index: Int) -> [Superpixels]? { nil }
  package func store(_ segmentations: [Superpixels], ofRandomImage index: Int) {}
  package func drawnRegion(ofRandomImage index: Int) -> DrawnRegion? { nil }
  package func store(_ region: DrawnRegion, ofRandomImage index: Int) {}
  package func embedding(ofRandomImage index: Int, patch mask: Mask?) -> [Float]? { nil }
  package func store(_ embedding: [Float], ofRandomImage index: Int, patch mask: Mask?) {}
}

/// A cache that knows nothing.
package struct EmptyDiscoveryCache: DiscoveryCache {
  package init() {}
}

/// A cache's random images in the place of the class's.
struct RandomImageCache: DiscoveryCache {
  let cache: any DiscoveryCache

  func embeddings(ofPatches masks: [Mask], ofImage index: Int) -> [[Float]?] {
    cache.embeddings(ofPatches: masks, ofRandomImage: index)
  }

  func store(_ embeddings: [[Float]], ofPatches masks: [Mask], ofImage index: Int) {
    cache.store(embeddings, ofPatches: masks, ofRandomImage: index)
  }
}
