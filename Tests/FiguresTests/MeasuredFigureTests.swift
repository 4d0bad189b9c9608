import Drawing
import Testing

@testable import Figures
@testable import Reports
@testable import Structure

/// Pictures and sentences of explanations that were measured.
@Suite struct MeasuredFigureTests {
  static let samples: [SampleReport] = {
    var samples: [SampleReport] = []
    for classes in 1...6 {
      for concepts in [1, 4, 8] {
        samples.append(
          SampleReport(
            classes: classes, concepts: concepts, imageWidth: classes % 2 == 0 ? 300 : 60, imageHeight: 60,
            seed: UInt64(classes * 10 + concepts), unseen: [0.2, 0, 1][classes % 3], crowded: concepts == 4,
            measured: true))
      }
    }
    return samples
  }()

  @Test func textsNeverOverlap() {
    for sample in Self.samples {
      let texts = sample.figure.layout().texts
      for (index, text) in texts.enumerated() {
        for other in texts[(index + 1)...] {
          #expect(
            !text.frame.expanded(by: -0.01).intersects(other.frame), "\(text.text) overlaps \(other.text) in \(sample)")
        }
      }
    }
  }

  @Test func onlyWhatWasMeasuredIsDrawn() throws {
    for sample in Self.samples {
      let layout = sample.figure.layout()
      for (panel, explanation) in zip(layout.panels, sample.report.explanations) {
        #expect(panel.stage.arrows.isEmpty && panel.relations.isEmpty, "relations are predicted")
        let all = explanation.nodes.filter { $0.measured != nil }
        // At most four, those with the largest effects; the others are named.
        let seen = all.sorted { abs(explanation.shown($0)) > abs(explanation.shown($1)) }.prefix(4)
        let drawn = panel.rows.filter(\.detected).map(\.number)
        #expect(Set(drawn) == Set(seen.map(\.node.number)) && drawn == drawn.sorted())
        let words = panel.sum.map(\.text).joined(separator: " ")
        #expect(all.count <= 4 || words.contains("Also seen: "))
        #expect(panel.stage.patches.count == seen.count && panel.stage.patches.allSatisfy { $0.lines.count == 1 })
        #expect(panel.stage.pills.count <= seen.count, "what is not seen has no number")
        #expect(panel.rows.filter(\.detected).count == seen.count)
      }
      #expect(try sample.figure.render(as: .png).starts(with: [0x89, 0x50]))
    }
  }

  /// More concepts may be seen than are measured one by one.
  @Test func whatIsSeenAndNotMeasuredIsNotCalledMissing() throws {
    var figure = SampleReport(classes: 2, concepts: 5, unseen: 0, measured: true).figure
    let missing = figure.report.explanations[1].nodes[4].node.conceptName + " (the fifth)"
    figure.report.explanations[1].nodes[4].node.conceptName = missing
    figure.report.explanations[1].nodes[4].measured = nil
    func words() throws -> (summary: String, page: String) {
      figure.report.summary = ExplanationSummary.text(for: figure.report)
      return (figure.report.summary, try HTMLReport.explanationPage(figure))
    }
    #expect(try !words().summary.contains(missing) && words().page.contains(">not measured<"))
    #expect(try !words().page.contains(">not seen<"))
    figure.report.explanations[1].nodes[4].node.detected = false
    #expect(try words().summary.contains("not seen: \(missing)") && !words().page.contains(">not measured<"))
  }

  @Test func theVerdictComesFirst() throws {
    let report = SampleReport(unseen: 0, measured: true).report
    let evidence = try #require(report.explanations[0].measured?.evidence)
    for (share, verdict, words) in [
      (0.9, Verdict.supported, "Supported: "), (0.01, .noBetterThanRandom, "No better than random: "),
    ] {
      var told = report
      let effects = evidence.parts.count
      for place in 0..<effects {
        told.explanations[0].measured?.evidence.parts[place]?.effect =
          share * (evidence.full - evidence.empty) / Double(effects)
      }
      told.explanations[0].measured?.evidence.random = .init(share: 0.1, low: 0.05, high: 0.3, p: 0.01)
      told.localFidelity.cautions = []
      #expect(told.verdict == verdict)
      let text = ExplanationSummary.text(for: told)
      #expect(text.hasPrefix(words), "\(text)")
      #expect(text.contains("Why fire engine? ") && text.contains("everything else in the picture: +3.00"))
      told.localFidelity.cautions = ["it does not follow"]
      #expect(told.verdict == (verdict == .supported ? .lowFidelity : .noBetterThanRandom))
    }
    let unseen = SampleReport(unseen: 1.1, measured: true).report
    #expect(unseen.verdict == .noBetterThanRandom && ExplanationSummary.text(for: unseen).hasPrefix("Not explained: "))
    #expect(SampleReport().report.verdict == nil)
  }
}
