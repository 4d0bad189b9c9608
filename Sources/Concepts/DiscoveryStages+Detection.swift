import Base
import Images
import Tensors

// How well concepts can be told from what they are not (METHOD section 4b).
extension DiscoveryStages {
  /// Random images in which concepts are sought.
  private static let mostRandomImages = 30

  /// By concept, how far the nearest patch of the class's images and of random images is; nil where too few images show
  /// anything, or concepts are found at their nearest patch.
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
      let centers = candidates.map(\.center)
      let own = try Self.nearest(
        to: centers, of: patches.embeddings, images: patches.images, count: patches.regions.imageCount)
      let other = try Self.nearest(to: centers, of: others, images: regions.images, count: count)
      return candidates.indices.map {
        ConceptDetection(own[$0], random: other[$0], largest: candidates[$0].threshold)
      }
    }
  }

  /// By centre, the distance of the nearest patch of each of `count` images; infinite in one without patches.
  private static func nearest(
    to centers: [[Float]], of embeddings: EmbeddingTable, images: [Int], count: Int
  ) throws -> [[Float]] {
    var nearest = [[Float]](repeating: [Float](repeating: .infinity, count: count), count: centers.count)
    try embeddings.forEachBlock(of: CenteredPoints.blockRows) { rows, block in
      for (position, row) in rows.enumerated() {
        let embedding = block[row: position].elements
        for (number, center) in centers.enumerated() {
          let distance = LinearAlgebra.distance(embedding, center)
          nearest[number][images[row]] = min(nearest[number][images[row]], distance)
        }
      }
    }
    return nearest
  }
}
