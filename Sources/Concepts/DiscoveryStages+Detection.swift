import Base
import Images
import Tensors

// How well concepts can be told from what they are not (METHOD section 4b).
extension DiscoveryStages {
  /// Random images in which concepts are sought.
  private static let mostRandomImages = 30

  /// By concept, how far the nearest patch that may show it is in the class's images and in random images; nil where too
  /// few images show anything, or concepts are found at their nearest patch.
  mutating func detections(
    of candidates: [ConceptCandidate], in patches: EmbeddedPatches, random images: ImageProvider
  ) throws -> [ConceptDetection?] {
    guard options.matching.places == .all, !candidates.isEmpty else { return candidates.map { _ in nil } }
    return try timed("detection") { stages in
      let count = min(images.count, Self.mostRandomImages)
      var regions = RegionTable(imageCount: count)
      try stages.cut(Array(0..<count), of: images) { _, candidates in try regions.append(candidates) }
      let others = try stages.embedder.embeddings(
        of: regions, images: images.slice(0..<count), cache: RandomImageCache(cache: stages.cache),
        monitor: stages.monitor
      ) { stages.monitor.report("embedding random patches", done: $0, total: $1) }
      stages.detectionPatches = regions.count
      let own = try Self.nearest(
        to: stages.centers, of: patches.embeddings, images: patches.images, count: patches.regions.imageCount)
      let other = try Self.nearest(to: stages.centers, of: others, images: regions.images, count: count)
      return candidates.map {
        ConceptDetection(own[$0.cluster], random: other[$0.cluster], largest: $0.threshold)
      }
    }
  }

  /// By cluster, the distance of the nearest patch of each of `count` images among those that are nearer its centre than
  /// any other's, as matching asks; infinite in an image without one.
  static func nearest(
    to centers: Tensor, of embeddings: EmbeddingTable, images: [Int], count: Int
  ) throws -> [[Float]] {
    let centers = (0..<centers.rows).map { centers[row: $0].elements }
    var nearest = [[Float]](repeating: [Float](repeating: .infinity, count: count), count: centers.count)
    try embeddings.forEachBlock(of: CenteredPoints.blockRows) { rows, block in
      for (position, row) in rows.enumerated() {
        let embedding = block[row: position].elements
        let distances = centers.map { LinearAlgebra.distance(embedding, $0) }
        guard let cluster = distances.indices.min(by: { distances[$0] < distances[$1] }) else { continue }
        nearest[cluster][images[row]] = min(nearest[cluster][images[row]], distances[cluster])
      }
    }
    return nearest
  }
}
