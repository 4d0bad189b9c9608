import Fields

/// How patches are clustered into candidate concepts (METHOD section 1).
package struct ClusteringOptions: Sendable, Equatable {
  package var clustering = ConceptClustering.kMeans
  package var clusters = 25
  package var restarts = 4

  package init() {}

  package static let fields = FieldList<ClusteringOptions>([
    .option(
      "clustering", \.clustering, .word(ConceptClustering.self),
      "How patches are clustered into candidates: k-means, or non-negative matrix factorisation of their embeddings."),
    .option(
      "clusters", \.clusters, .int(in: 1...10_000), "Clusters of k-means, or non-negative components."),
    .option(
      "restarts", \.restarts, .int(in: 1...1000), "Restarts of the clustering; the best fit wins."),
  ])
}

/// How patches are clustered.
package enum ConceptClustering: String, Sendable, CaseIterable {
  /// k-means of the embeddings (ACE).
  case kMeans
  /// Non-negative matrix factorisation of the embeddings: a patch belongs to the component that it holds most of,
  /// compared with other patches (ICE, CRAFT).
  case nmf
}
