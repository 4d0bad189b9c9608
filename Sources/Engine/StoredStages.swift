import Concepts
import Images
import Store
import Synchronization

/// Discovery's view of the store: the stages of the images of one class and of the random images.
final class StoredStages: DiscoveryCache {
  /// What was found instead of computed.
  struct Reuse: Sendable {
    /// Images whose superpixels were known.
    var segmentations = 0
    /// Embeddings of patches and random images that were known.
    var embeddings = 0
  }

  private let recipes: StageRecipes
  private let classIndex: Int
  private let discovery: [CatalogueEntry]
  private let heldOut: [CatalogueEntry]
  private let random: [CatalogueEntry]
  private let store: StageStore
  private let counts = Mutex(Reuse())

  init(
    recipes: StageRecipes, classIndex: Int, discovery: [CatalogueEntry], heldOut: [CatalogueEntry] = [],
    random: [CatalogueEntry] = [], store: StageStore
  ) {
    self.recipes = recipes
    self.classIndex = classIndex
    self.discovery = discovery
    self.heldOut = heldOut
    self.random = random
    self.store = store
  }

  /// What was found so far.
  var reuse: Reuse { counts.withLock { $0 } }

  func segmentations(ofImage index: Int) -> [Superpixels]? {
    let found: [Superpixels]? = store.value(for: recipes.segmentations(of: discovery[index].contentHash))
    if found != nil { counts.withLock { $0.segmentations += 1 } }
    return found
  }

  func store(_ segmentations: [Superpixels], ofImage index: Int) {
    let bytes = segmentations.reduce(0) { $0 + $1.labels.count * MemoryLayout<Int32>.stride }
    store.insert(segmentations, bytes: bytes, for: recipes.segmentations(of: discovery[index].contentHash))
  }

  func gradients(ofImage index: Int, in set: ClassImageSet) -> GradientSummary? {
    store.value(for: recipes.gradients(of: entry(index, in: set).contentHash, classIndex: classIndex))
  }

  func store(_ gradients: GradientSummary, ofImage index: Int, in set: ClassImageSet) {
    let maskBytes = gradients.attention.map { $0.width * $0.height / 8 } ?? 0
    store.insert(
      gradients, bytes: maskBytes + gradients.pooledGradient.count * MemoryLayout<Float>.stride,
      for: recipes.gradients(of: entry(index, in: set).contentHash, classIndex: classIndex))
  }

  func embeddings(ofPatches masks: [Mask], ofImage index: Int) -> [[Float]?] {
    let known = patchEmbeddings(ofImage: index)
    let found = masks.map { known[$0] }
    counts.withLock { $0.embeddings += found.count { $0 != nil } }
    return found
  }

  func store(_ embeddings: [[Float]], ofPatches masks: [Mask], ofImage index: Int) {
    let all = patchEmbeddings(ofImage: index).merging(zip(masks, embeddings)) { $1 }
    let bytes = all.reduce(0) { sum, patch in
      sum + patch.key.width * patch.key.height / 8 + patch.value.count * MemoryLayout<Float>.stride
    }
    store.insert(all, bytes: bytes, for: recipes.patchEmbeddings(of: discovery[index].contentHash))
  }

  func embedding(ofRandomImage index: Int, patch mask: Mask?) -> [Float]? {
    let recipe = recipes.embedding(of: random[index].contentHash, patch: mask)
    let found: [Float]? = store.value(for: recipe)
    if found != nil { counts.withLock { $0.embeddings += 1 } }
    return found
  }

  func store(_ embedding: [Float], ofRandomImage index: Int, patch mask: Mask?) {
    store.insert(
      embedding, bytes: embedding.count * MemoryLayout<Float>.stride,
      for: recipes.embedding(of: random[index].contentHash, patch: mask))
  }

  private func entry(_ index: Int, in set: ClassImageSet) -> CatalogueEntry {
    switch set {
    case .discovery: discovery[index]
    case .heldOut: heldOut[index]
    }
  }

  private func patchEmbeddings(ofImage index: Int) -> [Mask: [Float]] {
    store.value(for: recipes.patchEmbeddings(of: discovery[index].contentHash)) ?? [:]
  }
}
