import Testing

@testable import Structure

@Suite struct VerificationTests {
  private func check(_ masked: [Float], _ contribution: Float, output: Int = 0) -> Verification {
    Verification(
      classIndices: [1, 3, 4], output: output, logits: [0, 5, 0, 2, 2], maskedLogits: masked,
      contribution: contribution)
  }

  @Test func aSupportingConceptLowersTheMarginWhenMasked() {
    let lowered = check([0, 3, 0, 2, 2], 1)
    #expect(lowered.agrees && lowered.logitChange == -2 && lowered.marginChange == -2)
    #expect(!check([0, 3, 0, 2, 2], -1).agrees)
    #expect(check([0, 6, 0, 2, 2], -1).agrees)
    #expect(!check([0, 6, 0, 2, 2], 1).agrees)
    // Every logit falls by 1: the margin stays, and neither sign is confirmed.
    let all = check([0, 4, 0, 1, 1], 1)
    #expect(all.logitChange == -1 && all.marginChange == 0 && !all.agrees)
    // The class's logit falls, the others' fall more.
    #expect(!check([0, 4, 0, 0, 0], 1).agrees && check([0, 4, 0, 0, 0], -1).agrees)
    // Classes outside the graph do not count.
    #expect(check([9, 3, 9, 2, 2], 1).marginChange == -2)
  }

  @Test func nothingIsConfirmedWithoutASign() {
    #expect(!check([0, 3, 0, 2, 2], 0).agrees)
    #expect(!check([0, .nan, 0, 2, 2], 1).agrees)
    #expect(!check([], 1).agrees)
    #expect(!check([0, 3, 0, 2, 2], 1, output: 9).agrees)
    #expect(Verification(classIndices: [0], output: 0, logits: [1], maskedLogits: [0], contribution: 1).agrees)
  }
}
