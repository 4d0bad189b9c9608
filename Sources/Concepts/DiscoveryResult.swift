import Tensors

/// What discovery found for one class.
package struct DiscoveryResult: Sendable {
  /// The significant concepts, by rank; at most `topConcepts`.
  package var concepts: [Concept]
  /// Images used.
  package var imageCount: Int
  /// Patches embedded.
  package var segmentCount: Int
  /// Centres of all clusters, [k, d]: where clustering starts when images are added or removed.
  package var centers: Tensor
  /// Of concepts that are components of a factorisation, all components; nil of others.
  package var dictionary: ConceptDictionary?
  /// Embeddings that it rests on: those of the patches, and of random images or their patches.
  package var embeddingCount: Int
  /// Seconds by stage.
  package var seconds: [String: Double]
  /// Whether the layer feeds the logits linearly, so that every TCAV score is 0 or 1 and ranks come from `effect`.
  package var degenerateLayer: Bool
  /// Remarks for people: thresholds that were scaled, sets that were smaller, concepts dropped and why.
  package var notes: [String]

  package init(
    concepts: [Concept], imageCount: Int, segmentCount: Int, centers: Tensor,
    dictionary: ConceptDictionary? = nil, embeddingCount: Int,
    seconds: [String: Double], degenerateLayer: Bool, notes: [String]
  ) {
    self.concepts = concepts
    self.imageCount = imageCount
    self.segmentCount = segmentCount
    self.centers = centers
    self.dictionary = dictionary
    self.embeddingCount = embeddingCount
    self.seconds = seconds
    self.degenerateLayer = degenerateLayer
    self.notes = notes
  }
}
