import Drawing
import Engine
import Images
import Reports
import Testing

@testable import Figures
@testable import Structure

@Suite struct EditingFigureTests {
  private let image = RGBImage(width: 320, height: 200, filledWith: (90, 140, 120))

  private func side(_ name: String, _ score: Double) -> ComparisonReport.Side {
    ComparisonReport.Side(
      model: "m", graphModel: "g", image: "a.png", className: name, score: score,
      prediction: Prediction(index: 0, label: name, probability: 0.5, logit: score),
      fidelity: Fidelity(top1Agreement: 0.9, spearman: 0.8, meanSquaredError: 0.01, imageCount: 30))
  }

  private func comparison(rows: Int) -> ComparisonReport {
    let differences = (0..<rows).map { row in
      let concepts = (0...(row % 2)).map { (id: "c\(row + $0)", name: "a concept with quite a long name \(row + $0)") }
      return ComparisonReport.Difference(
        className: "van", concepts: concepts, isSeen: (true, row == 3 ? nil : false), left: Double(rows - row) / 3,
        right: row == 3 ? nil : -Double(row))
    }
    return ComparisonReport(
      left: side("van", 3), right: side("bus", -1), differences: differences, remainder: (0.5, 0.25),
      summary: String(repeating: "What speaks for van is said here in words. ", count: 6))
  }

  @Test(arguments: [0, 1, 5, 40]) func noTextsOfAComparisonOverlap(rows: Int) {
    let figure = ComparisonFigure(
      report: comparison(rows: rows), images: (image, image), exemplars: ["c0": [image]])
    let layout = figure.layout()
    #expect(layout.rows.count == min(rows, figure.maxRows))
    let page = Rect(x: 0, y: 0, width: layout.width, height: layout.height)
    for (index, text) in layout.texts.enumerated() {
      #expect(page.contains(text.frame), "\(text.text)")
      for other in layout.texts[(index + 1)...] {
        #expect(!text.frame.expanded(by: -0.5).intersects(other.frame), "\(text.text) | \(other.text)")
      }
    }
    for bar in layout.rows.flatMap(\.bars) {
      for text in layout.texts { #expect(!bar.axis.intersects(text.frame), "\(text.text)") }
    }
  }

  @Test func aMeasuredComparisonShowsWhatWasMeasured() {
    func reasons(_ rest: Double) -> MeasuredReasons {
      MeasuredReasons(
        evidence: MeasuredEvidence(
          parts: [], against: [1], full: 4, empty: 0, everythingElse: rest, passes: 9), classes: ["van", "bus"])
    }
    var report = comparison(rows: 6)
    (report.left.measured, report.right.measured) = (reasons(1.25), reasons(-0.5))
    report.differences[2].measured = .init(left: 2, right: nil)
    report.differences[4].measured = .init(left: nil, right: 0.5)
    let figure = ComparisonFigure(report: report, images: (image, image), exemplars: [:])
    let layout = figure.layout()
    #expect(layout.rows.map(\.conceptID) == ["c2", "c4"])
    #expect(layout.rows.map { $0.bars.map(\.contribution) } == [[2, 2], [0.5, -0.5]])
    #expect(
      layout.texts.contains { $0.text.contains("1.25") } && layout.texts.contains { $0.text == "worth on the left" })
    let summary = ComparisonSummary.text(for: report)
    #expect(summary.hasPrefix("The classifier puts van before bus by +4.00."))
    #expect(summary.contains("speaks for van: a concept with quite a long name 2 (+2.00)."))
    #expect(summary.contains("speaks for bus: a concept with quite a long name 4 (-0.50)."))
  }

  @Test(arguments: PictureFormat.allCases) func aComparisonIsDrawnInEveryFormat(format: PictureFormat) throws {
    let figure = ComparisonFigure(
      report: comparison(rows: 6), images: (image, image), exemplars: ["c0": [image]])
    let bytes = try figure.render(as: format)
    #expect(bytes.count > 2000)
    #expect(try figure.render(as: format) == bytes)
  }
}
