import Tensors

/// How much the concepts of a class that two runs found are alike: what is left of them with another seed (METHOD section 7).
package struct ConceptStability: Sendable, Equatable {
  /// Cosines of the centres that are paired, at the largest sum.
  package var cosines: [Double]
  /// Cosines of all other pairs of centres. Activations after a ReLU are all alike to some degree: this is how much.
  package var otherCosines: [Double]
  /// Pairs that are the same concept: each centre lies within the other's threshold.
  package var same: Int
  /// Concepts that could be the same: as many as the run with fewer has.
  package var possible: Int

  /// Pairs the concepts of two runs, of each run the `top` first by rank.
  package init(_ first: [Concept], _ second: [Concept], top: Int = .max) {
    let (a, b) = (Self.leading(first, top), Self.leading(second, top))
    let similarities = a.map { one in b.map { Self.cosine(one.center, $0.center) } }
    let pairs = Assignment.leastCost(similarities.map { $0.map { -$0 } })
    (cosines, otherCosines) = ([], [])
    (same, possible) = (0, min(a.count, b.count))
    for (row, similarities) in similarities.enumerated() {
      for (column, similarity) in similarities.enumerated() {
        guard pairs[row] == column else {
          otherCosines.append(similarity)
          continue
        }
        cosines.append(similarity)
        let distance = LinearAlgebra.norm(zip(a[row].center, b[column].center).map { $0 - $1 })
        if distance <= min(a[row].threshold, b[column].threshold) { same += 1 }
      }
    }
  }

  private static func leading(_ concepts: [Concept], _ top: Int) -> [Concept] {
    Array(concepts.sorted { ($0.rank, $0.id) < ($1.rank, $1.id) }.prefix(max(0, top)))
  }

  /// The cosine of the angle between two vectors; 0 where one has no length, or they have different ones.
  private static func cosine(_ a: [Float], _ b: [Float]) -> Double {
    guard a.count == b.count else { return 0 }
    let lengths = LinearAlgebra.norm(a) * LinearAlgebra.norm(b)
    return lengths > 0 ? Double(LinearAlgebra.dot(a, b) / lengths) : 0
  }
}
