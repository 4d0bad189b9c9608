import Concepts
import Images
import Structure
import Tensors

extension GraphBuilder {
  /// The graphs of an edited picture, carried over from those of the image as it was.
  ///
  /// - Parameters:
  ///   - picture: at the network's input size.
  ///   - graphs: of the image, one per class.
  ///   - changes: what the edits did, in order.
  func graphs(
    ofEdited picture: RGBImage, from graphs: [ConceptGraph], changes: [PatchChange], monitor: WorkMonitor
  ) throws -> [ConceptGraph] {
    let edited = carriedOver(graphs, changes: changes)
    guard let first = classes.first else { return [] }
    // One pass for all hypotheses: they see the same picture at the same layer.
    let regions = edited.map(\.regions)
    var patches = try PatchEmbedder(classifier: model.classifier, layer: first.layer, options: first.options)
      .patches(of: picture, regions: regions.flatMap { $0 }, monitor: monitor)[...]
    return zip(edited, regions).map { graph, regions in
      defer { patches = patches.dropFirst(regions.count) }
      return graph.graph(patches: Array(patches.prefix(regions.count)))
    }
  }

  /// What becomes of the graphs of an image, one per class, by edits.
  func carriedOver(_ graphs: [ConceptGraph], changes: [PatchChange]) -> [EditedGraph] {
    zip(classes, graphs).map { entry, graph in
      EditedGraph(graph, concepts: entry.concepts, changes: changes, dummyValue: dummyValue)
    }
  }
}
