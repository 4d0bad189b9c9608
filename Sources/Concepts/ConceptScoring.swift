import Fields
import Tensors

/// How present a concept is in an image: its best patch, and how good that patch is.
package struct ConceptPresence: Sendable, Equatable {
  /// Position of the best patch among the image's; nil where it has none.
  package var patch: Int?
  /// Euclidean distance of the best patch from the concept's centre; infinite for an image without patches.
  package var distance: Float
  /// For a concept from a factorisation: how much of its component the best patch holds, and what 95 % of its own
  /// patches hold at least.
  package var coefficient: (value: Float, reference: Float)?
  package var threshold: Float

  /// Whether the image counts as showing the concept: the patch is within the threshold, or holds as much as the
  /// reference.
  package var isDetected: Bool {
    guard patch != nil else { return false }
    if let (value, reference) = coefficient { return value > 0 && value >= reference }
    return distance <= threshold
  }

  /// 1 / (1 + r²), from 0 for nothing like the concept to 1 for its centre; ½ at the limit of detection. Not a
  /// probability.
  ///
  /// r is the distance divided by the threshold or, with a factorisation, the reference divided by the coefficient.
  package var score: Double {
    guard patch != nil else { return 0 }
    let (numerator, denominator): (Float, Float) =
      if let (value, reference) = coefficient { (reference, value) } else { (distance, threshold) }
    guard denominator > 0 else { return isDetected ? 1 : 0 }
    let ratio = Double(numerator) / Double(denominator)
    return 1 / (1 + ratio * ratio)
  }

  package static func == (a: ConceptPresence, b: ConceptPresence) -> Bool {
    (a.patch, a.distance, a.threshold) == (b.patch, b.distance, b.threshold)
      && a.coefficient?.value == b.coefficient?.value && a.coefficient?.reference == b.coefficient?.reference
  }
}

/// Looks for known concepts among the patches of a new image. Nothing is clustered, and no vector is fitted.
///
/// Several concepts may have the same best patch, unlike the nodes of a concept graph, each of which takes another
/// patch.
package struct ConceptScoring: Sendable {
  private let concepts: [Concept]
  private let dictionary: ConceptDictionary?

  /// - Parameter dictionary: concepts in it are scored by their coefficients, others by distance.
  package init(concepts: [Concept], dictionary: ConceptDictionary? = nil) {
    (self.concepts, self.dictionary) = (concepts, dictionary)
  }

  /// How present each concept is, in order.
  package func presences(among patches: [EmbeddedPatch]) throws -> [ConceptPresence] {
    let coefficients =
      try dictionary.map { dictionary in
        try dictionary.coefficients(
          of: Tensor.stack(patches.map { Tensor(shape: [$0.embedding.count], elements: $0.embedding) }))
      } ?? []
    return concepts.map { concept in
      let distances = patches.map {
        $0.embedding.count == concept.center.count ? concept.distance(to: $0.embedding) : .infinity
      }
      var presence = ConceptPresence(
        patch: distances.indices.min { distances[$0] < distances[$1] }, distance: .infinity, coefficient: nil,
        threshold: concept.threshold)
      if let entry = dictionary?.entry(of: concept.id), coefficients.count == patches.count {
        let own = coefficients.map { $0[entry.component] }
        presence.patch = own.indices.max { own[$0] < own[$1] }
        presence.coefficient = presence.patch.map { (own[$0], entry.reference) }
      }
      presence.distance = presence.patch.map { distances[$0] } ?? .infinity
      if !presence.distance.isFinite { presence.patch = nil }
      return presence
    }
  }
}

/// How a class's logit of one image responds to a concept: directional derivatives along its activation vectors (Kim et
/// al., ICML 2018).
package struct ConceptSensitivity: Sendable, Equatable {
  /// Mean derivative over the vectors: the rate at which the logit changes as the vector is added to the activations
  /// everywhere.
  package var mean: Double
  /// Its standard deviation over the vectors; 0 for one.
  package var standardDeviation: Double
  /// Share of the vectors along which the logit rises.
  package var positiveShare: Double

  /// The response of an image with this gradient, summed over space; nil without vectors of its length.
  package init?(pooledGradient: [Float], vectors: [[Float]]) {
    guard !vectors.isEmpty, vectors.allSatisfy({ $0.count == pooledGradient.count }) else { return nil }
    let derivatives = vectors.map { Double(LinearAlgebra.dot($0, pooledGradient)) }
    mean = Statistics.mean(derivatives) ?? 0
    standardDeviation = Statistics.standardDeviation(derivatives) ?? 0
    positiveShare = Double(derivatives.count { $0 > 0 }) / Double(derivatives.count)
  }
}

extension ConceptPresence: WrittenRecord {
  package static let partName: String? = "Presence"
  package static let fields = FieldList<ConceptPresence>([
    .derived("detected", .bool, "Whether the image counts as showing the concept.") { $0.isDetected },
    .derived("score", .score, "From 0 to 1, ½ at the limit of detection; not a probability.") { $0.score },
    .derived(
      "measure", .oneOf(["distance", "coefficient"]),
      "What detection goes by: the distance from the concept's centre or, with a factorisation, how much of the component a patch holds."
    ) { $0.coefficient == nil ? "distance" : "coefficient" },
    .field("distance", \.distance, .score, "Of the best patch from the concept's centre."),
    .field("threshold", \.threshold, .score, "The largest distance at which a patch still is the concept."),
    .derived(
      "coefficient", .score, "How much of the component the best patch holds; null for other concepts."
    ) { $0.coefficient.map { Double($0.value) } },
    .derived(
      "reference", .score, "What 95 % of the concept's own patches hold of it at least; null for other concepts."
    ) { $0.coefficient.map { Double($0.reference) } },
  ])
}
