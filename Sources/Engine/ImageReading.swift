import Images
import Structure

/// One image as a reasoning network and its classifier see it: what explaining, comparing and editing it start from.
struct ImageReading {
  let model: LoadedModel
  let trained: TrainedGraph
  let builder: GraphBuilder
  let entry: CatalogueEntry
  /// Its pixels at the network's input size.
  let input: RGBImage
  /// One per class of the reasoning network.
  let graphs: [ConceptGraph]
  /// Whether the graphs are carried over from another picture, so that the store must not know them as this one's.
  var isCarriedOver = false
  /// All the classifier's logits.
  let logits: [Float]
  /// One per output of the reasoning network.
  let attributions: [Attribution]
}
