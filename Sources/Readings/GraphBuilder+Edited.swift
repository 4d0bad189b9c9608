import Base
import Concepts
import Images
import Structure

extension GraphBuilder {
  /// The graphs of an edited image, carried over from those of the image as it was, one per class.
  ///
  /// - Parameters:
  ///   - picture: at the network's input size.
  ///   - edited: what becomes of each.
  package func graphs(
    ofEdited picture: RGBImage, from edited: [EditedGraph], monitor: WorkMonitor
  ) throws -> [ConceptGraph] {
    guard let first = classes.first else { return [] }
    // One pass for all hypotheses: they see the same image at the same layer.
    let regions = edited.map(\.regions)
    var patches = try PatchEmbedder(classifier: model.classifier, layer: first.layer, options: first.options)
      .patches(of: picture, regions: regions.flatMap { $0 }, monitor: monitor)[...]
    return zip(edited, regions).map { graph, regions in
      defer { patches = patches.dropFirst(regions.count) }
      return graph.graph(patches: Array(patches.prefix(regions.count)))
    }
  }
}
