import Concepts
import Images
import Tensors

/// All places of a class's concepts in one image (METHOD section 4b).
package enum ConceptRegions {
  /// The share of the picture that one concept's places may take: more is no part of an object any more.
  private static let largestShare = 0.4

  /// One region per concept; nil for one that is not seen, or has no place left.
  ///
  /// A region is the union of the patches that are within the concept's threshold and nearer its centre than that of
  /// any other cluster of the class, as far as they lie in the attended pixels. A pixel that several concepts claim goes to the one whose patch is nearest its centre.
  ///
  /// - Parameters:
  ///   - concepts: in the order of the graph's nodes.
  ///   - isSeen: whether each of them is detected in the image.
  ///   - patches: of the image, all of its extents.
  ///   - clusters: centres of all clusters of the class, those of the concepts among them: [k, D]; empty where they
  ///     are not known, so that the thresholds alone decide.
  ///   - attention: the pixels to which the class attends; nil for all.
  package static func regions(
    of concepts: [Concept], isSeen: [Bool], among patches: [EmbeddedPatch], clusters: Tensor = .blank,
    within attention: Mask?
  ) -> [Mask?] {
    guard let frame = patches.first?.mask else { return concepts.map { _ in nil } }
    let centers = clusters.rank == 2 ? (0..<clusters.shape[0]).map { clusters[row: $0].elements } : []
    // Each patch's distances from all centres, asked by every concept.
    let distances = patches.map { self.distances(from: $0.embedding, to: centers) }
    let claims = concepts.enumerated().flatMap { position, concept in
      guard isSeen.indices.contains(position), isSeen[position] else { return [Claim]() }
      let own = self.distances(from: concept.center, to: centers)
      let cluster = own.indices.min { own[$0] < own[$1] }
      return patches.enumerated().compactMap { index, patch in
        guard patch.embedding.count == concept.center.count else { return nil }
        let distance = LinearAlgebra.distance(patch.embedding, concept.center)
        let others = distances[index].indices.filter { $0 != cluster }.map { distances[index][$0] }
        return distance <= min(concept.threshold, others.min() ?? .infinity)
          ? Claim(distance: distance, concept: position, patch: index) : nil
      }
    }
    var labels = [Int32](repeating: -1, count: frame.width * frame.height)
    var areas = [Int](repeating: 0, count: concepts.count)
    let largest = Int(largestShare * Double(labels.count))
    for claim in claims.sorted() {
      let mask = patches[claim.patch].mask
      guard mask.width == frame.width, mask.height == frame.height else { continue }
      var free: [Int] = []
      mask.forEachPixel { x, y in
        let pixel = y * mask.width + x
        if labels[pixel] < 0, attention?[pixel] ?? true { free.append(pixel) }
      }
      guard areas[claim.concept] + free.count <= largest else { continue }
      for pixel in free { labels[pixel] = Int32(claim.concept) }
      areas[claim.concept] += free.count
    }
    return Mask.partition(width: frame.width, height: frame.height, labels: labels, count: concepts.count)
      .map { $0.area > 0 ? $0 : nil }
  }

  /// Infinite from a centre of another width.
  private static func distances(from point: [Float], to centers: [[Float]]) -> [Float] {
    centers.map { $0.count == point.count ? LinearAlgebra.distance($0, point) : .infinity }
  }

  /// A concept's claim to the pixels of a patch; the nearest come first.
  private struct Claim: Comparable {
    var distance: Float
    var concept: Int
    var patch: Int

    static func < (a: Claim, b: Claim) -> Bool { (a.distance, a.concept, a.patch) < (b.distance, b.concept, b.patch) }
  }
}
