import Evaluation
import Structure

/// An evaluation as one HTML file: a summary in a few sentences, plots, and a table of every measure. As `HTMLReport`,
/// it refers to nothing outside itself and escapes every text.
package struct EvaluationPage: Sendable {
  package var report: EvaluationReport

  package init(report: EvaluationReport) { self.report = report }

  /// The file's text, to be written as UTF-8.
  ///
  /// Throws `DrawingError` where a plot cannot be drawn.
  package func html() throws -> String {
    try ReportTemplates.page(title: title, body: "evaluation", values: try values())
  }

  private typealias Values = ReportTemplates.Values

  private var title: String {
    "How reliable are explanations of \(ExplanationWords.joined(report.classes, by: "and"))?"
  }

  private func values() throws -> Values {
    let shares = sharePlot()
    let controls = controlPlot()
    let curves = try EvaluationCurve.Measure.allCases.map { measure in
      DataURI.make(try CurvePlot(report.curves, of: measure, description: report.summary).svg(), as: .svg)
    }
    return [
      "title": title, "summary": report.summary,
      "hasVerdicts": !report.verdicts.isEmpty, "verdicts": report.verdicts.map(verdict),
      "hasShares": !shares.rows.isEmpty,
      "shares": try shares.rows.isEmpty ? "" : DataURI.make(shares.svg(), as: .svg),
      "sharesAlt": Self.alternative(shares),
      "hasControls": controls.rows.count > 1,
      "controls": try controls.rows.count > 1 ? DataURI.make(controls.svg(), as: .svg) : "",
      "controlsAlt": Self.alternative(controls), "doubts": doubts(),
      "hasCurves": !report.curves.isEmpty,
      "curves": report.curves.isEmpty ? [] : curves,
      "curvesAlt": "Mean probability and margin of the class as its concepts are masked and put back. "
        + report.summary,
      "measures": report.measures.map(row), "severalRuns": report.seeds.count > 1, "facts": facts(),
      "heldOut": zip(report.classes, report.heldOut).map { ["name": $0, "images": $1] as Values },
      "hasSkipped": !report.skipped.isEmpty,
      "skipped": report.skipped.map { ["image": $0.image, "reason": $0.reason] },
      "notes": report.notes,
      "seconds": report.seconds.sorted { $0.key < $1.key }.map {
        ["stage": $0.key, "seconds": NumberText.decimal($0.value, 1)]
      },
    ]
  }

  private func verdict(_ verdict: EvaluationVerdict) -> Values {
    let measure = report.measures.first { $0.name == verdict.measure }
    let isShare = measure?.isShare ?? false
    let bound = measure?.better == .lower ? "at most " : "at least "
    return [
      "title": measure?.title ?? verdict.measure, "name": verdict.measure,
      "asked": bound + Self.text(verdict.threshold, isShare: isShare),
      "value": verdict.value.map { Self.text($0, isShare: isShare) } ?? "not measured",
      "verdict": verdict.isMet ? "met" : "missed", "verdictClass": verdict.isMet ? "agrees" : "differs",
    ]
  }

  private func row(_ measure: EvaluationMeasure) -> Values {
    [
      "title": measure.title, "name": measure.name, "mean": Self.text(measure.mean, isShare: measure.isShare),
      "deviation": measure.standardDeviation.map { "\u{b1} " + Self.text($0, isShare: measure.isShare) } ?? "",
      "interval": measure.interval.map {
        Self.text($0.lowerBound, isShare: measure.isShare) + " to " + Self.text($0.upperBound, isShare: measure.isShare)
      } ?? "",
      "p": measure.pValue.map(NumberText.significant) ?? "", "count": "\(measure.sampleCount)",
      "better": measure.better == .higher ? "\u{2191}" : "\u{2193}",
    ]
  }

  private static func text(_ value: Double, isShare: Bool) -> String {
    isShare ? NumberText.percent(value) : NumberText.significant(value)
  }

  /// Shares that measure explanations; `controlPlot` compares with controls.
  private func sharePlot() -> SharePlot {
    let groups: Set<EvaluationGroup> = [.fidelity, .signs, .locality, .stability]
    let measures = report.measures.filter { $0.isShare && groups.contains($0.group) && $0.better == .higher }
    return SharePlot(
      title: "What held-out images say", description: report.summary,
      rows: measures.map { measure in
        .init(
          name: measure.title, mean: measure.mean, interval: measure.interval, values: measure.values,
          threshold: report.verdicts.first { $0.measure == measure.name }?.threshold, color: PlotColors.own)
      })
  }

  /// Agreement with the classifier of the training and of each control, mean over the runs.
  private func controlPlot() -> SharePlot {
    var rows: [SharePlot.Row] = []
    if let own = report.measures.first(where: { $0.name == "agreement.clean" }) {
      rows.append(
        .init(
          name: "the reasoning network", mean: own.mean, interval: own.interval, values: own.values,
          color: PlotColors.own))
    }
    for kind in TrainingControlKind.allCases {
      let values = report.controls.flatMap { $0.filter { $0.kind == kind } }.map(\.heldOut.top1Agreement)
      guard !values.isEmpty else { continue }
      rows.append(
        .init(
          name: ExplanationWords.name(of: kind), mean: values.reduce(0, +) / Double(values.count), interval: nil,
          values: values, color: kind == .nodesOnly ? PlotColors.other : PlotColors.random))
    }
    return SharePlot(title: "Agreement with the classifier, and that of controls", description: "", rows: rows)
  }

  /// What to conclude from controls that are not clearly beaten in every run.
  private func doubts() -> [String] {
    TrainingControlKind.allCases.compactMap { kind in
      let runs = report.controls.compactMap { $0.first { $0.kind == kind } }
      let doubtful = runs.filter { !$0.isClearlyBeaten }
      guard !doubtful.isEmpty else { return nil }
      return "In \(doubtful.count) of \(runs.count) runs the reasoning network does not clearly beat its control "
        + "\u{201c}\(kind.name)\u{201d}: " + kind.meaning + "."
    }
  }

  private func facts() -> [Values] {
    let counts = zip(report.classes, zip(report.fittedCounts, report.heldOut)).map {
      "\($0): \($1.0) used, \($1.1.count) held out"
    }
    let facts = [
      ("Network", report.modelName), ("Layer", report.layer), ("Images", counts.joined(separator: "; ")),
      ("Seeds", report.seeds.map(String.init).joined(separator: ", ")),
    ]
    return facts.map { ["name": $0.0, "value": $0.1] }
  }

  private static func alternative(_ plot: SharePlot) -> String {
    plot.title + ": " + plot.rows.map { "\($0.name) \(NumberText.percent($0.mean))" }.joined(separator: ", ")
  }
}
