import Tensors

/// How similar the concepts are that two runs with different seeds find for a class (METHOD section 7).
package struct ConceptStability: Sendable, Equatable {
  /// Cosines of the paired centres; the pairing has the largest sum.
  package var cosines: [Double]
  /// Cosines of all other pairs of centres: the baseline, because activations after a ReLU always are alike to some
  /// degree.
  package var otherCosines: [Double]
  /// Pairs that are the same concept: each centre lies within the other's threshold.
  package var same: Int
  /// The largest possible value of `same`: the concepts of the run with fewer.
  package var possible: Int

  /// Pairs the `top` first concepts, by rank, of two runs.
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

  /// The cosine of the angle between two vectors; 0 where one has length 0, or their counts differ.
  private static func cosine(_ a: [Float], _ b: [Float]) -> Double {
    guard a.count == b.count else { return 0 }
    let lengths = LinearAlgebra.norm(a) * LinearAlgebra.norm(b)
    return lengths > 0 ? Double(LinearAlgebra.dot(a, b) / lengths) : 0
  }
}
