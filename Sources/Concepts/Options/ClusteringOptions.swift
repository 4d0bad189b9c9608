import Fields

/// How patches are put together as candidate concepts (METHOD section 1).
package struct ClusteringOptions: Sendable, Equatable {
  package var clustering = ConceptClustering.kMeans
  package var clusters = 25
  package var restarts = 4

  package init() {}

  package static let fields = FieldList<ClusteringOptions>([
    .option(
      "clustering", \.clustering, .word(ConceptClustering.self),
      "How patches are put together as candidates: k-means, or non-negative matrix factorisation of their embeddings."),
    .option(
      "clusters", \.clusters, .int(in: 1...10_000), "Clusters of k-means, or non-negative components."),
    .option(
      "restarts", \.restarts, .int(in: 1...1000), "Restarts of the clustering; the one that fits best wins."),
  ])
}

/// How patches are put together as candidate concepts.
package enum ConceptClustering: String, Sendable, CaseIterable {
  /// k-means of the embeddings (ACE).
  case kMeans
  /// Non-negative matrix factorisation of the embeddings: a patch belongs to the component it holds most of, as patches go
  /// (ICE, CRAFT).
  case nmf
}
