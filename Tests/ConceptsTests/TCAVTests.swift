import Tensors
import Testing

@testable import Concepts

@Suite struct TCAVTests {
  @Test func scoresAreShares() {
    let gradients = Tensor(shape: [4, 2], elements: [1, 0, 1, 1, -1, 0, 2, -1])
    let responses = TCAV(gradients: gradients).responses(to: [[1, 0], [0, 1], [0, -1]])
    #expect(responses.scores == [0.75, 0.25, 0.25])
    #expect(responses.derivatives == [0.75, 0, 0])
    #expect(TCAV(gradients: gradients).responses(to: []).scores.isEmpty)
  }

  @Test func equalGradientsAreDegenerate() {
    #expect(TCAV(gradients: Tensor(shape: [3, 2], elements: [1, 2, 1, 2, 1, 2.0001])).isDegenerate)
    #expect(!TCAV(gradients: Tensor(shape: [3, 2], elements: [1, 2, 1, 2, 1, 2.1])).isDegenerate)
    #expect(!TCAV(gradients: Tensor(shape: [1, 2], elements: [1, 2])).isDegenerate)
    #expect(TCAV(gradients: Tensor(shape: [3, 2])).isDegenerate)
  }

  @Test func conceptsAreHeldAgainstChance() throws {
    let chance = TCAV.Responses(scores: [0.4, 0.5, 0.6, 0.5], derivatives: [-0.1, 0, 0.1, 0])
    let support = TCAVTest(
      TCAV.Responses(scores: [0.9, 1, 0.9, 1], derivatives: [2, 2.2, 1.9, 2.1]), chance: chance, graded: false)
    #expect(support.isSupporting)
    #expect(try #require(support.decisiveP) < 0.01)
    #expect(support.summary.pValue == support.decisiveP)
    #expect(abs(support.summary.mean - 0.95) < 1e-12)
    #expect(support.summary.effect > 20)
    let against = TCAVTest(
      TCAV.Responses(scores: [0.1, 0, 0.1, 0], derivatives: [-2, -2.2, -1.9, -2.1]), chance: chance, graded: false)
    #expect(!against.isSupporting)
    #expect(try #require(against.decisiveP) < 0.01)
  }

  @Test func constantScoresAreJudgedByTheDerivatives() throws {
    let chance = TCAV.Responses(scores: [1, 1, 1], derivatives: [0.1, 0.12, 0.09])
    let test = TCAVTest(TCAV.Responses(scores: [1, 1, 1], derivatives: [3, 3.1, 2.9]), chance: chance, graded: false)
    #expect(test.summary.pValue == nil)
    #expect(try #require(test.decisiveP) < 0.01)
    #expect(test.isSupporting)
  }

  @Test func theMeanHasAnInterval() throws {
    func interval(_ scores: [Double]) -> ClosedRange<Double>? {
      TCAVSummary(mean: 0, standardDeviation: 0, pValue: nil, effect: 0, scores: scores).confidenceInterval
    }
    // t(0.975, 3) = 3.182, s = 0.0816.
    let range = try #require(interval([0.4, 0.5, 0.6, 0.5]))
    #expect(abs(range.lowerBound - 0.3701) < 1e-3 && abs(range.upperBound - 0.6299) < 1e-3)
    #expect(interval([1, 1, 0.9])?.upperBound == 1, "a share is never above 1")
    #expect(interval([1, 1, 1]) == 1...1)
    #expect(interval([0.5]) == nil && interval([]) == nil)
  }

  @Test func whatAConceptIsJudgedByIsSaid() {
    let chance = TCAV.Responses(scores: [0.4, 0.5, 0.6], derivatives: [-0.1, 0, 0.1])
    let own = TCAV.Responses(scores: [0.9, 1, 0.9], derivatives: [2, 2.2, 1.9])
    #expect(TCAVTest(own, chance: chance, graded: false).measure == .scores)
    #expect(TCAVTest(own, chance: chance, graded: true).measure == .derivatives)
    let constant = TCAV.Responses(scores: [1, 1, 1], derivatives: [1, 2, 3])
    #expect(TCAVTest(constant, chance: constant, graded: false).measure == .derivatives)
  }

  @Test func nothingIsEverNaN() {
    let nothing = TCAV.Responses(scores: [], derivatives: [])
    let zero = TCAV.Responses(scores: [0, 0], derivatives: [0, 0])
    for (a, b) in [(nothing, nothing), (zero, zero), (zero, nothing), (nothing, zero)] {
      let test = TCAVTest(a, chance: b, graded: false)
      #expect(test.decisiveP == nil && test.summary.pValue == nil)
      #expect(test.summary.effect == 0 && test.summary.mean == 0 && test.summary.standardDeviation == 0)
    }
  }

  @Test func randomSetsAreDisjointWhereImagesSuffice() throws {
    let full = try RandomSets(imageCount: 1000, setCount: 20, size: 50, minimum: 10, seed: 0)
    #expect(full.note == nil)
    #expect(Set(full.sets.joined()).count == 1000)
    let shrunk = try RandomSets(imageCount: 500, setCount: 20, size: 50, minimum: 10, seed: 0)
    #expect(shrunk.sets.allSatisfy { $0.count == 25 })
    #expect(Set(shrunk.sets.joined()).count == 500)
    #expect(shrunk.note != nil)
    for sets in [full, shrunk] {
      #expect(sets.controls.count == 20)
      #expect(sets.controls.allSatisfy { Set($0.positives).isDisjoint(with: $0.negatives) })
    }
  }

  @Test func fewRandomImagesMakeOverlappingSets() throws {
    let sets = try RandomSets(imageCount: 30, setCount: 20, size: 50, minimum: 10, seed: 0)
    #expect(sets.sets.count == 20 && sets.sets.allSatisfy { Set($0).count == 15 })
    #expect(sets.controls.allSatisfy { Set($0.positives).isDisjoint(with: $0.negatives) && $0.positives.count == 15 })
    #expect(sets.note?.contains("overlap") == true)
    #expect(throws: DiscoveryError.tooFewRandomImages(found: 19, needed: 20)) {
      try RandomSets(imageCount: 19, setCount: 20, size: 50, minimum: 10, seed: 0)
    }
  }
}
