import Bank
import Base
import Concepts
import Fields
import Images
import Networks
import Store
import Structure

/// Builds the concept graphs of images, one per class hypothesis, taking from the store what it holds (METHOD section
/// 2).
///
/// Nothing here reads a label: every hypothesis is treated alike.
package struct GraphBuilder: Sendable {
  package var model: LoadedModel
  /// The hypotheses; all at one layer.
  package var classes: [ClassConcepts]
  package var dummyValue: Float
  package var store: StageStore
  /// What identifies the concepts of each class, so that graphs of other concepts are not taken for theirs.
  let identities: [String]
  /// Nodes of every graph: what a class has fewer concepts than that is dummies. Nil for as many as each class has.
  private let nodeCount: Int?

  package init(
    model: LoadedModel, classes: [ClassConcepts], nodeCount: Int? = nil, dummyValue: Float, store: StageStore
  ) throws {
    self.nodeCount = nodeCount
    self.model = model
    self.classes = classes
    self.dummyValue = dummyValue
    self.store = store
    identities = try classes.map { try $0.identity }
  }

  /// Reads images as the model wants them.
  package var reader: ImageReader { ImageReader(preprocessing: model.preprocessing, store: store) }

  /// The grey that hides a concept in an image.
  package var fillValue: UInt8 { classes.first?.options.embedding.fillValue ?? EmbeddingOptions().fillValue }

  /// One graph per class.
  package func graphs(of image: CatalogueEntry, monitor: WorkMonitor) throws -> [ConceptGraph] {
    try zip(classes, identities).map { entry, identity in
      let recipes = recipes(entry)
      let recipe = recipes.graph(
        of: image.contentHash, classIndex: entry.classIndex, concepts: identity, nodes: nodes(of: entry),
        dummyValue: dummyValue)
      if let known = store.stage(recipe, as: ConceptGraph.self) { return known }
      let graph = try graph(of: image, for: entry, monitor: monitor)
      store.keep(graph, for: recipe)
      return graph
    }
  }

  /// The number of nodes of a class's graphs where that is not the number of its concepts.
  private func nodes(of entry: ClassConcepts) -> Int? { nodeCount.flatMap { $0 == entry.concepts.count ? nil : $0 } }

  private func graph(
    of image: CatalogueEntry, for entry: ClassConcepts, monitor: WorkMonitor
  ) throws -> ConceptGraph {
    let matcher = GraphMatcher(nodeCount: nodes(of: entry) ?? entry.concepts.count, dummyValue: dummyValue)
    let (patches, attention) = try patches(of: image, for: entry, monitor: monitor)
    switch entry.options.matching.places {
    case .all:
      return matcher.graph(
        classIndex: entry.classIndex, concepts: entry.concepts, patches: patches, clusters: entry.centers,
        attention: attention)
    case .nearest:
      return matcher.graph(classIndex: entry.classIndex, concepts: entry.concepts, patches: patches)
    }
  }

  /// The graphs of an image of which `variant` hides concepts.
  ///
  /// A patch that is cut out is the same whatever is hidden elsewhere. One that is pooled over is not: what is hidden
  /// may lie within its receptive field, so it is embedded again in the masked image.
  ///
  /// - Parameters:
  ///   - variant: one graph per class, and behind them, where there are more, graphs of random patches.
  ///   - seed: by which those patches were drawn.
  package func graphs(
    of variant: MaskedVariant, of image: CatalogueEntry, seed: UInt64 = 0, monitor: WorkMonitor
  ) throws -> [ConceptGraph] {
    var graphs = variant.graphs
    var missing: [(graph: Int, recipe: Recipe)] = []
    for position in graphs.indices {
      let (entry, identity) = (classes[position % classes.count], identities[position % classes.count])
      guard entry.options.embedding.patchEmbedding == .maskedPooling else { continue }
      let recipe = recipes(entry).graph(
        of: image.contentHash, hiding: variant.mask, classIndex: entry.classIndex,
        concepts: position < classes.count ? identity : "random \(seed) \(identity)", nodes: nodes(of: entry),
        dummyValue: dummyValue)
      if let known = store.stage(recipe, as: ConceptGraph.self) {
        graphs[position] = known
      } else {
        missing.append((position, recipe))
      }
    }
    guard let entry = missing.first.map({ classes[$0.graph % classes.count] }) else { return graphs }
    // One pass for all hypotheses: they see the same image at the same layer.
    var places: [(graph: Int, node: Int, regions: [PatchRegion])] = []
    for (graph, _) in missing {
      places += graphs[graph].nodes.enumerated().map { (graph, $0, $1.regions) }
    }
    var patches = try PatchEmbedder(classifier: model.classifier, layer: entry.layer, options: entry.options)
      .patches(
        of: reader.input(of: image).filled(variant.mask, with: fillValue), regions: places.flatMap(\.regions),
        monitor: monitor)[...]
    for (graph, node, regions) in places {
      graphs[graph].nodes[node].embedding = graphs[graph].nodes[node].embedding(of: patches.prefix(regions.count))
      patches = patches.dropFirst(regions.count)
    }
    for (graph, recipe) in missing { store.keep(graphs[graph], for: recipe) }
    return graphs
  }

  /// All the classifier's logits of an image with each of `masks` hidden, by grey or by blur; nil stands for the image
  /// as it is: a row each.
  package func logits(
    of image: CatalogueEntry, masks: [Mask?], isBlurred: Bool = false, monitor: WorkMonitor
  ) throws -> [[Float]] {
    guard !masks.isEmpty, let first = classes.first else { return [] }
    let recipe = recipes(first).logits(of: image.contentHash, masks: masks, isBlurred: isBlurred)
    if let known = store.stage(recipe, as: MaskedLogits.self), known.rows.count == masks.count { return known.rows }
    let input = try reader.input(of: image)
    let blur = isBlurred ? input.obscured() : nil
    let pictures = masks.map { mask in
      mask.map { mask in blur.map { input.replaced(in: mask, by: $0) } ?? input.filled(mask, with: fillValue) } ?? input
    }
    let logits = try model.classifier.logits(of: pictures, monitor: monitor)
    let rows = masks.indices.map { logits[row: $0].elements }
    store.keep(MaskedLogits(rows: rows), for: recipe)
    return rows
  }

  /// The classifier's logits of `classes` for pictures of the network's input size: a row each.
  package func classLogits(showing pictures: [RGBImage], monitor: WorkMonitor) throws -> [[Float]] {
    let logits = try model.classifier.logits(of: pictures, monitor: monitor)
    return pictures.indices.map { row in
      let all = logits[row: row].elements
      return classes.map { all[$0.classIndex] }
    }
  }

  /// Where one of `classes` may see its concepts: the image's patches, and the attended pixels (nil for all).
  package func patches(
    of image: CatalogueEntry, for entry: ClassConcepts, monitor: WorkMonitor
  ) throws -> (patches: [EmbeddedPatch], attention: Mask?) {
    let reader = PatchReader(recipes: recipes(entry), images: reader, store: store)
    let patches = try reader.patches(of: image, hypothesis: entry.classIndex, monitor: monitor)
    guard entry.options.attention.attention else { return (patches, nil) }
    return (patches, try reader.gradients(of: image, classIndex: entry.classIndex, monitor: monitor).attention)
  }

  package func recipes(_ entry: ClassConcepts) -> StageRecipes {
    StageRecipes(model: model, layer: entry.layer, options: entry.options)
  }
}
