import Concepts
import Images
import Networks
import Store
import Structure
import Tensors

/// Builds the concept graphs of images, one per class hypothesis, taking from the store what it holds (METHOD section 2).
///
/// Nothing here reads a label: every hypothesis is treated alike.
struct GraphBuilder: Sendable {
  var model: LoadedModel
  /// The hypotheses; all at one layer.
  var classes: [ClassConcepts]
  var dummyValue: Float
  var store: StageStore

  init(model: LoadedModel, classes: [ClassConcepts], dummyValue: Float, store: StageStore) {
    self.model = model
    self.classes = classes
    self.dummyValue = dummyValue
    self.store = store
  }

  /// Reads images as the model wants them.
  var reader: ImageReader { ImageReader(preprocessing: model.preprocessing, store: store) }

  /// The grey that hides a concept in an image.
  var fillValue: UInt8 { classes.first?.options.fillValue ?? DiscoveryOptions().fillValue }

  /// One graph per class.
  func graphs(of image: CatalogueEntry, monitor: WorkMonitor) throws -> [ConceptGraph] {
    try classes.map { entry in
      let reader = PatchReader(
        recipes: StageRecipes(model: model, layer: entry.layer, options: entry.options), images: reader, store: store)
      let patches = try reader.patches(of: image, hypothesis: entry.classIndex, monitor: monitor)
      return GraphMatcher(nodeCount: entry.concepts.count, dummyValue: dummyValue)
        .graph(classIndex: entry.classIndex, concepts: entry.concepts, patches: patches)
    }
  }
}
