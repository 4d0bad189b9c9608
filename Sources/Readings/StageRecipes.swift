import Bank
import Base
import Concepts
import Fields
import Images
import Networks
import Store
import Structure
import Tensors

/// Recipes of what is computed of one image, shared by discovery, matching and training, and by all classes.
package struct StageRecipes: Sendable {
  package var model: LoadedModel
  package var layer: String
  package var options: DiscoveryOptions

  package init(model: LoadedModel, layer: String, options: DiscoveryOptions) {
    self.model = model
    self.layer = layer
    self.options = options
  }

  /// Superpixels at every resolution.
  package func segmentations(of contentHash: String) -> Recipe {
    Recipe(stage: "superpixels", version: 1, parts: [("image", contentHash)] + segmentation)
  }

  /// The patch that is drawn from the random image at `index`.
  package func drawnRegion(of contentHash: String, at index: Int) -> Recipe {
    Recipe(
      stage: "random region", version: 1,
      parts: [("image", contentHash), ("index", String(index)), ("seed", String(options.run.seed))] + segmentation
        + candidates)
  }

  /// What decides superpixels, beside the image.
  private var segmentation: [(name: String, value: String)] {
    [("frame", model.preprocessing.frameRecipe)] + SegmentationOptions.fields.recipeParts(of: options.segmentation)
  }

  /// What decides which of them can be patches.
  private var candidates: [(name: String, value: String)] { PatchOptions.fields.recipeParts(of: options.patches) }

  /// Attention and pooled gradient of a class.
  package func gradients(of contentHash: String, classIndex: Int) -> Recipe {
    Recipe(
      stage: "gradients", version: 1,
      parts: [
        ("image", contentHash), ("model", model.recipe), ("layer", layer), ("class", String(classIndex)),
        ("keepPercent", String(options.attention.keepPercent)),
      ] + (options.attention.rectify ? [] : [("rectify", "false")]))
  }

  /// Embeddings of an image's patches, by mask.
  package func patchEmbeddings(of contentHash: String) -> Recipe {
    Recipe(
      stage: "patch embeddings", version: 1,
      parts: [("image", contentHash), ("model", model.recipe), ("layer", layer)] + embedding)
  }

  /// What decides a patch's embedding, beside the image, its mask and the layer.
  private var embedding: [(name: String, value: String)] {
    EmbeddingOptions.fields.recipeParts(of: options.embedding)
  }

  /// The graph of an image under the hypothesis of a class, of whose concepts `identity` says what they are; of the
  /// image with `hidden` filled with grey, where given.
  ///
  /// - Parameter nodes: of the graph, where it has not as many as there are concepts.
  package func graph(
    of contentHash: String, hiding hidden: Mask? = nil, classIndex: Int, concepts identity: String, nodes: Int? = nil,
    dummyValue: Float
  ) -> Recipe {
    Recipe(
      stage: "graph", version: 1,
      parts: [
        ("image", contentHash), ("model", model.recipe), ("layer", layer), ("class", String(classIndex)),
        ("concepts", identity), ("dummy", String(dummyValue)),
      ] + MatchingOptions.fields.recipeParts(of: options.matching)
        + AttentionOptions.fields.recipeParts(of: options.attention)
        + [("fill", String(options.embedding.fillValue))] + segmentation + candidates
        + (options.embedding.patchEmbedding == .crop ? [] : embedding)
        + (nodes.map { [("nodes", String($0))] } ?? [])
        + (hidden.map { [("hidden", ContentHash.hexadecimal(of: $0.bytes))] } ?? []))
  }

  /// The classifier's logits of an image with each of some masks filled.
  package func logits(of contentHash: String, masks: [Mask?], isBlurred: Bool = false) -> Recipe {
    Recipe(
      stage: "logits", version: 1,
      parts: [
        ("image", contentHash), ("model", model.recipe),
        ("fill", isBlurred ? "blur" : String(options.embedding.fillValue)),
      ]
        + masks.map { (name: "mask", value: $0.map { ContentHash.hexadecimal(of: $0.bytes) } ?? "") })
  }

  /// What hiding each of some masks by blur takes from the log odds of a class.
  package func changes(hiding masks: [Mask], in contentHash: String, classIndex: Int) -> Recipe {
    Recipe(
      stage: HidingChanges.kind, version: 1,
      parts: [("image", contentHash), ("model", model.recipe), ("class", String(classIndex))]
        + masks.map { ("mask", ContentHash.hexadecimal(of: $0.bytes)) })
  }

  /// The embedding of a whole image, or of the patch of it that `mask` cuts out.
  package func embedding(of contentHash: String, patch mask: Mask?) -> Recipe {
    Recipe(
      stage: "embedding", version: 1,
      parts: [("image", contentHash), ("model", model.recipe), ("layer", layer)]
        + (mask.map { [("mask", ContentHash.hexadecimal(of: $0.bytes))] + embedding } ?? []))
  }
}

// Of what a reasoning network makes of an image: its handle stands for its weights, concepts and options.
extension StageRecipes {
  /// What each part of an image's graphs adds.
  package static func explanation(of contentHash: String, model: LoadedModel, graph: String) -> Recipe {
    Recipe(
      stage: "explanation", version: 2, parts: [("image", contentHash), ("model", model.recipe), ("graph", graph)])
  }

  /// What each place of a network's last feature map adds to a class's logit.
  package static func relevance(of contentHash: String, model: LoadedModel, layer: String, classIndex: Int) -> Recipe {
    Recipe(
      stage: LayerRelevance.kind, version: 1,
      parts: [("image", contentHash), ("model", model.recipe), ("layer", layer), ("class", String(classIndex))])
  }

  /// What the parts of the picture are worth to a class against others, measured.
  package static func evidence(
    of contentHash: String, model: LoadedModel, graph: String, classIndex: Int, against: [Int], clusters: Tensor,
    mostConcepts: Int, isCompared: Bool, level: UInt8
  ) throws -> Recipe {
    var (archive, centers) = (Archive(), clusters.elements)
    try archive.field(&centers)
    return Recipe(
      stage: MeasuredEvidence.kind, version: 3,
      parts: [
        ("image", contentHash), ("model", model.recipe), ("graph", graph), ("class", String(classIndex)),
        ("clusters", ContentHash.hexadecimal(of: archive.bytes)), ("grey", String(level)),
        ("concepts", String(mostConcepts)), ("compared", String(isCompared)),
      ] + against.map { ("against", String($0)) })
  }

  /// What masking each concept of the class at `position` is predicted to take.
  package static func maskingValues(of contentHash: String, model: LoadedModel, graph: String, position: Int) -> Recipe
  {
    Recipe(
      stage: MaskingValues.kind, version: 1,
      parts: [
        ("image", contentHash), ("model", model.recipe), ("graph", graph), ("position", String(position)),
      ])
  }
}
