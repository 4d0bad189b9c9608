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
  /// Nodes that are regions take regions of the same areas on the object; nodes that are patches take patches that no
  /// concept of their hypothesis took, and where an image has fewer, dummies stand in.
  ///
  /// - Parameter graphs: of the concepts.
  package func randomGraphs(
    of image: CatalogueEntry, apartFrom graphs: [ConceptGraph], seed: UInt64, monitor: WorkMonitor
  ) throws -> [ConceptGraph] {
    try zip(classes, graphs).map { entry, graph in
      let (patches, attention) = try self.patches(of: image, for: entry, monitor: monitor)
      var random = SeededRandom(seed: seed, purpose: "random concepts of \(image.contentHash) \(entry.classIndex)")
      switch entry.options.matching.places {
      case .all:
        return graph.withRandomRegions(
          among: patches, within: attention, dummyValue: dummyValue, random: &random)
      case .nearest: return graph.withRandomPatches(among: patches, dummyValue: dummyValue, random: &random)
      }
    }
  }
}
