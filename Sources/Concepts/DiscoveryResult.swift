import Tensors

/// What discovery found for one class.
package struct DiscoveryResult: Sendable {
  /// The significant concepts, by rank; at most `topConcepts`.
  package var concepts: [Concept]
  /// Centres of all clusters, [k, d]: where clustering starts when images are added or removed.
  package var centers: Tensor
  /// All components, where the concepts come from a factorisation; else nil.
  package var dictionary: ConceptDictionary?
  /// Embeddings used: of the patches, and of random images or their patches.
  package var embeddingCount: Int
  /// What it says of itself.
  package var facts: DiscoveryFacts
}
