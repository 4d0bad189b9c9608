import Fields
import Tensors

/// What a concept of an image is worth, in the ways that are known of it.
package struct ConceptEvidence: Sendable, Equatable {
  /// Position of its class, and of its node.
  package var position: Int
  package var node: Int
  /// What was measured on the classifier, in logits of the margin.
  package var effect: Double
  /// What removing it in the layer takes from the same margin, to first order.
  package var removed: Double

  package init(position: Int, node: Int, effect: Double, removed: Double) {
    (self.position, self.node, self.effect, self.removed) = (position, node, effect, removed)
  }
}

/// Predicts measured effects from what removing a concept in the layer takes, without a picture more for the
/// classifier: effect ≈ slope · removed + offset of the concept.
///
/// Fitted by least squares on images that fidelity is not measured on; offsets are drawn towards 0 as if each concept
/// had been seen a few times more with an effect that the slope explains.
package struct EffectModel: Sendable, Equatable {
  package var slope: Double
  /// By class, then concept.
  package var offsets: [[Double]]
  /// How well it predicts effects on held-out images; nil where there were too few.
  package var fidelity: EffectFidelity?

  /// Sightings that an offset of 0 counts for.
  private static let prior = 4.0
  /// Fewer concepts of images fit nothing.
  private static let fewest = 8
  /// Passes over slope and offsets by turns; they settle after a few.
  private static let passes = 50

  /// - Parameters:
  ///   - fitted, held: by image, what was measured of its concepts.
  ///   - concepts: by class, how many.
  /// - Returns: nil where too little was measured.
  package init?(fitted: [ConceptEvidence], held: [ConceptEvidence], concepts: [Int]) {
    let known = fitted.filter {
      concepts.indices.contains($0.position) && (0..<concepts[$0.position]).contains($0.node)
    }
    guard known.count >= Self.fewest else { return nil }
    (slope, offsets) = (1, concepts.map { [Double](repeating: 0, count: $0) })
    for _ in 0..<Self.passes {
      var sums = offsets.map { $0.map { _ in (sum: 0.0, count: Self.prior) } }
      for one in known {
        sums[one.position][one.node].sum += one.effect - slope * one.removed
        sums[one.position][one.node].count += 1
      }
      offsets = sums.map { $0.map { $0.sum / $0.count } }
      let (numerator, denominator) = known.reduce((0.0, 0.0)) { total, one in
        let rest = one.effect - offsets[one.position][one.node]
        return (total.0 + rest * one.removed, total.1 + one.removed * one.removed)
      }
      if denominator > 0 { slope = numerator / denominator }
    }
    guard slope.isFinite, offsets.joined().allSatisfy(\.isFinite) else { return nil }
    fidelity = EffectFidelity(of: self, on: held, fitted: known)
  }

  private init() { (slope, offsets) = (0, []) }

  /// The effect of a concept of which removal in the layer takes `removed`; nil for a concept that it does not know.
  package func effect(of node: Int, at position: Int, removed: Double) -> Double? {
    guard offsets.indices.contains(position), offsets[position].indices.contains(node) else { return nil }
    return slope * removed + offsets[position][node]
  }
}

/// How well effects are predicted on images that nothing was fitted to.
package struct EffectFidelity: Sendable, Equatable {
  /// Of predicted and measured effects.
  package var correlation: Double
  /// Of each concept's mean effect on the fitted images, in the place of a prediction.
  package var meanCorrelation: Double
  /// Share of predictions that have the sign of what was measured.
  package var sign: Double
  /// Concepts of images.
  package var count: Int

  private static let fewest = 3

  init?(of model: EffectModel, on held: [ConceptEvidence], fitted: [ConceptEvidence]) {
    var means: [[Int]: (sum: Double, count: Double)] = [:]
    for one in fitted {
      let known = means[[one.position, one.node]] ?? (0, 0)
      means[[one.position, one.node]] = (known.sum + one.effect, known.count + 1)
    }
    let pairs = held.compactMap { one -> (measured: Double, predicted: Double, mean: Double)? in
      guard let predicted = model.effect(of: one.node, at: one.position, removed: one.removed) else { return nil }
      let mean = means[[one.position, one.node]].map { $0.sum / $0.count } ?? 0
      return (one.effect, predicted, mean)
    }
    guard pairs.count >= Self.fewest else { return nil }
    correlation = Statistics.pearson(pairs.map(\.predicted), pairs.map(\.measured)) ?? 0
    meanCorrelation = Statistics.pearson(pairs.map(\.mean), pairs.map(\.measured)) ?? 0
    sign = Double(pairs.count { ($0.predicted > 0) == ($0.measured > 0) }) / Double(pairs.count)
    count = pairs.count
  }

  fileprivate init() { (correlation, meanCorrelation, sign, count) = (0, 0, 0, 0) }
}

extension EffectModel: StoredRecord {
  package static let partName: String? = "EffectModel"
  package static var blank: EffectModel { EffectModel() }

  package static let fields = FieldList<EffectModel>([
    .field("slope", \.slope, .score, "Effect per logit that removing the concept in the layer takes."),
    .field("offsets", \.offsets, .array(of: .array(of: .score)), "By class, then concept: what is added, in logits."),
    .optional(
      "heldOut", \.fidelity, EffectFidelity.type, "How well it predicts; missing where too few images were held out."),
  ])
}

extension EffectFidelity: StoredRecord {
  package static let partName: String? = "EffectFidelity"
  package static var blank: EffectFidelity { EffectFidelity() }

  package static let fields = FieldList<EffectFidelity>([
    .field("correlation", \.correlation, .score, "Of predicted and measured effects."),
    .field(
      "meanCorrelation", \.meanCorrelation, .score,
      "Of each concept's mean effect on the fitted images and measured effects: the prediction to beat."),
    .field("sign", \.sign, .score, "Share of predictions that have the sign of what was measured."),
    .field("count", \.count, .count, "Concepts of held-out images."),
  ])
}
