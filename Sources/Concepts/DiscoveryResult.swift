import Tensors

/// What discovery found for one class.
public struct DiscoveryResult: Sendable {
  /// The significant concepts, by rank; at most `topConcepts`.
  public var concepts: [Concept]
  /// Images used.
  public var imageCount: Int
  /// Patches embedded.
  public var segmentCount: Int
  /// Centres of all clusters, [k, d]: where clustering starts when images are added or removed.
  public var centers: Tensor
  /// Of concepts that are components of a factorisation, all components; nil of others.
  public var dictionary: ConceptDictionary?
  /// Embeddings that it rests on: those of the patches, and of random images or their patches.
  public var embeddingCount: Int
  /// Seconds by stage.
  public var seconds: [String: Double]
  /// Whether the layer feeds the logits linearly, so that every TCAV score is 0 or 1 and ranks come from `effect`.
  public var degenerateLayer: Bool
  /// Remarks for people: thresholds that were scaled, sets that were smaller, concepts dropped and why.
  public var notes: [String]

  /// A result of these values.
  public init(
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
