import Concepts
import Images
import Tensors

/// Finds a class's concepts among the patches of an image (METHOD section 2).
///
/// It reads only concepts and patches: no label, no prediction. All class hypotheses are treated alike.
package struct GraphMatcher: Sendable {
  /// Nodes of every graph: a class with fewer concepts gets dummies; of a class with more, the first are used.
  package var nodeCount: Int
  /// Value of every entry of a dummy node's embedding.
  package var dummyValue: Float

  package init(nodeCount: Int, dummyValue: Float = VariantOptions().dummyValue) {
    self.nodeCount = max(0, nodeCount)
    self.dummyValue = dummyValue
  }

  /// The concept graph of one image for one class hypothesis, each concept at all its places (METHOD section 4b).
  ///
  /// A node's mask is its region, its box and centre the region's, its embedding the mean of the region's patches. A
  /// concept without a place is not detected.
  ///
  /// - Parameters: as those of `ConceptRegions.regions`; concepts may come in any order.
  package func graph(
    classIndex: Int, concepts: [Concept], patches: [EmbeddedPatch], clusters: Tensor, attention: Mask?
  ) -> ConceptGraph {
    let ranked = self.ranked(concepts)
    let regions = ConceptRegions.regions(of: ranked, among: patches, clusters: clusters, within: attention)
    let width = self.width(of: ranked, patches)
    let nodes = zip(ranked, regions).map { concept, region -> ConceptGraph.Node in
      if let region,
        let node = region.union.node(conceptID: concept.id, distance: region.distance, among: patches)
      {
        return node
      }
      return .dummy(
        conceptID: concept.id, distance: Self.nearestDistance(to: concept, of: patches), width: width, value: dummyValue
      )
    }
    return ConceptGraph(classIndex: classIndex, nodes: filled(nodes, width: width))
  }

  /// The concept graph of one image for one class hypothesis, each concept at its nearest patch.
  ///
  /// In rank order, each concept takes the nearest patch (Euclidean) that no concept has taken. If that is farther than
  /// the concept's threshold, the concept is not detected: a dummy node stands in, and the patch stays free for others.
  ///
  /// - Parameters:
  ///   - classIndex: of the hypothesis.
  ///   - concepts: of the class, in any order.
  ///   - patches: of the image. A patch whose embedding has another width than the concept's centre never matches it.
  package func graph(classIndex: Int, concepts: [Concept], patches: [EmbeddedPatch]) -> ConceptGraph {
    let ranked = self.ranked(concepts)
    let width = self.width(of: ranked, patches)
    var free = Array(patches.indices)
    var nodes: [ConceptGraph.Node] = []
    for concept in ranked {
      guard let (place, distance) = Self.nearest(to: concept.center, of: patches, among: free) else {
        nodes.append(.dummy(conceptID: concept.id, distance: .infinity, width: width, value: dummyValue))
        continue
      }
      guard distance <= concept.threshold else {
        nodes.append(.dummy(conceptID: concept.id, distance: distance, width: width, value: dummyValue))
        continue
      }
      let patch = patches[free.remove(at: place)]
      nodes.append(Self.node(conceptID: concept.id, distance: distance, patch: patch))
    }
    return ConceptGraph(classIndex: classIndex, nodes: filled(nodes, width: width))
  }

  private func ranked(_ concepts: [Concept]) -> [Concept] {
    Array(concepts.sorted { ($0.rank, $0.id) < ($1.rank, $1.id) }.prefix(nodeCount))
  }

  private func width(of concepts: [Concept], _ patches: [EmbeddedPatch]) -> Int {
    concepts.first?.center.count ?? patches.first?.embedding.count ?? 0
  }

  /// `nodes` and as many dummies as are missing.
  private func filled(_ nodes: [ConceptGraph.Node], width: Int) -> [ConceptGraph.Node] {
    nodes
      + (nodes.count..<max(nodes.count, nodeCount)).map { _ in
        .dummy(conceptID: "", distance: .infinity, width: width, value: dummyValue)
      }
  }

  /// The node of a concept that takes `patch`.
  package static func node(conceptID: String, distance: Float, patch: EmbeddedPatch) -> ConceptGraph.Node {
    ConceptGraph.Node(
      conceptID: conceptID, detected: true, distance: distance, center: patch.mask.middle, box: patch.box,
      mask: patch.mask, embedding: patch.embedding)
  }

  /// Distance of the patch nearest a concept's centre; infinite without one of the centre's width.
  package static func nearestDistance(to concept: Concept, of patches: [EmbeddedPatch]) -> Float {
    nearest(to: concept.center, of: patches, among: Array(patches.indices))?.distance ?? .infinity
  }

  /// Position in `candidates` of the patch nearest `center`, and its distance; of equally near ones the first.
  private static func nearest(
    to center: [Float], of patches: [EmbeddedPatch], among candidates: [Int]
  ) -> (place: Int, distance: Float)? {
    var best: (place: Int, distance: Float)?
    for (place, index) in candidates.enumerated() where patches[index].embedding.count == center.count {
      let distance = LinearAlgebra.distance(patches[index].embedding, center)
      if distance.isFinite, distance < best?.distance ?? .infinity { best = (place, distance) }
    }
    return best
  }
}
