import Base
import Tensors
import Testing

@testable import Concepts

@Suite struct NonnegativeFactorizationTests {
  private func points(_ golden: Golden.Factorization) -> Tensor {
    Tensor(shape: [golden.rows, golden.points.count / golden.rows], elements: golden.points)
  }

  @Test func errorIsWithinAPercentOfScikitLearn() throws {
    let factorizations: [Golden.Factorization] = try Golden.load("factorizations")
    #expect(factorizations.count == 3)
    for golden in factorizations {
      let errors = try (0..<10).map { seed in
        try NonnegativeFactorization.fit(
          points(golden), components: golden.components, restarts: golden.restarts, seed: UInt64(seed)
        ).error
      }
      let mean = errors.reduce(0, +) / 10
      #expect(mean <= golden.meanError * 1.01, "\(mean) against \(golden.meanError)")
      let best = try NonnegativeFactorization.fit(
        points(golden), components: golden.components, restarts: 10, seed: 1
      ).error
      #expect(best <= golden.leastError * 1.01, "\(best) against \(golden.leastError)")
      #expect(best >= golden.leastError * 0.95, "an error below the optimum is not one")
    }
  }

  @Test func errorIsThatOfTheFactors() throws {
    let factorizations: [Golden.Factorization] = try Golden.load("factorizations")
    let points = points(factorizations[0])
    let fit = try NonnegativeFactorization.fit(points, components: 6, restarts: 2, seed: 3)
    #expect(fit.coefficients.shape == [points.rows, 6] && fit.components.shape == [6, points.rowStride])
    #expect(fit.coefficients.elements.allSatisfy { $0 >= 0 } && fit.components.elements.allSatisfy { $0 >= 0 })
    for component in 0..<6 { #expect(abs(LinearAlgebra.norm(fit.components[row: component].elements) - 1) < 1e-5) }
    let product = LinearAlgebra.product(fit.coefficients, fit.components)
    let rest = zip(points.elements, product.elements).map { $0 - $1 }
    #expect(abs(Double(LinearAlgebra.norm(rest)) - fit.error) < 1e-4 * fit.error)
  }

  @Test func plantedPartsAreFound() throws {
    var random = SeededRandom(seed: 4)
    let parts: [[Float]] = [[3, 4, 0, 0, 0, 0], [0, 0, 1, 0, 0, 0], [0, 0, 0, 2, 2, 1]]
    let rows = (0..<60).map { _ in (0..<3).map { _ in Float(random.uniform()) } }
    let points = Tensor(
      shape: [60, 6],
      elements: rows.flatMap { row in (0..<6).map { at in (0..<3).reduce(0) { $0 + row[$1] * parts[$1][at] } } })
    let fit = try NonnegativeFactorization.fit(points, components: 3, restarts: 4, seed: 0)
    #expect(fit.error < 0.01 * Double(LinearAlgebra.norm(points.elements)))
    for part in parts {
      let length = LinearAlgebra.norm(part)
      let cosines = (0..<3).map { LinearAlgebra.dot(fit.components[row: $0].elements, part) / length }
      #expect(try #require(cosines.max()) > 0.99)
    }
  }

  @Test func seedsFixTheResultAndKnownComponentsAreWhereItStarts() throws {
    let factorizations: [Golden.Factorization] = try Golden.load("factorizations")
    let points = points(factorizations[1])
    let a = try NonnegativeFactorization.fit(points, components: 8, restarts: 3, seed: 1)
    let b = try NonnegativeFactorization.fit(points, components: 8, restarts: 3, seed: 1)
    #expect(a.coefficients == b.coefficients && a.components == b.components && a.error == b.error)
    let again = try NonnegativeFactorization.fit(points, components: 8, restarts: 1, seed: 9, known: a.components)
    #expect(again.error <= a.error * 1.001)
    for component in 0..<8 {
      let cosine = LinearAlgebra.dot(again.components[row: component].elements, a.components[row: component].elements)
      #expect(cosine > 0.99)
    }
    // Components of another number are of no use.
    let other = try NonnegativeFactorization.fit(points, components: 7, restarts: 1, seed: 3, known: a.components)
    #expect(
      other.components == (try NonnegativeFactorization.fit(points, components: 7, restarts: 1, seed: 3)).components)
  }

  @Test(arguments: [(0, 5), (1, 5), (3, 5), (3, 0)]) func fewPointsMakeFewComponents(rows: Int, components: Int) throws
  {
    for value: Float in [0, 2] {
      let fit = try NonnegativeFactorization.fit(
        Tensor(shape: [rows, 4], repeating: value), components: components, restarts: 2, seed: 0)
      let count = min(rows, components)
      #expect(fit.coefficients.shape == [rows, count] && fit.components.shape == [count, 4])
      #expect(fit.coefficients.elements.allSatisfy(\.isFinite) && fit.components.elements.allSatisfy(\.isFinite))
      if count > 0 { #expect(fit.error < 1e-2) }
    }
  }

  @Test func cancellationEndsTheWork() {
    let monitor = WorkMonitor(isCancelled: { true })
    #expect(throws: CancellationError.self) {
      try NonnegativeFactorization.fit(
        Tensor(shape: [9, 2], repeating: 1), components: 3, restarts: 1, seed: 0, monitor: monitor)
    }
  }
}
