import Tensors

/// What discovery found for one class.
package struct DiscoveryResult: Sendable {
  /// The significant concepts, by rank; at most `topConcepts`.
  package var concepts: [Concept]
  /// Centres of all clusters, [k, d]: where clustering starts when images are added or removed.
  package var centers: Tensor
  /// Of concepts that are components of a factorisation, all components; nil of others.
  package var dictionary: ConceptDictionary?
  /// Embeddings that it rests on: those of the patches, and of random images or their patches.
  package var embeddingCount: Int
  /// What it says of itself.
  package var facts: DiscoveryFacts

  package init(
    concepts: [Concept], centers: Tensor, dictionary: ConceptDictionary? = nil, embeddingCount: Int,
    facts: DiscoveryFacts
  ) {
    self.concepts = concepts
    self.centers = centers
    self.dictionary = dictionary
    self.embeddingCount = embeddingCount
    self.facts = facts
  }
}
