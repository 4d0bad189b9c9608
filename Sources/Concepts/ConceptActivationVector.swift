import Tensors

/// The direction in which a layer's activations move when a concept appears (Kim et al., ICML 2018).
package struct ConceptActivationVector: Sendable, Equatable {
  /// Unit vector from the negatives towards the concept: D values in the space of the embeddings.
  package var direction: [Float]
  /// Share of the held-out examples that fall on their side of the boundary.
  package var accuracy: Double

  /// Separates a concept from other examples.
  ///
  /// The direction is fitted to all examples. The accuracy comes from a second fit to a seeded, stratified share of
  /// `1 − holdout`, and is measured on the rest. Features are not standardised one by one, because that would turn the
  /// normal.
  ///
  /// - Parameters:
  ///   - concept: embeddings of the concept's patches: [n, d], n ≥ 2.
  ///   - others: embeddings of the random examples: [m, d], m ≥ 2.
  ///   - l2: weight of the L2 penalty on the linear classifier, features scaled by one common factor to unit mean
  ///     variance.
  ///   - random: draws the held-out examples.
  /// - Returns: nil where there are too few examples or the two sides do not differ.
  package static func fit(
    concept: Tensor, others: Tensor, method: CAVMethod, l2: Double, holdout: Double, random: inout SeededRandom
  ) -> ConceptActivationVector? {
    guard concept.rows >= 2, others.rows >= 2 else { return nil }
    func split(_ count: Int) -> (fitted: [Int], held: [Int]) {
      let order = random.shuffled(Array(0..<count))
      let held = min(count - 1, max(1, Int((Double(count) * holdout).rounded())))
      return (Array(order[held...]), Array(order[..<held]))
    }
    let positives = split(concept.rows)
    let negatives = split(others.rows)
    let boundary = boundary(
      concept.gatheringRows(positives.fitted), others.gatheringRows(negatives.fitted), method: method, l2: l2)
    guard let boundary, let whole = self.boundary(concept, others, method: method, l2: l2) else { return nil }
    let right =
      positives.held.count { boundary.value(concept[row: $0].elements) > 0 }
      + negatives.held.count { boundary.value(others[row: $0].elements) <= 0 }
    return ConceptActivationVector(
      direction: whole.normal, accuracy: Double(right) / Double(positives.held.count + negatives.held.count))
  }

  /// A hyperplane of unit normal.
  struct Boundary {
    var normal: [Float]
    var offset: Float

    /// Signed distance from the plane.
    func value(_ point: [Float]) -> Float { LinearAlgebra.dot(normal, point) + offset }
  }

  private static func boundary(_ concept: Tensor, _ others: Tensor, method: CAVMethod, l2: Double) -> Boundary? {
    switch method {
    case .meanDifference: meanDifference(concept, others)
    case .linearClassifier: LogisticRegression.boundary(positives: concept, negatives: others, l2: l2)
    }
  }

  /// The plane half way between the two means, across the line through them (FastCAV).
  private static func meanDifference(_ concept: Tensor, _ others: Tensor) -> Boundary? {
    let (a, b) = (columnMeans(concept), columnMeans(others))
    let middle = zip(a, b).map { ($0 + $1) / 2 }
    return plane(along: zip(a, b).map { $0 - $1 }) { -LinearAlgebra.dot($0, middle) }
  }

  /// The plane across `direction` at `offset` of the unit normal; nil where the direction is 0.
  static func plane(along direction: [Float], offset: ([Float]) -> Float) -> Boundary? {
    let length = LinearAlgebra.norm(direction)
    guard length > 0, length.isFinite else { return nil }
    let normal = direction.map { $0 / length }
    return Boundary(normal: normal, offset: offset(normal))
  }

  /// The mean of each column: [n, d] → d values.
  static func columnMeans(_ matrix: Tensor) -> [Float] {
    let weights = Tensor(shape: [1, matrix.rows], repeating: 1 / Float(max(1, matrix.rows)))
    return LinearAlgebra.product(weights, matrix).elements
  }
}
