import Testing

@testable import Structure

@Suite struct CorrectionTrialTests {
  @Test func aCorrectionIsTheTrueClassChosen() {
    let trial = CorrectionTrial(before: [1, 3, 0], substituted: [4, 2, 3], random: [1, 2, 0], truth: 0, chosen: 1)
    #expect(trial.corrects && !trial.randomCorrects)
    // The true class's lead rises from -2 to 2.
    #expect(trial.marginChange == 4)
    let third = CorrectionTrial(before: [1, 3, 0], substituted: [4, 2, 5], random: [9, 2, 0], truth: 0, chosen: 1)
    #expect(!third.corrects && third.marginChange == 4 && third.randomCorrects)
  }

  @Test func ofEqualValuesTheFirstIsChosen() {
    #expect(ClassChoice.position(in: [1, 3, 3]) == 1)
    #expect(ClassChoice.position(in: [Float]()) == nil)
  }
}
