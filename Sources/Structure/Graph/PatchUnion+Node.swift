import Concepts

extension PatchUnion {
  /// The node that the union is; nil for an empty one.
  ///
  /// - Parameter patches: of the image.
  func node(conceptID: String, distance: Float, among patches: [EmbeddedPatch]) -> ConceptGraph.Node? {
    guard let box = mask.boundingBox else { return nil }
    let parts = parts.sorted { $0.key < $1.key }
    var node = ConceptGraph.Node(
      conceptID: conceptID, detected: true, distance: distance, center: mask.middle, box: box, mask: mask,
      embedding: [], parts: parts.map { .init(mask: patches[$0.key].mask, pixels: $0.value) })
    node.embedding = node.embedding(of: parts.map { patches[$0.key] })
    return node
  }
}
