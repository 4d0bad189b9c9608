import Testing

@testable import Concepts

@Suite struct ConceptIdentityTests {
  private func concept(_ id: String, _ name: String, at center: [Float], threshold: Float = 10) -> Concept {
    Concept(
      id: id, name: name, classIndex: 3, rank: 1, center: center, threshold: threshold, patches: [], size: 0,
      tcav: TCAVSummary(mean: 1, standardDeviation: 0, pValue: nil, effect: 1, scores: []), cavAccuracy: 1, cavs: [])
  }

  private func names(
    of centers: [[Float]], among existing: [Concept], threshold: Float = 10
  ) -> [(id: String, name: String)] {
    ConceptIdentity(existing: existing, classIndex: 3, className: "bus", layer: "relu")
      .assign(centers.map { .init(center: $0, threshold: threshold) })
  }

  @Test func freshConceptsAreNumberedAndTheirIdsFollowFromTheCenter() {
    let first = names(of: [[0, 0], [1, 1]], among: [])
    #expect(first.map(\.name) == ["bus 1", "bus 2"])
    #expect(first[0].id.hasPrefix("3-") && first[0].id != first[1].id)
    #expect(names(of: [[0, 0]], among: [])[0].id == first[0].id)
  }

  @Test func aConceptFoundAgainKeepsWhatItWasCalled() {
    let existing = [concept("a", "wheel", at: [0, 0]), concept("b", "bus 1", at: [5, 0])]
    let found = names(of: [[5.2, 0], [0.1, 0], [2, 0]], among: existing)
    #expect(found.map(\.id).prefix(2) == ["b", "a"])
    #expect(
      found.map(\.name) == ["bus 1", "wheel", "bus 2"], "a third one is nobody's nearest, though within thresholds")
  }

  @Test func eitherThresholdCanRefuse() {
    let existing = [concept("a", "wheel", at: [0, 0], threshold: 1)]
    #expect(names(of: [[2, 0]], among: existing)[0].id != "a")
    #expect(names(of: [[0.5, 0]], among: existing, threshold: 0.1)[0].id != "a")
    #expect(names(of: [[0.5, 0]], among: existing)[0].id == "a")
  }

  @Test func conceptsOfAnotherLayerAreNotCompared() {
    let existing = [concept("a", "wheel", at: [0, 0, 0])]
    #expect(names(of: [[0, 0]], among: existing)[0].id != "a")
  }

  @Test func anIdThatIsTakenIsNotGivenTwice() {
    let id = names(of: [[9, 9]], among: [])[0].id
    let moved = [concept(id, "bus 1", at: [-50, -50])]
    let found = names(of: [[9, 9]], among: moved)
    #expect(found[0].id == id + "-2" && found[0].name == "bus 2")
  }
}
