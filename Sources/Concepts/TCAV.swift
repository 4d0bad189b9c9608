import Tensors

/// Testing with concept activation vectors (Kim et al., ICML 2018): how a class's logit responds to a step along them.
struct TCAV {
  /// The class logit's gradients, one image a row, summed over space: [n, d].
  let gradients: Tensor

  /// Gradients whose variance over the images is below this share of their mean's squared length do not depend on the
  /// image.
  static let degenerateShare = 1e-6

  struct Responses {
    /// For each vector the share of images whose directional derivative is positive.
    var scores: [Double]
    /// For each vector the mean directional derivative.
    var derivatives: [Double]
  }

  /// Whether the layer feeds the logit linearly, so that the gradient is the same for every image and each score 0 or
  /// 1.
  var isDegenerate: Bool { Self.isDegenerate(gradients) }

  /// Whether gradients of several images, [n, d], agree up to rounding. False for fewer than two images.
  static func isDegenerate(_ gradients: Tensor) -> Bool {
    guard gradients.rows > 1 else { return false }
    let mean = ConceptActivationVector.columnMeans(gradients)
    let squaredMean = mean.reduce(0.0) { $0 + Double($1) * Double($1) }
    var deviation = 0.0
    for (index, value) in gradients.elements.enumerated() {
      let difference = Double(value - mean[index % mean.count])
      deviation += difference * difference
    }
    return deviation / Double(gradients.rows) <= degenerateShare * squaredMean
  }

  /// Scores and mean derivatives along `vectors` of D values each.
  func responses(to vectors: [[Float]]) -> Responses {
    guard !vectors.isEmpty, gradients.rows > 0 else { return Responses(scores: [], derivatives: []) }
    let matrix = Tensor(shape: [vectors.count, gradients.rowStride], elements: vectors.flatMap { $0 })
    let products = LinearAlgebra.product(matrix, gradients, transposeB: true)
    let count = Double(gradients.rows)
    var responses = Responses(scores: [], derivatives: [])
    for index in vectors.indices {
      let row = products[row: index].elements
      responses.scores.append(Double(row.count { $0 > 0 }) / count)
      responses.derivatives.append(row.reduce(0.0) { $0 + Double($1) } / count)
    }
    return responses
  }
}

/// A concept's responses compared with chance.
struct TCAVTest {
  var summary: TCAVSummary
  /// What the concept is judged by.
  let measure: TCAVMeasure
  /// Two-sided p of `measure`.
  let decisiveP: Double?
  /// Whether the concept speaks for the class rather than against it.
  let isSupporting: Bool

  /// Compares a concept's responses with those to random-against-random vectors by Welch's t-test.
  ///
  /// - Parameter graded: judge by the mean derivatives, because the scores can only be 0 or 1. They also decide where
  ///   the test of the scores is undefined.
  init(_ responses: TCAV.Responses, chance: TCAV.Responses, graded: Bool) {
    let spread = Statistics.standardDeviation(chance.derivatives) ?? 0
    let derivative = Statistics.mean(responses.derivatives) ?? 0
    let pOfScores = Statistics.welchTTest(responses.scores, chance.scores)?.pValue
    let pOfDerivatives = Statistics.welchTTest(responses.derivatives, chance.derivatives)?.pValue
    let mean = Statistics.mean(responses.scores) ?? 0
    summary = TCAVSummary(
      mean: mean, standardDeviation: Statistics.standardDeviation(responses.scores) ?? 0, pValue: pOfScores,
      effect: spread > 0 ? derivative / spread : 0, scores: responses.scores)
    if graded || pOfScores == nil {
      measure = .derivatives
      decisiveP = pOfDerivatives
      isSupporting = derivative > (Statistics.mean(chance.derivatives) ?? 0)
    } else {
      measure = .scores
      decisiveP = pOfScores
      isSupporting = mean > (Statistics.mean(chance.scores) ?? 0)
    }
  }
}
