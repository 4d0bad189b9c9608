import Structure
import Testing

/// A network that version 1 trained must not be found again by a request with an option that version 1 did not have.
@Suite struct LaterOptionTests {
  private func text(_ options: ControlOptions, knowing names: [String]) -> String {
    ControlOptions.fields.swiftText(
      of: options, defaults: ControlOptions(), type: "Options", names: names, wordTypes: [:])
  }

  @Test func anOptionThatCameLaterCountsWhereItIsNotItsDefault() {
    var changed = ControlOptions()
    changed.controls += 1
    #expect(text(ControlOptions(), knowing: []) == "Options()")
    #expect(text(changed, knowing: []) == "Options(controls: 2)")
    #expect(text(ControlOptions(), knowing: ["controls"]) == "Options(controls: 1)")
  }
}
