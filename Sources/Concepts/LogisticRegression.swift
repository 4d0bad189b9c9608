import Foundation
import Tensors

/// L2-regularised logistic regression with a free intercept, solved exactly and without draws.
///
/// Minimises (1/n) Σ log(1 + exp(−y f(x))) + (λ/2) |w|² over f(x) = w·x + b by Newton's method on the examples' Gram
/// matrix, w = Σ a_i x_i being a combination of the n examples: n is about a hundred where the features are a thousand
/// (kernel logistic regression by iteratively reweighted least squares; Hastie, Tibshirani and Friedman, section 12.3).
enum LogisticRegression {
  private static let maximumSteps = 50
  /// Newton's method ends when the objective falls by less than this.
  private static let tolerance = 1e-10
  private static let maximumHalvings = 20
  /// Curvature of an example's loss below which it counts as this.
  private static let leastCurvature = 1e-6

  /// The boundary between two sets of points: [n, d] and [m, d]; nil where they do not differ.
  static func boundary(positives: Tensor, negatives: Tensor, l2: Double) -> ConceptActivationVector.Boundary? {
    var points = Tensor.concatenate([positives, negatives])
    let dimensions = points.rowStride
    let mean = ConceptActivationVector.columnMeans(points)
    for index in points.elements.indices { points.elements[index] -= mean[index % dimensions] }
    let squares = LinearAlgebra.squaredRowNorms(points).reduce(0.0) { $0 + Double($1) }
    guard squares > 0, squares.isFinite else { return nil }
    // One factor for all features: mean variance becomes 1, so that λ means the same at every layer.
    let scale = Float((Double(points.count) / squares).squareRoot())
    for index in points.elements.indices { points.elements[index] *= scale }
    let gram = LinearAlgebra.product(points, points, transposeB: true).elements.map(Double.init)
    let isPositive = (0..<points.rows).map { $0 < positives.rows }
    let dual = solve(gram: gram, isPositive: isPositive, l2: l2)
    let weights = LinearAlgebra.product(
      Tensor(shape: [1, points.rows], elements: dual.coefficients.map(Float.init)), points)
    let length = LinearAlgebra.norm(weights.elements)
    return ConceptActivationVector.plane(along: weights.elements) { normal in
      Float(dual.intercept) / length / scale - LinearAlgebra.dot(normal, mean)
    }
  }

  /// Coefficients a and intercept b for a Gram matrix.
  static func solve(
    gram: [Double], isPositive: [Bool], l2: Double
  ) -> (coefficients: [Double], intercept: Double) {
    let n = isPositive.count
    let ridge = l2 * Double(n)
    let ones = [Double](repeating: 1, count: n)
    var state = State(gram: gram, isPositive: isPositive, l2: l2)
    for _ in 0..<maximumSteps {
      let probabilities = state.values.map { 1 / (1 + exp(-$0)) }
      let curvatures = probabilities.map { max(leastCurvature, $0 * (1 - $0)) }
      var matrix = gram
      for i in 0..<n { matrix[i * n + i] += ridge / curvatures[i] }
      let working = (0..<n).map { i in
        state.values[i] + ((isPositive[i] ? 1 : 0) - probabilities[i]) / curvatures[i]
      }
      guard let solutions = LinearAlgebra.solvePositiveDefinite(matrix, [ones, working]) else { break }
      let intercept = solutions[1].reduce(0, +) / solutions[0].reduce(0, +)
      let target = zip(solutions[1], solutions[0]).map { $0 - intercept * $1 }
      let before = state.objective
      guard state.step(towards: target, intercept: intercept, halvings: maximumHalvings),
        before - state.objective > tolerance
      else { break }
    }
    return (state.coefficients, state.intercept)
  }

  /// A point of the search with the values f(x_i) there.
  private struct State {
    let gram: [Double]
    let isPositive: [Bool]
    let l2: Double
    var coefficients: [Double]
    var intercept = 0.0
    var values: [Double]
    var objective = 0.0

    init(gram: [Double], isPositive: [Bool], l2: Double) {
      self.gram = gram
      self.isPositive = isPositive
      self.l2 = l2
      coefficients = [Double](repeating: 0, count: isPositive.count)
      values = coefficients
      objective = loss(values, penalty: 0)
    }

    /// Moves towards a point, halving the step until the objective falls. False where it never does.
    mutating func step(towards target: [Double], intercept targetIntercept: Double, halvings: Int) -> Bool {
      var share = 1.0
      for _ in 0...halvings {
        let trial = zip(coefficients, target).map { $0 + share * ($1 - $0) }
        let trialIntercept = intercept + share * (targetIntercept - intercept)
        let products = multiplied(trial)
        let penalty = zip(trial, products).reduce(0) { $0 + $1.0 * $1.1 }
        let trialValues = products.map { $0 + trialIntercept }
        let trialObjective = loss(trialValues, penalty: penalty)
        if trialObjective < objective {
          (coefficients, intercept, values, objective) = (trial, trialIntercept, trialValues, trialObjective)
          return true
        }
        share /= 2
      }
      return false
    }

    private func loss(_ values: [Double], penalty: Double) -> Double {
      let sum = zip(values, isPositive).reduce(0) { sum, pair in
        let margin = pair.1 ? pair.0 : -pair.0
        return sum + (margin > 0 ? log1p(exp(-margin)) : -margin + log1p(exp(margin)))
      }
      return sum / Double(max(1, values.count)) + l2 / 2 * penalty
    }

    private func multiplied(_ vector: [Double]) -> [Double] {
      let n = vector.count
      return gram.withUnsafeBufferPointer { gram in
        (0..<n).map { row in
          var sum = 0.0
          for column in 0..<n { sum += gram[row * n + column] * vector[column] }
          return sum
        }
      }
    }
  }
}
