import Concepts
import Images

/// What an edit did to an image, in the frame of the network's input.
package struct PatchChange: Sendable {
  /// The pixels of the patch before the edit.
  package var patch: Mask
  /// Its pixels after the edit; nil where it was masked out.
  package var result: Mask?

  package init(_ edit: PatchEdit, of patch: Mask) {
    self.patch = patch
    result = edit.place(of: patch)
  }
}

/// A concept graph carried over from an image to an edited picture of it (METHOD section 5).
///
/// Concepts that no edit hides keep their patches, which are embedded again in the edited picture. Segmenting and
/// matching the picture anew would move these concepts too, because superpixels and attention shift everywhere. A
/// hidden concept is judged by what its place shows now, or the place where it moved. A concept that was not seen
/// before is sought where something new is.
package struct EditedGraph: Sendable {
  private let graph: ConceptGraph
  private let concepts: [Concept]
  private let changes: [PatchChange]
  private let plan: MaskedVariantPlan
  private let fates: [Fate]

  private enum Fate: Sendable, Equatable {
    /// Not seen before.
    case absent
    /// Masked out, or moved out of the picture.
    case gone
    /// Seen where it was.
    case stays
    /// Its place was edited: it is seen if what is there now, so much to the right and down, is near the concept.
    case judged(right: Int, down: Int)
  }

  /// - Parameters:
  ///   - graph: of the image before the edits.
  ///   - concepts: of the graph's class, one per node.
  ///   - changes: by the edits, in order.
  ///   - plan: says which nodes an edit hides, and the dummy that replaces nodes that are no longer seen.
  package init(_ graph: ConceptGraph, concepts: [Concept], changes: [PatchChange], plan: MaskedVariantPlan) {
    self.graph = graph
    self.concepts = concepts
    self.changes = changes
    self.plan = plan
    fates = graph.nodes.map { node in
      node.mask.map { Self.fate(of: $0, changes: changes, plan: plan) } ?? .absent
    }
  }

  private static func fate(of mask: Mask, changes: [PatchChange], plan: MaskedVariantPlan) -> Fate {
    for change in changes where plan.hides(mask, by: change.patch) {
      guard let result = change.result else { return .gone }
      let (right, down) = (result.left - change.patch.left, result.top - change.patch.top)
      return mask.shifted(x: right, y: down).area > 0 ? .judged(right: right, down: down) : .gone
    }
    // An edit may cover the node.
    return changes.contains { $0.result.map { plan.hides(mask, by: $0) } ?? false }
      ? .judged(right: 0, down: 0) : .stays
  }

  /// The regions whose embeddings in the edited picture `graph(patches:)` needs: of the nodes that may be seen, then
  /// where something new is.
  package var regions: [PatchRegion] {
    fates.indices.flatMap { place(of: $0)?.regions ?? [] }
      + changes.compactMap(\.result).compactMap { mask in
        mask.boundingBox.map { PatchRegion(mask: mask, box: $0) }
      }
  }

  /// Positions of the nodes that the edits affect: those whose patch they hide or cover, and those that are first seen
  /// where something new is. Patches that contain the edited one, or lie inside it, count as well.
  ///
  /// - Parameter after: the graph of the edited picture.
  package func editedNodes(after: ConceptGraph) -> Set<Int> {
    Set(
      fates.indices.filter { node in
        switch fates[node] {
        case .stays: false
        case .gone, .judged: true
        case .absent: changes.contains { $0.result != nil && $0.result == after.nodes[node].mask }
        }
      })
  }

  /// The node where it is now; nil where it is not.
  private func place(of node: Int) -> ConceptGraph.Node? {
    switch fates[node] {
    case .absent, .gone: nil
    case .stays: graph.nodes[node]
    case .judged(let right, let down): graph.nodes[node].shifted(x: right, y: down)
    }
  }

  /// The graph of the edited picture.
  ///
  /// - Parameter patches: of `regions`, in order.
  package func graph(patches: [EmbeddedPatch]) -> ConceptGraph {
    var result = graph
    var patches = patches[...]
    for node in fates.indices {
      guard var place = place(of: node), !patches.isEmpty else {
        result.nodes[node] = dummy(node, distance: fates[node] == .gone ? .infinity : graph.nodes[node].distance)
        continue
      }
      let regions = patches.prefix(place.regions.count)
      patches = patches.dropFirst(regions.count)
      place.embedding = place.embedding(of: regions)
      place.distance = regions.map { self.distance(of: $0, from: node) }.min() ?? .infinity
      result.nodes[node] =
        fates[node] == .stays || place.distance <= threshold(node) ? place : dummy(node, distance: place.distance)
    }
    var free = Array(patches)
    free.removeAll { patch in result.nodes.contains { $0.mask == patch.mask } }
    for node in fates.indices where fates[node] == .absent {
      let distances = free.map { distance(of: $0, from: node) }
      guard let nearest = distances.indices.min(by: { distances[$0] < distances[$1] }) else { break }
      guard distances[nearest] <= threshold(node) else { continue }
      result.nodes[node] = GraphMatcher.node(
        conceptID: graph.nodes[node].conceptID, distance: distances[nearest], patch: free.remove(at: nearest))
    }
    return result
  }

  private func distance(of patch: EmbeddedPatch, from node: Int) -> Float {
    guard node < concepts.count, patch.embedding.count == concepts[node].center.count else { return .infinity }
    return concepts[node].distance(to: patch.embedding)
  }

  private func threshold(_ node: Int) -> Float { node < concepts.count ? concepts[node].threshold : 0 }

  private func dummy(_ node: Int, distance: Float) -> ConceptGraph.Node {
    let old = graph.nodes[node]
    return .dummy(
      conceptID: old.conceptID, distance: distance, width: old.embedding.count, value: plan.dummyValue)
  }
}

extension Mask {
  fileprivate var left: Int { boundingBox?.x ?? 0 }
  fileprivate var top: Int { boundingBox?.y ?? 0 }
}
