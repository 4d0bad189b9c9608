import Testing

@testable import Figures

@Suite struct DivergingScaleTests {
  @Test func signBecomesColourMonotonically() {
    let scale = DivergingScale(values: [-0.3, 0.8])
    let values = (-100...100).map { Double($0) / 100 * scale.limit }
    let blueness = values.map { scale.color($0).blue - scale.color($0).red }
    for (left, right) in zip(blueness, blueness.dropFirst()) { #expect(right >= left) }
    #expect(scale.color(scale.limit).blue > scale.color(scale.limit).red + 0.3)
    #expect(scale.color(-scale.limit).red > scale.color(-scale.limit).blue + 0.3)
    let neutral = scale.color(0)
    #expect(neutral.red == neutral.green && neutral.green == neutral.blue && neutral.red > 0.95)
  }

  @Test func strengthDarkens() {
    let scale = DivergingScale(values: [1])
    for sign in [-1.0, 1] {
      let luminance = (0...20).map { scale.color(sign * Double($0) / 20).luminance }
      for (weak, strong) in zip(luminance, luminance.dropFirst()) { #expect(strong < weak) }
    }
  }

  private static let limits: [(values: [Double], limit: Double)] = [
    ([0.437, -0.2], 0.44), ([-3.01], 3.1), ([120], 120), ([], 1), ([0], 1), ([.nan, .infinity, -0.5], 0.5),
    ([1e-300], 1),
  ]

  @Test(arguments: limits) func theLimitIsTheLargestRoundedUp(values: [Double], limit: Double) {
    #expect(abs(DivergingScale(values: values).limit - limit) < 1e-9 * limit)
  }

  @Test func valuesThatAreNotFiniteAreNeutralOrClamped() {
    let scale = DivergingScale(values: [2])
    #expect(scale.position(.nan) == 0)
    #expect(scale.position(.infinity) == 1)
    #expect(scale.color(-.infinity) == scale.color(-2))
    #expect(DivergingScale(values: [.greatestFiniteMagnitude]).limit.isFinite)
  }

  @Test func textStandsOutOnEveryColour() {
    let scale = DivergingScale(values: [1])
    for step in -50...50 {
      let color = scale.color(Double(step) / 50)
      let (light, dark) = (
        max(color.luminance, color.contrasting.luminance), min(color.luminance, color.contrasting.luminance)
      )
      #expect((light + 0.05) / (dark + 0.05) >= 4.5)
    }
  }

  @Test func numbersCarryTheirSign() {
    #expect(NumberText.signed(0.421, limit: 0.8) == "+0.42")
    #expect(NumberText.signed(-0.421, limit: 0.8) == "\u{2212}0.42")
    #expect(NumberText.signed(-0.0001, limit: 0.8) == "0")
    #expect(NumberText.signed(.nan, limit: 1) == "n/a")
    #expect(NumberText.signed(-0.0042, limit: 0.005) == "\u{2212}0.0042")
    #expect(NumberText.unsigned(12.34, limit: 20) == "12.3")
    #expect(NumberText.percent(0.921) == "92.1\u{a0}%")
    #expect(NumberText.percent(.infinity) == "n/a")
  }
}
