import Concepts
import Images
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
    return taking(
      nodes.enumerated().map { position, node in
        position < drawn.count && !node.isFiller
          ? GraphMatcher.node(conceptID: node.conceptID, distance: 0, patch: drawn[position]) : nil
      }, dummyValue: dummyValue)
  }

  /// The graph with random regions on the object in place of its concepts' regions, as a control.
  ///
  /// They have the same areas. A concept that is not seen has one as well, of the others' mean area: which nodes there
  /// are must say nothing of the concepts.
  ///
  /// - Parameter attention: the pixels to which the class attends; nil for all.
  package func withRandomRegions(
    among patches: [EmbeddedPatch], within attention: Mask?, dummyValue: Float, random: inout SeededRandom
  ) -> ConceptGraph {
    let seen = nodes.compactMap { $0.mask?.area }
    guard !seen.isEmpty else { return withRandomPatches(among: patches, dummyValue: dummyValue, random: &random) }
    let mean = seen.reduce(0, +) / seen.count
    let drawn = OnObjectRegions.draw(
      areas: nodes.map { $0.isFiller ? 0 : $0.mask?.area ?? mean }, among: patches.map(\.mask), within: attention,
      random: &random)
    return taking(
      zip(drawn, nodes).map { $0?.node(conceptID: $1.conceptID, distance: 0, among: patches) }, dummyValue: dummyValue)
  }

  /// The graph with other nodes; a dummy where there is none.
  private func taking(_ others: [Node?], dummyValue: Float) -> ConceptGraph {
    var result = self
    for (position, node) in nodes.enumerated() {
      result.nodes[position] =
        others[position]
        ?? .dummy(conceptID: node.conceptID, distance: .infinity, width: node.embedding.count, value: dummyValue)
    }
    return result
  }
}
