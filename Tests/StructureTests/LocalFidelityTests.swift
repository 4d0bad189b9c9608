import Testing

@testable import Structure

/// How far an explanation of one image can be believed.
@Suite struct LocalFidelityTests {
  @Test func anAccountThatDoesNotFollowTheClassifierSaysSo() {
    let measured = LocalFidelity.Measured(
      outputs: [[2, 0, 0], [3, 0, 0], [1, 0, 0]], logits: [[2, 0, 0], [0, 3, 0], [4, 0, 0]])
    #expect(measured.pictures == 3 && abs(measured.top1Agreement - 2.0 / 3) < 1e-12)
    // The graph says up, then down; the classifier down, then up.
    #expect((measured.correlation ?? 0) < 0)
    let low = LocalFidelity(predicted: "van", graph: "van", measured: measured)
    #expect(low.isLow && low.cautions.count == 2)
    #expect(LocalFidelity(predicted: "van", graph: "bus", measured: nil).cautions.count == 1)
    #expect(LocalFidelity(predicted: "van", graph: "van", isAnySeen: false, measured: nil).isLow)
    #expect(!LocalFidelity(predicted: "van", graph: "van", measured: nil).isLow)
    let good = LocalFidelity.Measured(outputs: [[2, 0], [0, 1]], logits: [[4, 0], [1, 2]])
    #expect(!LocalFidelity(predicted: "van", graph: "van", measured: good).isLow)
  }
}
