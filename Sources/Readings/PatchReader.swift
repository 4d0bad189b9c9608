import Bank
import Base
import Concepts
import Images
import Networks
import Store

/// Cuts one image into patches and embeds them as a class hypothesis sees them, taking from the store what it holds.
package struct PatchReader: Sendable {
  package var recipes: StageRecipes
  package var images: ImageReader
  package var store: StageStore

  package init(recipes: StageRecipes, images: ImageReader, store: StageStore) {
    self.recipes = recipes
    self.images = images
    self.store = store
  }

  /// The patches that touch the region to which `hypothesis` attends.
  package func patches(of image: CatalogueEntry, hypothesis classIndex: Int, monitor: WorkMonitor) throws
    -> [EmbeddedPatch]
  {
    let (options, classifier) = (recipes.options, recipes.model.classifier)
    let stages = StoredStages(recipes: recipes, classIndex: classIndex, discovery: [image], store: store)
    let input = try images.input(of: image)
    let extractor = PatchExtractor(options: options)
    let segmentations = stages.segmentations(ofImage: 0) ?? segment(input, with: extractor, into: stages)
    try monitor.checkCancelled()
    var attention: Mask?
    if options.attention.attention {
      attention = try gradients(of: input, classIndex: classIndex, stages: stages, monitor: monitor).attention
    }
    let regions = extractor.candidates(in: segmentations, attention: attention, rule: .touching)
    return try PatchEmbedder(classifier: classifier, layer: recipes.layer, options: options)
      .patches(of: input, regions: regions, cache: stages, monitor: monitor)
  }

  /// Attention and pooled gradient of a class, whether or not the patches' choice needs them.
  package func gradients(of image: CatalogueEntry, classIndex: Int, monitor: WorkMonitor) throws -> GradientSummary {
    let stages = StoredStages(recipes: recipes, classIndex: classIndex, discovery: [image], store: store)
    if let known = stages.gradients(ofImage: 0, in: .discovery) { return known }
    return try gradients(of: images.input(of: image), classIndex: classIndex, stages: stages, monitor: monitor)
  }

  private func segment(_ input: RGBImage, with extractor: PatchExtractor, into stages: StoredStages) -> [Superpixels] {
    let segmentations = extractor.segmentations(of: input)
    stages.store(segmentations, ofImage: 0)
    return segmentations
  }

  private func gradients(
    of input: RGBImage, classIndex: Int, stages: StoredStages, monitor: WorkMonitor
  ) throws -> GradientSummary {
    if let known = stages.gradients(ofImage: 0, in: .discovery) { return known }
    let computed = try GradientSummary.summaries(
      of: [input], classIndex: classIndex, layer: recipes.layer, classifier: recipes.model.classifier,
      keepPercent: recipes.options.attention.keepPercent, rectify: recipes.options.attention.rectify, monitor: monitor)
    guard let summary = computed.first else { return GradientSummary(attention: nil, pooledGradient: []) }
    stages.store(summary, ofImage: 0, in: .discovery)
    return summary
  }
}
