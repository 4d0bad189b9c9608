import Base
import Tensors

/// The components of the non-negative factorisation that a class's concepts come from. With them, what a new patch
/// holds of each is found without factorising again (as in CRAFT, Fel et al. 2023, and ICE, Zhang et al. 2021).
package struct ConceptDictionary: Sendable, Equatable {
  /// The component of one concept.
  package struct Entry: Sendable, Equatable {
    package var concept: String
    package var component: Int
    /// The coefficient that all but 5 % of its own patches reach.
    package var reference: Float

    package init(concept: String, component: Int, reference: Float) {
      (self.concept, self.component, self.reference) = (concept, component, reference)
    }
  }

  /// All components, also those without a concept: [k, d], or [k, 2 d] where negative entries were split off.
  package var components: Tensor
  package var entries: [Entry]

  /// The reference is this percentile of the patches' coefficients: the counterpart of the threshold on distances.
  private static let referencePercentile = 100 - ConceptCandidate.thresholdPercentile

  package init(components: Tensor, entries: [Entry]) {
    (self.components, self.entries) = (components, entries)
  }

  /// - Parameter concepts: each concept's id, component, and the embeddings of its patches, [n, d].
  init(components: Tensor, concepts: [(id: String, component: Int, members: Tensor)], monitor: WorkMonitor) throws {
    self.init(components: components, entries: [])
    for (id, component, members) in concepts {
      let own = try coefficients(of: members, monitor: monitor).map { Double($0[component]) }
      let reference = Statistics.percentile(own, Self.referencePercentile) ?? 0
      entries.append(Entry(concept: id, component: component, reference: Float(reference)))
    }
  }

  /// Whether every entry has a component, and all numbers are finite.
  package var isConsistent: Bool {
    components.rank == 2 && components.elements.allSatisfy { $0.isFinite && $0 >= 0 }
      && entries.allSatisfy { (0..<components.rows).contains($0.component) && $0.reference.isFinite }
  }

  /// Whether it takes embeddings of `width` numbers.
  package func fits(width: Int) -> Bool { [width, 2 * width].contains(components.rowStride) }

  /// The entry of a concept; nil for one without a component, such as a merged one.
  package func entry(of concept: String) -> Entry? { entries.first { $0.concept == concept } }

  /// Forgets which components these concepts are.
  package mutating func remove(_ concepts: [String]) { entries.removeAll { concepts.contains($0.concept) } }

  /// How much of each component embeddings hold: a list of k numbers for each row of `embeddings`, [n, d].
  package func coefficients(of embeddings: Tensor, monitor: WorkMonitor = .silent) throws -> [[Float]] {
    guard embeddings.rows > 0, fits(width: embeddings.rowStride) else { return [] }
    var points = components.rowStride == embeddings.rowStride ? embeddings : PatchClusters.split(embeddings)
    // Embeddings without negative entries in discovery may have some elsewhere. No component can hold these.
    for index in points.elements.indices where points.elements[index] < 0 { points.elements[index] = 0 }
    let coefficients = try NonnegativeFactorization.coefficients(of: points, components: components, monitor: monitor)
    return (0..<points.rows).map { coefficients[row: $0].elements }
  }
}
