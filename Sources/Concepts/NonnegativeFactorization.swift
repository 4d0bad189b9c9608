import Base
import Foundation
import Tensors

/// Non-negative matrix factorisation X ≈ W H (Lee and Seung 1999): each row as a sum of few components, all numbers ≥
/// 0.
///
/// Coordinate descent lowers the squared error, one coefficient at a time in closed form (hierarchical alternating
/// least squares, Cichocki and Phan 2009). It starts from random numbers of the size that scikit-learn's
/// `NMF(init="random")` takes; the best of several restarts wins. Deterministic for a seed.
package struct NonnegativeFactorization: Sendable {
  /// W, ≥ 0: how much of each component a row holds: [n, k].
  package var coefficients: Tensor
  /// H, ≥ 0: [k, d], each row of unit length; a component that no row holds may be 0.
  package var components: Tensor
  /// ‖X − W H‖, Frobenius norm.
  package var error: Double
  /// Sweeps over both factors in the best restart.
  package var iterations: Int

  static let maximumIterations = 300
  /// Sweeps stop once the gradient that a coefficient could still follow falls below this share of what it was in the
  /// first sweep, summed over all.
  static let tolerance = 1e-4

  /// Factorises `points`: [n, d], n ≥ 1, finite and ≥ 0.
  ///
  /// - Parameters:
  ///   - components: their number; at most n are made.
  ///   - restarts: independent tries; the one with the least error wins.
  ///   - known: components to start from instead of drawing any, [components, d], ≥ 0; ignored where the shape differs.
  ///   - monitor: asked before every sweep.
  package static func fit(
    _ points: Tensor, components: Int, restarts: Int, seed: UInt64, known: Tensor? = nil, monitor: WorkMonitor = .silent
  ) throws -> NonnegativeFactorization {
    assert(points.rank == 2, "factorisation takes a matrix")
    let count = min(max(components, 0), points.rows)
    var random = SeededRandom(seed: seed, purpose: "non-negative factorization")
    let mean = points.elements.reduce(0.0) { $0 + Double($1) } / Double(max(1, points.count))
    let scale = (mean / Double(max(1, count))).squareRoot()
    func drawn(_ columns: Int) -> Tensor {
      Tensor(shape: [count, columns], elements: (0..<count * columns).map { _ in Float(scale * abs(random.normal())) })
    }
    if let known, known.shape == [components, points.rowStride], count == components {
      // A component of zeros would stay 0.
      var start = drawn(points.rowStride)
      for component in 0..<count {
        let own = known[row: component].elements
        if own.contains(where: { $0 > 0 }) {
          start.elements.replaceSubrange(component * own.count..<(component + 1) * own.count, with: own)
        }
      }
      // Coefficients come first: otherwise the components would follow unfinished coefficients away from their start.
      let (coefficients, first) = try solve(points, components: start, monitor: monitor)
      return try descend(points, coefficients: coefficients, components: start, first: first, monitor: monitor)
    }
    func attempt() throws -> NonnegativeFactorization {
      let components = drawn(points.rowStride)
      return try descend(points, coefficients: drawn(points.rows), components: components, monitor: monitor)
    }
    var best = try attempt()
    for _ in 1..<max(1, restarts) {
      let other = try attempt()
      if other.error < best.error { best = other }
    }
    return best
  }

  /// How much of each of `components`, which stay fixed, `points` hold: min ‖x − w H‖ over w ≥ 0, row by row.
  ///
  /// - Parameters:
  ///   - points: [n, d], ≥ 0.
  ///   - components: H, [k, d], ≥ 0.
  /// - Returns: [n, k].
  package static func coefficients(
    of points: Tensor, components: Tensor, monitor: WorkMonitor = .silent
  ) throws -> Tensor {
    let (count, rows) = (components.rows, points.rows)
    let solved = try solve(points, components: components, monitor: monitor).coefficients
    var coefficients = Tensor(shape: [rows, count])
    for row in 0..<rows {
      for component in 0..<count {
        coefficients.elements[row * count + component] = solved.elements[component * rows + row]
      }
    }
    return coefficients
  }

  /// The transposed coefficients, [k, n], for fixed components, and the gradients of the first sweep.
  private static func solve(
    _ points: Tensor, components: Tensor, monitor: WorkMonitor
  ) throws -> (coefficients: Tensor, first: Double?) {
    var coefficients = Tensor(shape: [components.rows, points.rows])
    let (target, gram) = (LinearAlgebra.product(components, points, transposeB: true), gram(components))
    var moved: [Double] = []
    while moved.count < maximumIterations, moved.last ?? 1 > tolerance * (moved.first ?? 0) {
      try monitor.checkCancelled()
      moved.append(improve(&coefficients, towards: target, gram: gram))
    }
    return (coefficients, moved.first)
  }

  /// Sweeps from the transposed `coefficients`, [k, n], and `components`, [k, d], until the gradients are small against
  /// `first`, or against the first sweep's where that is nil.
  private static func descend(
    _ points: Tensor, coefficients: Tensor, components: Tensor, first: Double? = nil, monitor: WorkMonitor
  ) throws -> NonnegativeFactorization {
    var (coefficients, components) = (coefficients, components)
    var (iterations, first) = (0, first)
    while iterations < maximumIterations {
      try monitor.checkCancelled()
      iterations += 1
      let moved =
        improve(
          &coefficients, towards: LinearAlgebra.product(components, points, transposeB: true), gram: gram(components))
        + improve(&components, towards: LinearAlgebra.product(coefficients, points), gram: gram(coefficients))
      let whole = first ?? moved
      first = whole
      if moved <= tolerance * whole { break }
    }
    return NonnegativeFactorization(
      points, coefficients: coefficients, components: components, iterations: iterations)
  }

  /// Scales `components` to unit length, and the transposed `coefficients`, [k, n], to match; `error` is what remains
  /// of `points`.
  private init(_ points: Tensor, coefficients: Tensor, components: Tensor, iterations: Int) {
    self.iterations = iterations
    self.components = components
    let (count, rows, dimensions) = (components.rows, points.rows, points.rowStride)
    self.coefficients = Tensor(shape: [rows, count])
    for component in 0..<count {
      let length = LinearAlgebra.norm(components[row: component].elements)
      guard length > 0 else { continue }
      for column in 0..<dimensions { self.components.elements[component * dimensions + column] /= length }
      for row in 0..<rows {
        self.coefficients.elements[row * count + component] = coefficients.elements[component * rows + row] * length
      }
    }
    let product = LinearAlgebra.product(self.coefficients, self.components)
    error = zip(points.elements, product.elements).reduce(0.0) { sum, pair in
      let difference = Double(pair.0) - Double(pair.1)
      return sum + difference * difference
    }.squareRoot()
  }

  /// F Fᵀ: [k, m] → [k, k].
  private static func gram(_ factor: Tensor) -> Tensor { LinearAlgebra.product(factor, factor, transposeB: true) }

  /// One sweep over a factor F, [k, m], the other being G: F_i ← max(0, F_i − (G Gᵀ F − target)_i / (G Gᵀ)_ii), row by
  /// row. `target` is G X or G Xᵀ, [k, m]; `gram` G Gᵀ, [k, k].
  ///
  /// - Returns: the sum of the gradients that entries could follow before they did.
  private static func improve(_ factor: inout Tensor, towards target: Tensor, gram: Tensor) -> Double {
    let (count, columns) = (factor.rows, factor.rowStride)
    var gradient = [Float](repeating: 0, count: columns)
    var moved = 0.0
    factor.elements.withUnsafeMutableBufferPointer { factor in
      target.elements.withUnsafeBufferPointer { target in
        gradient.withUnsafeMutableBufferPointer { gradient in
          guard let factor = factor.baseAddress, let target = target.baseAddress, let gradient = gradient.baseAddress
          else { return }
          for row in 0..<count {
            let curvature = gram.elements[row * count + row]
            guard curvature > 0 else { continue }
            for column in 0..<columns { gradient[column] = -target[row * columns + column] }
            for other in 0..<count {
              let weight = gram.elements[row * count + other]
              let values = factor + other * columns
              for column in 0..<columns { gradient[column] += weight * values[column] }
            }
            let values = factor + row * columns
            var own: Float = 0
            for column in 0..<columns {
              own += abs(values[column] == 0 ? min(gradient[column], 0) : gradient[column])
              values[column] = max(0, values[column] - gradient[column] / curvature)
            }
            moved += Double(own)
          }
        }
      }
    }
    return moved
  }
}
