import Concepts
import Images
import Networks
import Store

/// Recipes of what is computed of one image, shared by discovery and matching, and by all classes.
struct StageRecipes: Sendable {
  var model: LoadedModel
  var layer: String
  var options: DiscoveryOptions

  /// Superpixels at every resolution.
  func segmentations(of contentHash: String) -> Recipe {
    Recipe(
      stage: "superpixels", version: 1,
      parts: [
        ("image", contentHash), ("frame", model.preprocessing.frameRecipe),
        ("segments", options.segmentCounts.map(String.init).joined(separator: " ")),
        ("compactness", String(options.compactness)), ("sigma", String(options.sigma)),
      ])
  }

  /// Attention and pooled gradient of a class.
  func gradients(of contentHash: String, classIndex: Int) -> Recipe {
    Recipe(
      stage: "gradients", version: 1,
      parts: [
        ("image", contentHash), ("model", model.recipe), ("layer", layer), ("class", String(classIndex)),
        ("keepPercent", String(options.keepPercent)),
      ])
  }

  /// Embeddings of an image's patches, by mask.
  func patchEmbeddings(of contentHash: String) -> Recipe {
    Recipe(
      stage: "patch embeddings", version: 1,
      parts: [
        ("image", contentHash), ("model", model.recipe), ("layer", layer), ("fill", String(options.fillValue)),
      ])
  }

  /// The embedding of a whole image, or of the patch of it that `mask` cuts out.
  func embedding(of contentHash: String, patch mask: Mask?) -> Recipe {
    var parts = [("image", contentHash), ("model", model.recipe), ("layer", layer)]
    if let mask { parts += [("mask", Recipe.contentHash(of: mask.bytes)), ("fill", String(options.fillValue))] }
    return Recipe(stage: "embedding", version: 1, parts: parts.map { (name: $0.0, value: $0.1) })
  }
}
