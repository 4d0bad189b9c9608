import Concepts
import Images

/// A concept graph: the concepts of one class as found in one image (METHOD section 2; the paper's structural concept
/// graph, SCG).
package struct ConceptGraph: Sendable {
  /// The class this is a hypothesis of.
  package var classIndex: Int
  /// One node per concept of the class, in rank order.
  package var nodes: [Node]

  package init(classIndex: Int, nodes: [Node]) {
    (self.classIndex, self.nodes) = (classIndex, nodes)
  }

  /// One concept in one image.
  package struct Node: Sendable {
    package var conceptID: String
    /// Whether the nearest patch is within the concept's threshold; if not, `embedding` is the dummy and `center` the
    /// middle.
    package var detected: Bool
    /// Distance of the nearest patch; infinite where the image has no patch left.
    package var distance: Float
    /// The middle of its pixels in [0, 1]² of the network's input.
    package var center: (x: Float, y: Float)
    /// The box of its pixels in the network's input; nil where not detected.
    package var box: Box?
    /// Its pixels in the frame of the network's input; nil where not detected.
    package var mask: Mask?
    /// The embedding of its patch, the mean of those of its parts, or the dummy's: D values.
    package var embedding: [Float]
    /// The patches that give its pixels, where the node is all places of the concept; empty where it is one patch.
    package var parts: [Part]

    package init(
      conceptID: String, detected: Bool, distance: Float, center: (x: Float, y: Float), box: Box?, mask: Mask?,
      embedding: [Float], parts: [Part] = []
    ) {
      (self.conceptID, self.detected, self.distance, self.center) = (conceptID, detected, distance, center)
      (self.box, self.mask, self.embedding, self.parts) = (box, mask, embedding, parts)
    }
  }

  /// The log odds by which the nearest patch to a node's concept speaks for an image of the class; nil where that was
  /// not measured. Whether a concept is here is one thing, what it is worth another.
  ///
  /// - Parameter concepts: of the class, in the order of the nodes.
  package func presence(of node: Int, as concepts: [Concept]) -> Double? {
    guard nodes.indices.contains(node), concepts.indices.contains(node) else { return nil }
    return concepts[node].measures.presence?.logOdds(at: nodes[node].distance)
  }

  /// The directed edges of a graph of `count` nodes, by source, then target: the order of METHOD section 3.
  package static func edges(among count: Int) -> [(from: Int, to: Int)] {
    (0..<count).flatMap { from in (0..<count).filter { $0 != from }.map { (from, $0) } }
  }
}
