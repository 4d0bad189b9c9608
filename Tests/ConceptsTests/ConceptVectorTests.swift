import Tensors
import Testing

@testable import Concepts

@Suite struct ConceptVectorTests {
  private func cloud(_ count: Int, center: [Float], spread: Double, seed: UInt64) -> Tensor {
    var random = SeededRandom(seed: seed)
    return Tensor(
      shape: [count, center.count],
      elements: (0..<count).flatMap { _ in center.map { $0 + Float(spread * random.normal()) } })
  }

  @Test func boundariesAgreeWithScikitLearn() throws {
    let boundaries: [Golden.Boundary] = try Golden.load("boundaries")
    for golden in boundaries {
      let d = golden.dimensions
      let positives = Tensor(shape: [golden.positives.count / d, d], elements: golden.positives)
      let negatives = Tensor(shape: [golden.negatives.count / d, d], elements: golden.negatives)
      let boundary = try #require(
        LogisticRegression.boundary(positives: positives, negatives: negatives, l2: golden.l2))
      #expect(zip(boundary.normal, golden.normal).allSatisfy { abs($0 - $1) < 1e-4 })
      // Values are in the features' own units here, in units of their common scale there.
      let points = Tensor.concatenate([positives, negatives])
      let mean = ConceptActivationVector.columnMeans(points)
      var squares = 0.0
      for (index, value) in points.elements.enumerated() {
        squares += Double(value - mean[index % d]) * Double(value - mean[index % d])
      }
      let scale = Float((squares / Double(points.count)).squareRoot())
      for (row, expected) in golden.values.enumerated() {
        #expect(
          abs(boundary.value(points[row: row].elements) - expected * scale) < 1e-3 * scale * Float(d).squareRoot())
      }
    }
  }

  @Test func meanDifferencesAreFastCAVs() throws {
    let boundaries: [Golden.Boundary] = try Golden.load("boundaries")
    for golden in boundaries {
      let d = golden.dimensions
      var random = SeededRandom(seed: 1)
      let vector = try #require(
        ConceptActivationVector.fit(
          concept: Tensor(shape: [golden.positives.count / d, d], elements: golden.positives),
          others: Tensor(shape: [golden.negatives.count / d, d], elements: golden.negatives), method: .meanDifference,
          l2: golden.l2, holdout: 0.3, random: &random))
      #expect(zip(vector.direction, golden.fastNormal).allSatisfy { abs($0 - $1) < 1e-5 })
    }
  }

  @Test(arguments: CAVMethod.allCases)
  func directionsPointFromTheOthersToTheConcept(method: CAVMethod) throws {
    let concept = cloud(30, center: [3, 0, 0, 0], spread: 0.5, seed: 1)
    let others = cloud(40, center: [0, 0, 0, 0], spread: 0.5, seed: 2)
    var random = SeededRandom(seed: 3)
    let vector = try #require(
      ConceptActivationVector.fit(
        concept: concept, others: others, method: method, l2: 0.01, holdout: 0.33, random: &random))
    #expect(abs(LinearAlgebra.norm(vector.direction) - 1) < 1e-5)
    #expect(vector.direction[0] > 0.9)
    #expect(vector.accuracy >= 0.95)
  }

  @Test(arguments: CAVMethod.allCases)
  func whatCannotBeToldApartHasChanceAccuracy(method: CAVMethod) throws {
    var random = SeededRandom(seed: 3)
    let accuracies = try (0..<20).map { seed in
      try #require(
        ConceptActivationVector.fit(
          concept: cloud(30, center: [0, 0, 0], spread: 1, seed: UInt64(100 + seed)),
          others: cloud(30, center: [0, 0, 0], spread: 1, seed: UInt64(200 + seed)), method: method, l2: 0.01,
          holdout: 0.33, random: &random)
      ).accuracy
    }
    #expect((0.4...0.6).contains(try #require(Statistics.mean(accuracies))))
  }

  @Test(arguments: CAVMethod.allCases)
  func equalSidesHaveNoVector(method: CAVMethod) {
    var random = SeededRandom(seed: 3)
    let same = Tensor(shape: [5, 2], repeating: 1)
    #expect(
      ConceptActivationVector.fit(concept: same, others: same, method: method, l2: 0.01, holdout: 0.33, random: &random)
        == nil)
    #expect(
      ConceptActivationVector.fit(
        concept: Tensor(shape: [1, 2], repeating: 2), others: same, method: method, l2: 0.01, holdout: 0.33,
        random: &random) == nil)
  }

  @Test func separableSidesConverge() throws {
    // Without the penalty the weights would grow without bound.
    let boundary = try #require(
      LogisticRegression.boundary(
        positives: Tensor(shape: [2, 1], elements: [1, 2]), negatives: Tensor(shape: [2, 1], elements: [-1, -2]),
        l2: 1e-6))
    #expect(boundary.normal == [1])
    #expect(abs(boundary.offset) < 1e-4)
  }
}
