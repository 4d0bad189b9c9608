import Images
import Tensors
import Testing

@testable import Structure

@Suite struct VerificationTests {
  /// Logits of three classes before: 5, 2, 2.
  private func check(_ masked: [Float], _ contribution: Double, output: Int = 0) -> Verification {
    Verification(
      change: LogitChange(before: [5, 2, 2], after: masked, output: output), contribution: contribution)
  }

  @Test func aSupportingConceptLowersTheMarginWhenMasked() {
    let lowered = check([3, 2, 2], 1)
    #expect(lowered.agrees && lowered.logitChange == -2 && lowered.marginChange == -2)
    #expect(!check([3, 2, 2], -1).agrees)
    #expect(check([6, 2, 2], -1).agrees)
    #expect(!check([6, 2, 2], 1).agrees)
    // Every logit falls by 1: the margin stays, and neither sign is confirmed.
    let all = check([4, 1, 1], 1)
    #expect(all.logitChange == -1 && all.marginChange == 0 && !all.agrees)
    // The class's logit falls, the others' fall more.
    #expect(!check([4, 0, 0], 1).agrees && check([4, 0, 0], -1).agrees)
  }

  @Test func nothingIsConfirmedWithoutASign() {
    #expect(!check([3, 2, 2], 0).agrees)
    #expect(!check([.nan, 2, 2], 1).agrees)
    #expect(!check([], 1).agrees)
    #expect(!check([3, 2, 2], 1, output: 9).agrees)
    #expect(Verification(change: LogitChange(before: [1], after: [0], output: 0), contribution: 1).agrees)
  }

  @Test func anEffectIsComparedWithThatOfRandomPatches() throws {
    // SciPy: t = −2 / (sd √(1 + 1/5)) = −11.547 with 4 degrees of freedom, p = 0.000321266; t.ppf(0.975, 4) = 2.776445.
    let controls = [0.1, -0.1, 0, 0.2, -0.2]
    let control = try #require(ControlComparison(change: -2, controls: controls))
    let error = control.standardDeviation * 1.2.squareRoot()
    #expect(abs(control.mean) < 1e-12 && abs(control.standardDeviation - 0.158_113_883) < 1e-9)
    #expect(abs(control.effect + 2) < 1e-12)
    #expect(abs(control.interval.upperBound - (-2 + 2.776_445_105 * error)) < 1e-6)
    #expect(abs(control.pValue - 0.000_321_266) < 1e-8)
    let change = LogitChange(logit: -2, margin: -2)
    #expect(Verification(change: change, contribution: 1, controls: controls).verdict == .confirmed)
    #expect(Verification(change: change, contribution: -1, controls: controls).verdict == .contradicted)
    #expect(Verification(change: change, contribution: 1, controls: [-5, 3, 0, -4, 2]).verdict == .undecided)
    #expect(Verification(change: change, contribution: 1).verdict == nil)
    #expect(ControlComparison(change: .nan, controls: controls) == nil)
    #expect(ControlComparison(change: 1, controls: [1]) == nil)
    #expect(ControlComparison(change: 1, controls: [1, 1, 1])?.pValue == 1)
  }

  @Test func randomPatchesHaveTheShapeAndLieElsewhere() {
    var mask = Mask(width: 20, height: 16)
    for y in 2..<6 { for x in 3..<8 where x != 5 || y != 3 { mask[x, y] = true } }
    var random = SeededRandom(seed: 1)
    let controls = ControlPatches.masks(like: mask, count: 12, random: &random)
    #expect(controls.count == 12)
    for control in controls {
      #expect(control.area == mask.area && control.width == 20 && control.height == 16)
      #expect(4 * control.intersectionArea(mask) <= mask.area)
    }
    var again = SeededRandom(seed: 1)
    #expect(ControlPatches.masks(like: mask, count: 12, random: &again) == controls)
    let whole = Mask(width: 4, height: 4, contains: [Bool](repeating: true, count: 16))
    #expect(ControlPatches.masks(like: whole, count: 5, random: &random).isEmpty)
    #expect(ControlPatches.masks(like: Mask(width: 4, height: 4), count: 5, random: &random).isEmpty)
  }
}
