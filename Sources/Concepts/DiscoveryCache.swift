import Images

/// What discovery can be given of earlier work, and hands over of its own; images by their index in the set they belong to.
///
/// Every method has a default that knows nothing and keeps nothing. Methods are called from one thread at a time.
package protocol DiscoveryCache: Sendable {
  /// The segmentations of an image of the class, if known.
  func segmentations(ofImage index: Int) -> [Superpixels]?
  /// Takes the segmentations of an image of the class.
  func store(_ segmentations: [Superpixels], ofImage index: Int)

  /// Attention and pooled gradient of an image, if known.
  func gradients(ofImage index: Int, in set: ClassImageSet) -> GradientSummary?
  /// Takes attention and pooled gradient of an image.
  func store(_ gradients: GradientSummary, ofImage index: Int, in set: ClassImageSet)

  /// Embeddings of patches of an image of the class, one entry per mask, nil where not known.
  func embeddings(ofPatches masks: [Mask], ofImage index: Int) -> [[Float]?]
  /// Takes embeddings of patches of an image of the class, one per mask.
  func store(_ embeddings: [[Float]], ofPatches masks: [Mask], ofImage index: Int)

  /// The segmentations of a random image, if known.
  func segmentations(ofRandomImage index: Int) -> [Superpixels]?
  /// Takes the segmentations of a random image.
  func store(_ segmentations: [Superpixels], ofRandomImage index: Int)

  /// What was drawn from a random image, if known.
  func drawnRegion(ofRandomImage index: Int) -> DrawnRegion?
  /// Takes what was drawn from a random image.
  func store(_ region: DrawnRegion, ofRandomImage index: Int)

  /// The embedding of a random image, or of its patch `mask`, if known.
  func embedding(ofRandomImage index: Int, patch mask: Mask?) -> [Float]?
  /// Takes the embedding of a random image, or of its patch `mask`.
  func store(_ embedding: [Float], ofRandomImage index: Int, patch mask: Mask?)
}

/// The patch that was drawn from a random image; none where it has no candidates.
package struct DrawnRegion: Sendable, Equatable {
  /// The patch's region.
  package var region: PatchRegion?

  /// What was drawn.
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
  /// Nothing known.
  package func segmentations(ofImage index: Int) -> [Superpixels]? { nil }
  /// Nothing kept.
  package func store(_ segmentations: [Superpixels], ofImage index: Int) {}
  /// Nothing known.
  package func gradients(ofImage index: Int, in set: ClassImageSet) -> GradientSummary? { nil }
  /// Nothing kept.
  package func store(_ gradients: GradientSummary, ofImage index: Int, in set: ClassImageSet) {}
  /// Nothing known.
  package func embeddings(ofPatches masks: [Mask], ofImage index: Int) -> [[Float]?] { masks.map { _ in nil } }
  /// Nothing kept.
  package func store(_ embeddings: [[Float]], ofPatches masks: [Mask], ofImage index: Int) {}
  /// Nothing known.
  package func segmentations(ofRandomImage index: Int) -> [Superpixels]? { nil }
  /// Nothing kept.
  package func store(_ segmentations: [Superpixels], ofRandomImage index: Int) {}
  /// Nothing known.
  package func drawnRegion(ofRandomImage index: Int) -> DrawnRegion? { nil }
  /// Nothing kept.
  package func store(_ region: DrawnRegion, ofRandomImage index: Int) {}
  /// Nothing known.
  package func embedding(ofRandomImage index: Int, patch mask: Mask?) -> [Float]? { nil }
  /// Nothing kept.
  package func store(_ embedding: [Float], ofRandomImage index: Int, patch mask: Mask?) {}
}

/// A cache that knows nothing.
package struct EmptyDiscoveryCache: DiscoveryCache {
  /// The empty cache.
  package init() {}
}
