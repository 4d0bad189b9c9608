import Bank
import Base
import Concepts
import Images
import Store
import Structure
import Tensors

extension GraphBuilder {
  /// Graphs of random patches of an image, one per class: a control for those of its concepts.
  ///
  /// Each node takes a patch that no concept of its hypothesis took; where an image has fewer, dummies stand in.
  ///
  /// - Parameter graphs: of the concepts.
  package func randomGraphs(
    of image: CatalogueEntry, apartFrom graphs: [ConceptGraph], seed: UInt64, monitor: WorkMonitor
  ) throws -> [ConceptGraph] {
    try zip(classes, graphs).map { entry, graph in
      let patches = try PatchReader(recipes: recipes(entry), images: reader, store: store)
        .patches(of: image, hypothesis: entry.classIndex, monitor: monitor)
      var random = SeededRandom(seed: seed, purpose: "random concepts of \(image.contentHash) \(entry.classIndex)")
      return graph.withRandomPatches(among: patches, dummyValue: dummyValue, random: &random)
    }
  }
}
