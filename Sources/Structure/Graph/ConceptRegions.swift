import Concepts
import Images
import Tensors

/// All places of a class's concepts in one image (METHOD section 4b).
package enum ConceptRegions {
  /// What an image shows of a concept.
  package struct Region: Sendable, Equatable {
    package var union: PatchUnion
    /// Distance of the nearest patch from the concept's centre.
    package var distance: Float
  }

  /// The share of the picture that one concept's places may take: more is no part of an object any more.
  private static let largestShare = 0.4

  /// One region per concept; nil for one that has no place.
  ///
  /// A concept's patches are those that are within its threshold and nearer its centre than that of any other cluster of
  /// the class. It is seen where one of them is within `Concept.seenWithin`. Its region then is their union, as far as
  /// they lie in the attended pixels. A pixel that several concepts claim goes to the one whose patch is
  /// nearest its centre.
  ///
  /// - Parameters:
  ///   - patches: of the image, all of its extents.
  ///   - clusters: centres of all clusters of the class, those of the concepts among them: [k, D]; empty where they
  ///     are not known, so that the thresholds alone decide.
  ///   - attention: the pixels to which the class attends; nil for all.
  package static func regions(
    of concepts: [Concept], among patches: [EmbeddedPatch], clusters: Tensor = .blank, within attention: Mask?
  ) -> [Region?] {
    guard let frame = patches.first?.mask else { return concepts.map { _ in nil } }
    let claims = claims(of: concepts, to: patches, clusters: clusters)
    var unions = PatchUnions(count: concepts.count, width: frame.width, height: frame.height)
    let largest = Int(largestShare * Double(frame.width * frame.height))
    for claim in claims.sorted() {
      let free = unions.free(of: patches[claim.patch].mask, within: attention)
      guard unions.area(of: claim.concept) + free.count <= largest else { continue }
      unions.give(free, of: claim.patch, to: claim.concept)
    }
    let nearest = Dictionary(claims.map { ($0.concept, $0.distance) }, uniquingKeysWith: min)
    return unions.unions.enumerated().map { concept, union in
      union.map { Region(union: $0, distance: nearest[concept] ?? .infinity) }
    }
  }

  /// By concept, whether it is seen.
  ///
  /// - Parameters: as those of `regions`.
  package static func areSeen(
    _ concepts: [Concept], among patches: [EmbeddedPatch], clusters: Tensor
  ) -> [Bool] {
    let seen = Set(claims(of: concepts, to: patches, clusters: clusters).map(\.concept))
    return concepts.indices.map(seen.contains)
  }

  /// The concepts' claims to patches that show them.
  private static func claims(of concepts: [Concept], to patches: [EmbeddedPatch], clusters: Tensor) -> [Claim] {
    let centers = clusters.rank == 2 ? (0..<clusters.shape[0]).map { clusters[row: $0].elements } : []
    // Each patch's distances from all centres, asked by every concept.
    let distances = patches.map { self.distances(from: $0.embedding, to: centers) }
    return concepts.enumerated().flatMap { position, concept -> [Claim] in
      let own = self.distances(from: concept.center, to: centers)
      let cluster = own.indices.min { own[$0] < own[$1] }
      let claims = patches.enumerated().compactMap { index, patch -> Claim? in
        guard patch.embedding.count == concept.center.count else { return nil }
        let distance = LinearAlgebra.distance(patch.embedding, concept.center)
        let others = distances[index].indices.filter { $0 != cluster }.map { distances[index][$0] }
        return distance <= min(concept.threshold, others.min() ?? .infinity)
          ? Claim(distance: distance, concept: position, patch: index) : nil
      }
      return claims.contains { $0.distance <= concept.seenWithin } ? claims : []
    }
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
