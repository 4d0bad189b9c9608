import Foundation
import Images
import Structure
import Testing

@testable import Evaluation
@testable import Figures

@Suite struct EvaluationPageTests {
  private func measure(_ name: String, _ values: [Double], _ group: EvaluationGroup) -> EvaluationMeasure {
    EvaluationMeasure(
      name: name, title: "Title of \(name) <b>", group: group, better: .higher, isShare: true, values: values,
      interval: 0.5...0.9, pValue: 0.02, sampleCount: 40)
  }

  private func report() -> EvaluationReport {
    let fidelity = Fidelity(top1Agreement: 0.6, spearman: 0.5, meanSquaredError: 0.1, imageCount: 40)
    let test = PairedComparison(agreementP: 0.5, marginP: 0.4, isBetter: true)
    let control = TrainingControl(
      kind: .randomConcepts, refits: 1, heldOut: fidelity, masked: fidelity, heldOutTest: test, maskedTest: test)
    let curves = EvaluationCurve.Order.allCases.map {
      EvaluationCurve(kind: .deletion, measure: .margin, order: $0, mean: [3, 1, -0.5], margin: [0.1, 0.2, 0.1])
    }
    return EvaluationReport(
      model: "m", modelName: "net <i>", layer: "last", classes: ["a & b", "c"], seeds: [0, 1], fittedCounts: [30, 30],
      heldOut: [["one.png"], ["<script>.png"]],
      measures: [measure("agreement.clean", [0.7, 0.9], .fidelity), measure("signs.all", [0.6], .signs)],
      curves: curves, controls: [[control], [control]],
      verdicts: [
        EvaluationVerdict(measure: "agreement.clean", threshold: 0.97, value: 0.8, isMet: false),
        EvaluationVerdict(measure: "signs.agreement", threshold: 0.5, value: nil, isMet: false),
      ], skipped: [SkippedImage(image: "x.png", reason: "damaged")], seconds: ["training": 2], notes: ["a note"],
      summary: "In short.")
  }

  @Test func everythingIsToldAndNothingIsMarkup() throws {
    let page = try EvaluationPage(report: report()).html()
    for text in [
      "How reliable are explanations of a &amp; b and c?", "In short.", "Title of agreement.clean &lt;b&gt;",
      "at least 97.0\u{a0}%", "80.0\u{a0}%", "not measured", "missed", "one.png", "&lt;script&gt;.png", "damaged",
      "a note",
      "In 2 of 2 runs the reasoning network does not clearly beat its control \u{201c}random concepts\u{201d}",
      "50.0\u{a0}% to 90.0\u{a0}%", "net &lt;i&gt;",
    ] {
      #expect(page.contains(text), "\(text)")
    }
    #expect(!page.contains("<script>") && !page.contains("<b>"))
    // Shares, controls, and curves of probability and margin.
    #expect(page.components(separatedBy: "data:image/svg+xml").count == 5)
  }

  @Test func whatWasNotMeasuredIsLeftOut() throws {
    var bare = report()
    (bare.measures, bare.curves, bare.controls, bare.verdicts) = ([], [], [], [])
    let page = try EvaluationPage(report: bare).html()
    #expect(!page.contains("data:image") && !page.contains("Required values") && page.contains("Every measure"))
  }

  @Test func axesHaveRoundSteps() {
    #expect(CurvePlot.roundStep(0.9) == 1 && CurvePlot.roundStep(1) == 1 && CurvePlot.roundStep(1.1) == 2)
    #expect(CurvePlot.roundStep(30) == 50 && abs(CurvePlot.roundStep(0.06) - 0.1) < 1e-12)
    #expect(CurvePlot.roundStep(0) == 1 && CurvePlot.roundStep(.nan) == 1)
  }
}
