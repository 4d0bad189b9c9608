import Fields
import Tensors
import Testing

@testable import Structure

@Suite struct EffectModelTests {
  /// Concepts of two classes, each with its own offset beside half of what removal takes, and noise.
  private static func evidence(_ count: Int, seed: UInt64, noise: Double = 0) -> [ConceptEvidence] {
    var random = SeededRandom(seed: seed, purpose: "effects")
    func draw() -> Double { Double(random.index(below: 2001)) / 1000 - 1 }
    return (0..<count).map { number in
      let (position, node) = (number % 2, number / 2 % 3)
      let removed = 2 * draw()
      return ConceptEvidence(
        position: position, node: node, effect: 0.5 * removed + offsets[position][node] + noise * draw(),
        removed: removed)
    }
  }
  private static let offsets = [[1.0, 0, -1], [0.5, 2, 0]]

  @Test func whatIsLinearIsFound() throws {
    let held = Self.evidence(60, seed: 2)
    let model = try #require(EffectModel(fitted: Self.evidence(1200, seed: 1), held: held, concepts: [3, 3]))
    #expect(abs(model.slope - 0.5) < 0.01)
    for (found, expected) in zip(model.offsets.joined(), Self.offsets.joined()) {
      #expect(abs(found - expected) < 0.06)
    }
    let fidelity = try #require(model.fidelity)
    #expect(fidelity.correlation > 0.99 && fidelity.sign > 0.9 && fidelity.count == 60)
    #expect(fidelity.meanCorrelation < fidelity.correlation && fidelity.meanCorrelation > 0.5)
    let predicted = try #require(model.effect(of: 1, at: 1, removed: 2))
    #expect(abs(predicted - 3) < 0.1)
  }

  /// With few sightings the slope alone speaks.
  @Test func rareConceptsHaveSmallOffsets() throws {
    let fitted = Self.evidence(200, seed: 1) + [ConceptEvidence(position: 0, node: 3, effect: 5, removed: 0)]
    let model = try #require(EffectModel(fitted: fitted, held: [], concepts: [5, 3]))
    #expect(model.offsets[0][3] > 0.5 && model.offsets[0][3] < 1.5 && model.offsets[0][4] == 0)
    #expect(model.fidelity == nil)
  }

  @Test func whatWasNotMeasuredIsNotPredicted() throws {
    #expect(EffectModel(fitted: Self.evidence(7, seed: 1), held: [], concepts: [3, 3]) == nil)
    #expect(EffectModel(fitted: Self.evidence(40, seed: 1), held: [], concepts: []) == nil)
    let model = try #require(EffectModel(fitted: Self.evidence(40, seed: 1), held: [], concepts: [3, 3]))
    #expect(model.effect(of: 3, at: 0, removed: 1) == nil && model.effect(of: 0, at: 2, removed: 1) == nil)
    // Nothing is ever removed: there is no slope to find.
    let still = (0..<10).map { _ in ConceptEvidence(position: 0, node: 0, effect: 1, removed: 0) }
    let flat = try #require(EffectModel(fitted: still, held: [], concepts: [1]))
    #expect(flat.slope == 1 && abs(flat.offsets[0][0] - 10.0 / 14) < 1e-9)
  }

  @Test func itIsKeptWhole() throws {
    let model = try #require(
      EffectModel(fitted: Self.evidence(40, seed: 1), held: Self.evidence(12, seed: 3), concepts: [3, 3]))
    #expect(model.fidelity != nil)
    #expect(try EffectModel(archived: model.archived()) == model)
  }
}
