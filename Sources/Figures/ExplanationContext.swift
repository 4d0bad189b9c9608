import Foundation
import Reports
import Structure

/// Makes one explanation's values ready for its template.
struct ExplanationContext {
  typealias Values = ReportTemplates.Values

  var figure: ExplanationFigure

  private static let mostRelations = 6

  private var report: ExplanationReport { figure.report }

  func values() throws -> Values {
    let title = ExplanationWords.title(of: report)
    let scale = figure.scale
    return [
      "title": title,
      "image": report.image,
      "summary": report.summary,
      "warnings": ExplanationWords.warnings(for: report),
      "figure": DataURI.make(try figure.render(as: .svg), as: .svg),
      "alt": title + " " + report.summary,
      "caption": report.verdict == nil
        ? "The concepts of each class on the image, with what they and the strongest relations contribute. "
          + "The tables below hold the same numbers."
        : "The concepts of each class on the image, what each is worth to the classifier, and its reaction as they are hidden. "
          + "The tables below hold the same numbers, and what the reasoning network predicts.",
      "outputs": report.prediction.map(output),
      "classes": report.explanations.map { classValues($0, scale) },
      "fidelity": ExplanationWords.fidelity(report.fidelity),
    ]
  }

  private func output(_ prediction: Prediction) -> Values {
    let score = report.graphScores.first { $0.className == prediction.label }?.score
    return [
      "name": prediction.label,
      "probability": NumberText.percent(prediction.probability),
      "logit": NumberText.significant(prediction.logit),
      "score": score.map(NumberText.significant) ?? "\u{2013}",
    ]
  }

  private func classValues(_ explanation: ExplanationReport.ClassExplanation, _ scale: DivergingScale) -> Values {
    let verified = explanation.nodes.contains { $0.verified != nil }
    var parts = explanation.nodes.map { node in
      var values = part("\(node.node.number). \(node.node.conceptName)", node.contribution, scale, verified)
      values["seen"] = node.node.detected ? "yes" : "no"
      if let check = node.verified { describe(check, in: &values) }
      return values
    }
    let sorted = explanation.edgesByStrength
    for edge in sorted.prefix(Self.mostRelations) {
      var values = part("Relation \(edge.from) \u{2192} \(edge.to)", edge.contribution, scale, verified)
      if let check = edge.verified { describe(check, in: &values) }
      parts.append(values)
    }
    let rest = sorted.dropFirst(Self.mostRelations)
    if !rest.isEmpty {
      parts.append(
        part("The other \(rest.count) relations", rest.reduce(0) { $0 + $1.contribution }, scale, verified))
    }
    for graph in explanation.otherGraphs where graph.className != explanation.className {
      parts.append(part("Graph of \(graph.className)", graph.contribution, scale, verified))
    }
    parts.append(part("Bias", explanation.bias, scale, verified))
    return [
      "heading": (explanation.isWhy ? "Why " : "Why not ") + explanation.className + "?",
      "name": explanation.className,
      "verified": verified,
      "measured": explanation.measured.map { measuredValues(of: $0, explanation) } ?? [],
      "parts": parts,
      "score": NumberText.significant(explanation.score),
    ]
  }

  /// What was measured: a row per concept and one for everything else.
  private func measuredValues(of measured: MeasuredReasons, _ explanation: ExplanationReport.ClassExplanation)
    -> [Values]
  {
    let evidence = measured.evidence
    let limit = max(abs(evidence.full), abs(evidence.everythingElse))
    func signed(_ value: Double) -> String { NumberText.signed(value, limit: limit) }
    func range(_ low: Double, _ high: Double) -> String { "\(signed(low)) to \(signed(high))" }
    func random(_ spread: MeasuredEvidence.Spread?) -> String {
      spread.map { "\(signed($0.mean)) (\(range($0.low, $0.high)))" } ?? ""
    }
    var rows: [Values] = explanation.nodes.map { node in
      [
        "name": "\(node.node.number). \(node.node.conceptName)",
        "effect": node.measured.map { signed($0.part.effect) } ?? (node.node.detected ? "not measured" : "not seen"),
        "range": node.measured.map { range($0.part.low, $0.part.high) } ?? "",
        "random": random(node.measured?.part.random),
        "p": node.measured?.part.p.map(NumberText.significant) ?? "",
        "removed": node.layerRemoval.map(signed) ?? "",
        "predicted": node.predictedEffect.map(signed) ?? "",
      ]
    }
    for (name, value) in [
      ("Everything else", evidence.everythingElse), ("With everything hidden", evidence.empty),
    ] {
      rows.append([
        "name": name, "effect": signed(value), "range": "", "random": "", "p": "", "removed": "", "predicted": "",
      ])
    }
    let margin = "Margin over " + ExplanationWords.joined(measured.against, by: "and")
    let names = Dictionary(
      explanation.nodes.map { ($0.node.number, $0.node.conceptName) }, uniquingKeysWith: { first, _ in first })
    let removals: [Values] = measured.removals.map { removal in
      [
        "name": "\(removal.concept). \(names[removal.concept] ?? "")", "left": signed(removal.margin),
        "choice": removal.className, "random": random(removal.random),
      ]
    }
    return [
      [
        "rows": rows, "margin": margin, "full": signed(evidence.full), "hasRemovals": !removals.isEmpty,
        "removals": removals,
        "remarks": [RelationSummary.text(for: explanation), LayerAgreement.text(for: explanation)].compactMap { $0 },
      ]
    ]
  }

  /// How the classifier reacts to masking: the change of the margin, its effect beyond that of random patches, and the
  /// verdict.
  private func describe(_ check: Verification, in values: inout Values) {
    values["change"] = NumberText.signed(check.marginChange, limit: abs(check.marginChange))
    if let control = check.control {
      let limit = max(abs(control.interval.lowerBound), abs(control.interval.upperBound))
      values["effect"] = [control.effect, control.interval.lowerBound, control.interval.upperBound]
        .map { NumberText.signed($0, limit: limit) }.enumerated()
        .map { [$1, " (\($1)", " to \($1))"][$0] }.joined()
    }
    values["verdict"] = check.verdict?.rawValue ?? (check.agrees ? "agrees" : "differs")
    values["verdictClass"] =
      switch check.verdict {
      case .undecided: "undecided"
      case .confirmed: "agrees"
      case .contradicted: "differs"
      case nil: check.agrees ? "agrees" : "differs"
      }
  }

  private func part(_ name: String, _ contribution: Double, _ scale: DivergingScale, _ verified: Bool) -> Values {
    let position = scale.position(contribution)
    return [
      "name": name,
      "seen": "",
      "contribution": NumberText.signed(contribution, limit: scale.limit),
      "left": String(format: "%.2f", 50 + min(0, position) * 50),
      "width": String(format: "%.2f", abs(position) * 50),
      "color": scale.color(contribution).css,
      "hasVerdict": verified,
      "change": "",
      "effect": "",
      "verdict": "",
      "verdictClass": "",
    ]
  }
}
