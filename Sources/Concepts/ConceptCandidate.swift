import Tensors

/// A cluster of patches that is large and common enough to be a concept.
struct ConceptCandidate {
  /// The cluster's position among all.
  var cluster: Int
  /// The cluster's centre: D values.
  var center: [Float]
  /// Every patch of the cluster by index, nearest the centre first.
  var members: [(patch: Int, distance: Float)]
  /// The 95th percentile of the members' distances.
  var threshold: Float

  /// Percentile of the members' distances up to which a patch counts as the concept.
  static let thresholdPercentile = 95.0

  init(cluster: Int = 0, center: [Float], members: [(patch: Int, distance: Float)]) {
    self.cluster = cluster
    self.center = center
    self.members = members.sorted { ($0.distance, $0.patch) < ($1.distance, $1.patch) }
    threshold = Float(
      Statistics.percentile(members.map { Double($0.distance) }, Self.thresholdPercentile) ?? 0)
  }

  /// The clusters that `rule` accepts, in their order; `points` are the patches' embeddings, [n, d], `images` the image
  /// of each patch.
  static func candidates(
    in clustering: PatchClusters, points: EmbeddingTable, images: [Int], rule: ClusterRule
  ) throws -> [ConceptCandidate] {
    var members = [[(patch: Int, distance: Float)]](repeating: [], count: clustering.centers.rows)
    try points.forEachBlock(of: CenteredPoints.blockRows) { patches, block in
      let clusters = clustering.assignments[patches]
      let squared = KMeans.squaredDistances(
        block, centers: clustering.centers, assignments: clusters.map { $0 ?? 0 }[...])
      for ((patch, cluster), squared) in zip(zip(patches, clusters), squared) {
        guard let cluster else { continue }
        members[cluster].append((patch, Float(squared.squareRoot())))
      }
    }
    return members.enumerated().compactMap { cluster, members in
      let distinct = Set(members.map { images[$0.patch] }).count
      guard rule.accepts(size: members.count, distinctImages: distinct) else { return nil }
      return ConceptCandidate(cluster: cluster, center: clustering.centers[row: cluster].elements, members: members)
    }
  }
}
