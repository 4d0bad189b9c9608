import Testing

@testable import Concepts

@Suite struct ConceptStabilityTests {
  private func concept(_ center: [Float], rank: Int, threshold: Float = 1) -> Concept {
    Concept(
      id: "\(rank)", name: "\(rank)", classIndex: 0, rank: rank, center: center, threshold: threshold, patches: [],
      size: 1, tcav: TCAVSummary(mean: 1, standardDeviation: 0, pValue: nil, effect: 0, scores: []), cavAccuracy: 1,
      cavs: [])
  }

  @Test func theSameConceptsInAnotherOrderAreTheSame() {
    let first = [concept([1, 0, 0], rank: 1), concept([0, 2, 0], rank: 2)]
    let second = [concept([0, 2, 0], rank: 1), concept([1, 0, 0], rank: 2), concept([0, 0, 1], rank: 3)]
    let stability = ConceptStability(first, second)
    #expect(stability.cosines == [1, 1] && stability.same == 2 && stability.possible == 2)
    #expect(stability.otherCosines == [0, 0, 0, 0])
    // Of the most important each, only what both have there.
    let leading = ConceptStability(first, second, top: 1)
    #expect(leading.same == 0 && leading.possible == 1 && leading.cosines == [0])
  }

  @Test func whatLiesBeyondAThresholdIsAnother() {
    let near = ConceptStability([concept([1, 0], rank: 1)], [concept([3, 0], rank: 1, threshold: 5)])
    #expect(near.cosines == [1] && near.same == 0)
    #expect(
      ConceptStability([concept([1, 0], rank: 1, threshold: 5)], [concept([3, 0], rank: 1, threshold: 5)]).same == 1)
    #expect(ConceptStability([], [concept([1], rank: 1)]).possible == 0)
    #expect(ConceptStability([concept([0, 0], rank: 1)], [concept([1, 0], rank: 1)]).cosines == [0])
  }
}
