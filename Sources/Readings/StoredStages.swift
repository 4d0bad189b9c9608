import Bank
import Concepts
import Images
import Store
import Synchronization

/// Discovery's view of the store: the stages of the images of one class and of the random images.
package final class StoredStages: DiscoveryCache {
  /// What was found instead of computed.
  package struct Reuse: Sendable {
    /// Images whose superpixels were known.
    package var segmentations = 0
    /// Embeddings of patches and random images that were known.
    package var embeddings = 0
  }

  private let recipes: StageRecipes
  private let classIndex: Int
  private let discovery: [CatalogueEntry]
  private let heldOut: [CatalogueEntry]
  private let random: [CatalogueEntry]
  private let store: StageStore
  private let counts = Mutex(Reuse())

  package init(
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
  package var reuse: Reuse { counts.withLock { $0 } }

  package func segmentations(ofImage index: Int) -> [Superpixels]? {
    let found = store.stage(recipes.segmentations(of: discovery[index].contentHash), as: Segmentations.self)
    if found != nil { counts.withLock { $0.segmentations += 1 } }
    return found?.levels
  }

  package func store(_ segmentations: [Superpixels], ofImage index: Int) {
    store.keep(Segmentations(levels: segmentations), for: recipes.segmentations(of: discovery[index].contentHash))
  }

  package func gradients(ofImage index: Int, in set: ClassImageSet) -> GradientSummary? {
    store.stage(recipes.gradients(of: entry(index, in: set).contentHash, classIndex: classIndex))
  }

  package func store(_ gradients: GradientSummary, ofImage index: Int, in set: ClassImageSet) {
    store.keep(gradients, for: recipes.gradients(of: entry(index, in: set).contentHash, classIndex: classIndex))
  }

  package func embeddings(ofPatches masks: [Mask], ofImage index: Int) -> [[Float]?] {
    embeddings(of: masks, in: discovery[index])
  }

  package func store(_ embeddings: [[Float]], ofPatches masks: [Mask], ofImage index: Int) {
    store(embeddings, of: masks, in: discovery[index])
  }

  package func embeddings(ofPatches masks: [Mask], ofRandomImage index: Int) -> [[Float]?] {
    embeddings(of: masks, in: random[index])
  }

  package func store(_ embeddings: [[Float]], ofPatches masks: [Mask], ofRandomImage index: Int) {
    store(embeddings, of: masks, in: random[index])
  }

  package func changes(hiding masks: [Mask], inImage index: Int) -> [Double]? {
    store.stage(recipe(hiding: masks, inImage: index), as: HidingChanges.self)?.values
  }

  package func store(_ changes: [Double], hiding masks: [Mask], inImage index: Int) {
    store.keep(HidingChanges(values: changes), for: recipe(hiding: masks, inImage: index))
  }

  private func recipe(hiding masks: [Mask], inImage index: Int) -> Recipe {
    recipes.changes(hiding: masks, in: discovery[index].contentHash, classIndex: classIndex)
  }

  package func segmentations(ofRandomImage index: Int) -> [Superpixels]? {
    store.stage(recipes.segmentations(of: random[index].contentHash), as: Segmentations.self)?.levels
  }

  package func store(_ segmentations: [Superpixels], ofRandomImage index: Int) {
    store.keep(Segmentations(levels: segmentations), for: recipes.segmentations(of: random[index].contentHash))
  }

  package func drawnRegion(ofRandomImage index: Int) -> DrawnRegion? {
    store.stage(recipes.drawnRegion(of: random[index].contentHash, at: index))
  }

  package func store(_ region: DrawnRegion, ofRandomImage index: Int) {
    store.keep(region, for: recipes.drawnRegion(of: random[index].contentHash, at: index))
  }

  package func embedding(ofRandomImage index: Int, patch mask: Mask?) -> [Float]? {
    let found = store.stage(recipes.embedding(of: random[index].contentHash, patch: mask), as: Embedding.self)
    if found != nil { counts.withLock { $0.embeddings += 1 } }
    return found?.values
  }

  package func store(_ embedding: [Float], ofRandomImage index: Int, patch mask: Mask?) {
    store.keep(Embedding(values: embedding), for: recipes.embedding(of: random[index].contentHash, patch: mask))
  }

  private func entry(_ index: Int, in set: ClassImageSet) -> CatalogueEntry {
    switch set {
    case .discovery: discovery[index]
    case .heldOut: heldOut[index]
    }
  }

  private func embeddings(of masks: [Mask], in image: CatalogueEntry) -> [[Float]?] {
    guard !masks.isEmpty else { return [] }
    let known = patchEmbeddings(of: image)
    let found = masks.map { known[$0] }
    counts.withLock { $0.embeddings += found.count { $0 != nil } }
    return found
  }

  private func store(_ embeddings: [[Float]], of masks: [Mask], in image: CatalogueEntry) {
    let known = patchEmbeddings(of: image)
    var new = PatchEmbeddings()
    for (mask, embedding) in zip(masks, embeddings) where known[mask] == nil { new.add(embedding, of: mask) }
    guard !new.isEmpty else { return }
    store.keep(new, for: recipes.patchEmbeddings(of: image.contentHash))
  }

  private func patchEmbeddings(of image: CatalogueEntry) -> PatchEmbeddings {
    store.stage(recipes.patchEmbeddings(of: image.contentHash)) ?? PatchEmbeddings()
  }
}
