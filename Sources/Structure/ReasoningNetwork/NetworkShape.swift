/// The extents of a reasoning network (METHOD section 3).
package struct NetworkShape: Sendable, Equatable, Codable {
  /// Classes m: graphs per image, and outputs.
  package var classes: Int
  /// Concepts N: nodes per graph.
  package var nodes: Int
  /// Width D of a node's embedding.
  package var embeddingWidth: Int
  /// Node widths of the layers.
  package var nodeWidths: [Int]
  /// Edge width of every layer.
  package var edgeWidth: Int

  /// Throws `StructureError.invalidValue` where an extent is not positive or above its limit.
  package init(classes: Int, nodes: Int, embeddingWidth: Int, nodeWidths: [Int], edgeWidth: Int) throws {
    (self.classes, self.nodes, self.embeddingWidth) = (classes, nodes, embeddingWidth)
    (self.nodeWidths, self.edgeWidth) = (nodeWidths, edgeWidth)
    try Self.check("classes", classes, Self.maxClasses)
    try Self.check("nodes", nodes, Self.maxNodes)
    try Self.check("embeddingWidth", embeddingWidth, Self.maxWidth)
    try Self.check("edgeWidth", edgeWidth, Self.maxWidth)
    try Self.check("number of nodeWidths", nodeWidths.count, Self.maxLayers)
    for width in nodeWidths { try Self.check("nodeWidths", width, Self.maxWidth) }
  }

  /// Limits that keep products of extents far from overflow and bound the memory.
  private static let maxClasses = 1000
  private static let maxNodes = 64
  private static let maxWidth = 65_536
  private static let maxLayers = 16

  private static func check(_ name: String, _ value: Int, _ limit: Int) throws {
    guard (1...limit).contains(value) else {
      throw StructureError.invalidValue(name: name, reason: "\(value) given, accepted are 1 to \(limit)")
    }
  }

  /// Directed edges of a graph: N (N − 1).
  package var edges: Int { nodes * (nodes - 1) }
  /// Width of a node after the last layer.
  package var outputWidth: Int { nodeWidths.last ?? embeddingWidth }
  /// Entries of one graph's embedding: its nodes, then its edges.
  package var graphEmbeddingWidth: Int { nodes * outputWidth + edges * edgeWidth }
  /// Numbers of an edge's input feature: (x_i, y_i, x_j, y_j).
  static let edgeFeatures = 4

  /// Node width that goes into layer `layer`.
  func nodeWidth(into layer: Int) -> Int { layer == 0 ? embeddingWidth : nodeWidths[layer - 1] }
  /// Edge width that goes into layer `layer`.
  func edgeWidth(into layer: Int) -> Int { layer == 0 ? Self.edgeFeatures : edgeWidth }
}
