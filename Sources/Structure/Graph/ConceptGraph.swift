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
    /// The patch's centre in [0, 1]² of the network's input.
    package var center: (x: Float, y: Float)
    /// The patch's box in pixels of the network's input; nil where not detected.
    package var box: Box?
    /// The patch's pixels in the frame of the network's input; nil where not detected.
    package var mask: Mask?
    /// The patch's embedding, or the dummy's: D values.
    package var embedding: [Float]

    package init(
      conceptID: String, detected: Bool, distance: Float, center: (x: Float, y: Float), box: Box?, mask: Mask?,
      embedding: [Float]
    ) {
      (self.conceptID, self.detected, self.distance, self.center) = (conceptID, detected, distance, center)
      (self.box, self.mask, self.embedding) = (box, mask, embedding)
    }
  }

  /// The directed edges of a graph of `count` nodes, by source, then target: the order of METHOD section 3.
  package static func edges(among count: Int) -> [(from: Int, to: Int)] {
    (0..<count).flatMap { from in (0..<count).filter { $0 != from }.map { (from, $0) } }
  }
}
