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
  func randomGraphs(
    of image: CatalogueEntry, apartFrom graphs: [ConceptGraph], seed: UInt64, monitor: WorkMonitor
  ) throws -> [ConceptGraph] {
    try zip(classes, graphs).map { entry, graph in
      let patches = try PatchReader(recipes: recipes(entry), images: reader, store: store)
        .patches(of: image, hypothesis: entry.classIndex, monitor: monitor)
      let taken = Set(graph.nodes.compactMap(\.mask))
      var random = SeededRandom(seed: seed, purpose: "random concepts of \(image.contentHash) \(entry.classIndex)")
      let drawn = random.shuffled(patches.filter { !taken.contains($0.mask) }).prefix(graph.nodes.count)
      var result = graph
      for (position, node) in graph.nodes.enumerated() {
        result.nodes[position] =
          position < drawn.count
          ? GraphMatcher.node(conceptID: node.conceptID, distance: 0, patch: drawn[position])
          : .dummy(
            conceptID: node.conceptID, distance: .infinity, width: node.embedding.count, value: dummyValue)
      }
      return result
    }
  }
}
