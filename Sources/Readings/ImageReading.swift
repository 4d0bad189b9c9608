import Bank
import Base
import Concepts
import Images
import Structure

/// One image as a reasoning network and its classifier see it: what explaining, comparing and editing it start from.
package struct ImageReading {
  package let model: LoadedModel
  package let trained: TrainedGraph
  package let builder: GraphBuilder
  package let entry: CatalogueEntry
  /// Its pixels at the network's input size.
  package let input: RGBImage
  /// One per class of the reasoning network.
  package let graphs: [ConceptGraph]
  /// Whether the graphs are carried over from another image, so that the store must not know them as this one's.
  package var isCarriedOver = false
  /// All the classifier's logits.
  package let logits: [Float]
  /// One per output of the reasoning network.
  package let attributions: [Attribution]

  package init(
    model: LoadedModel, trained: TrainedGraph, builder: GraphBuilder, entry: CatalogueEntry, input: RGBImage,
    graphs: [ConceptGraph], isCarriedOver: Bool = false, logits: [Float], attributions: [Attribution]
  ) {
    self.model = model
    self.trained = trained
    self.builder = builder
    self.entry = entry
    self.input = input
    self.graphs = graphs
    self.isCarriedOver = isCarriedOver
    self.logits = logits
    self.attributions = attributions
  }
}

extension ImageReading {
  /// The classifier's logits of the reasoning network's classes.
  package var classLogits: [Float] { trained.classIndices.map { logits[$0] } }

  /// Position of the classifier's choice among the reasoning network's classes.
  package var choice: Int { ClassChoice.position(in: classLogits) ?? 0 }

  /// Positions of all classes but one.
  package func rivals(of position: Int) -> [Int] { graphs.indices.filter { $0 != position } }

  /// By class, what each place of the layer adds to its logit; nil for an edited image, of which nothing is stored.
  package func relevances(monitor: WorkMonitor) throws -> [LayerRelevance?] {
    isCarriedOver ? [] : try builder.relevances(of: entry, monitor: monitor)
  }

  /// All places of the concepts of the class at `position`, by node; nil where there are none.
  package func regions(at position: Int, among patches: [EmbeddedPatch], within attention: Mask?) -> [Mask?] {
    let (entry, nodes) = (trained.classes[position], graphs[position].nodes)
    guard entry.options.matching.places == .nearest else { return nodes.map(\.mask) }
    // Nodes are the nearest patches: of a concept that has one, all are measured.
    let regions = ConceptRegions.regions(
      of: entry.concepts, among: patches, clusters: entry.centers, within: attention)
    return nodes.indices.map { nodes[$0].detected && regions.indices.contains($0) ? regions[$0]?.union.mask : nil }
  }

  /// The reading without what ties it to the engine.
  package var explained: ExplainedImage {
    ExplainedImage(
      identity: entry.contentHash, input: input, graphs: graphs, logits: classLogits, attributions: attributions)
  }
}
