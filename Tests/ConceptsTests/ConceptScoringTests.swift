import Images
import Tensors
import Testing

@testable import Concepts

@Suite struct ConceptScoringTests {
  private func concept(_ id: String, center: [Float], threshold: Float) -> Concept {
    Concept(
      id: id, name: id, classIndex: 0, rank: 1, center: center, threshold: threshold, patches: [], size: 1,
      tcav: TCAVSummary(mean: 1, standardDeviation: 0, pValue: nil, effect: 0, scores: []), cavAccuracy: 1, cavs: [])
  }

  private func patches(_ embeddings: [[Float]]) -> [EmbeddedPatch] {
    embeddings.map {
      EmbeddedPatch(
        box: Box(x: 0, y: 0, width: 1, height: 1), mask: Mask(width: 1, height: 1, contains: [true]), embedding: $0)
    }
  }

  @Test func presenceFallsWithTheDistanceOfTheNearestPatch() throws {
    let scoring = ConceptScoring(concepts: [
      concept("a", center: [0, 0], threshold: 2), concept("b", center: [3, 4], threshold: 2),
      concept("c", center: [0, 10], threshold: 2),
    ])
    let found = try scoring.presences(among: patches([[3, 4], [0, 2]]))
    #expect(found.map(\.patch) == [1, 0, 0])
    #expect(found.map(\.distance) == [2, 0, Float(45).squareRoot()])
    #expect(found.map(\.isDetected) == [true, true, false])
    #expect(found[0].score == 0.5 && found[1].score == 1 && abs(found[2].score - 4.0 / 49) < 1e-6)
  }

  @Test func imagesWithoutPatchesShowNothing() throws {
    let scoring = ConceptScoring(
      concepts: [concept("a", center: [0, 0], threshold: 2)],
      dictionary: ConceptDictionary(
        components: Tensor(shape: [1, 2], elements: [1, 0]), entries: [.init(concept: "a", component: 0, reference: 1)])
    )
    for embeddings: [[Float]] in [[], [[1, 2, 3]]] {
      let found = try scoring.presences(among: patches(embeddings))
      #expect(found.map(\.patch) == [nil] && found.map(\.score) == [0] && found.map(\.isDetected) == [false])
    }
    let exact = ConceptScoring(concepts: [concept("a", center: [0, 0], threshold: 0)])
    #expect(try exact.presences(among: patches([[0, 0]])).map(\.score) == [1])
    #expect(try exact.presences(among: patches([[0, 1]])).map(\.score) == [0])
  }

  @Test func coefficientsAgreeWithNonNegativeLeastSquares() throws {
    let cases: [Golden.Coefficients] = try Golden.load("coefficients")
    for golden in cases {
      let dimensions = golden.points.count / golden.rows
      let components = Tensor(shape: [golden.components, dimensions], elements: golden.dictionary)
      let points = Tensor(shape: [golden.rows, dimensions], elements: golden.points)
      let mine = try NonnegativeFactorization.coefficients(of: points, components: components)
      #expect(mine.elements.allSatisfy { $0 >= 0 })
      let product = LinearAlgebra.product(mine, components)
      for row in 0..<golden.rows {
        let (own, target) = (product[row: row].elements, points[row: row].elements)
        let residual = zip(own, target).reduce(0.0) { $0 + Double($1.0 - $1.1) * Double($1.0 - $1.1) }.squareRoot()
        let scale = Double(LinearAlgebra.norm(target))
        #expect(residual <= golden.residuals[row] + 2e-3 * scale, "\(residual) against \(golden.residuals[row])")
      }
      // With fewer components than dimensions the coefficients themselves are determined.
      guard golden.components < dimensions else { continue }
      let largest = golden.coefficients.max() ?? 1
      #expect(zip(mine.elements, golden.coefficients).allSatisfy { abs($0 - $1) < 0.01 * largest })
    }
  }

  @Test func componentsOfSignedEmbeddingsAreTwiceAsLong() throws {
    // +x is one component, −x the other.
    let dictionary = ConceptDictionary(
      components: Tensor(shape: [2, 4], elements: [1, 0, 0, 0, 0, 0, 1, 0]),
      entries: [.init(concept: "a", component: 0, reference: 1), .init(concept: "b", component: 1, reference: 1)])
    #expect(dictionary.fits(width: 2) && dictionary.isConsistent)
    let found = try dictionary.coefficients(of: Tensor(shape: [2, 2], elements: [3, 5, -2, 0]))
    #expect(found == [[3, 0], [0, 2]])
    let scoring = ConceptScoring(
      concepts: [concept("a", center: [0, 0], threshold: 1), concept("b", center: [0, 0], threshold: 1)],
      dictionary: dictionary)
    let presences = try scoring.presences(among: patches([[3, 5], [-2, 0]]))
    #expect(presences.map(\.patch) == [0, 1] && presences.map { $0.coefficient?.value } == [3, 2])
    #expect(presences.allSatisfy(\.isDetected) && abs(presences[0].score - 0.9) < 1e-6)
  }

  @Test func sensitivityIsTheMeanDerivative() throws {
    let found = try #require(ConceptSensitivity(pooledGradient: [1, -2], vectors: [[1, 0], [0, 1], [0.5, 0]]))
    #expect(abs(found.mean - (1 - 2 + 0.5) / 3) < 1e-9 && abs(found.positiveShare - 2.0 / 3) < 1e-9)
    #expect(abs(found.standardDeviation - 1.6073) < 1e-3)
    #expect(ConceptSensitivity(pooledGradient: [1, -2], vectors: []) == nil)
    #expect(ConceptSensitivity(pooledGradient: [1, -2], vectors: [[1]]) == nil)
  }
}
