import Concepts
import Tensors

extension ConceptGraph {
  /// The graph with random patches of the image in place of its concepts' patches, as a control.
  ///
  /// Each node takes a patch that no concept of the graph took; where there are too few, nodes become dummies.
  package func withRandomPatches(
    among patches: [EmbeddedPatch], dummyValue: Float, random: inout SeededRandom
  ) -> ConceptGraph {
    let taken = Set(nodes.compactMap(\.mask))
    let drawn = random.shuffled(patches.filter { !taken.contains($0.mask) }).prefix(nodes.count)
    var result = self
    for (position, node) in nodes.enumerated() {
      result.nodes[position] =
        position < drawn.count
        ? GraphMatcher.node(conceptID: node.conceptID, distance: 0, patch: drawn[position])
        : .dummy(conceptID: node.conceptID, distance: .infinity, width: node.embedding.count, value: dummyValue)
    }
    return result
  }
}
