import Concepts
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

  /// The concept graph of one image for one class hypothesis.
  ///
  /// In rank order, each concept takes the nearest patch (Euclidean) that no concept has taken. If that is farther than
  /// the concept's threshold, the concept is not detected: a dummy node stands in, and the patch stays free for others.
  ///
  /// - Parameters:
  ///   - classIndex: of the hypothesis.
  ///   - concepts: of the class, in any order.
  ///   - patches: of the image. A patch whose embedding has another width than the concept's centre never matches it.
  package func graph(classIndex: Int, concepts: [Concept], patches: [EmbeddedPatch]) -> ConceptGraph {
    let ranked = concepts.sorted { ($0.rank, $0.id) < ($1.rank, $1.id) }.prefix(nodeCount)
    let width = ranked.first?.center.count ?? patches.first?.embedding.count ?? 0
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
    while nodes.count < nodeCount {
      nodes.append(.dummy(conceptID: "", distance: .infinity, width: width, value: dummyValue))
    }
    return ConceptGraph(classIndex: classIndex, nodes: nodes)
  }

  /// The node of a concept that takes `patch`.
  package static func node(conceptID: String, distance: Float, patch: EmbeddedPatch) -> ConceptGraph.Node {
    ConceptGraph.Node(
      conceptID: conceptID, detected: true, distance: distance, center: center(of: patch), box: patch.box,
      mask: patch.mask, embedding: patch.embedding)
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

  /// The mean position of the patch's pixels in [0, 1]²; the middle where it has none.
  private static func center(of patch: EmbeddedPatch) -> (x: Float, y: Float) {
    guard let centroid = patch.mask.centroid else { return ConceptGraph.dummyCenter }
    return (Float(centroid.x), Float(centroid.y))
  }
}
