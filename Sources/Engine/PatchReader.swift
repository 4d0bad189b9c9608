import Concepts
import Images
import Networks
import Store
import Tensors

/// Cuts one image into patches and embeds them as a class hypothesis sees them, taking from the store what it holds.
struct PatchReader: Sendable {
  var recipes: StageRecipes
  var images: ImageReader
  var store: StageStore

  /// The patches that touch the region to which `hypothesis` attends.
  func patches(of image: CatalogueEntry, hypothesis classIndex: Int, monitor: WorkMonitor) throws -> [EmbeddedPatch] {
    let (options, classifier) = (recipes.options, recipes.model.classifier)
    let stages = StoredStages(recipes: recipes, classIndex: classIndex, discovery: [image], store: store)
    let input = try images.input(of: image)
    let extractor = PatchExtractor(options: options)
    let segmentations = stages.segmentations(ofImage: 0) ?? extractor.segmentations(of: input)
    stages.store(segmentations, ofImage: 0)
    try monitor.checkCancelled()
    let attention = try options.attention ? self.attention(of: input, classIndex: classIndex, stages: stages, monitor: monitor) : nil
    let regions = extractor.candidates(in: segmentations, attention: attention, rule: .touching)
    let embedder = PatchEmbedder(classifier: classifier, layer: recipes.layer, options: options)
    let embeddings = try embedder.embeddings(of: regions, in: input, known: stages, monitor: monitor)
    return zip(regions, embeddings).map { EmbeddedPatch(box: $0.box, mask: $0.mask, embedding: $1) }
  }
}
