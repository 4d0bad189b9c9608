import Foundation
import Structure

/// The plain-English summary of an explanation, built from its numbers.
package enum ExplanationSummary {
  private static let reasons = 2
  /// Below this fidelity the summary contains a caution.
  static let trustworthyAgreement = 0.8

  package static func text(for report: ExplanationReport) -> String {
    if let verdict = report.verdict { return MeasuredSummary.text(for: report, verdict: verdict) }
    var sentences: [String] = []
    if let best = report.prediction.max(by: { $0.logit < $1.logit }) {
      sentences.append("The classifier predicts \(best.label) (\(percent(best.probability)) among these classes).")
    }
    for explanation in report.explanations {
      let name = explanation.className
      let ranked = reasons(of: explanation)
      let supporting = ranked.filter { $0.contribution > 0 }.prefix(reasons)
      let opposing = ranked.reversed().filter { $0.contribution < 0 }.prefix(reasons)
      var clauses: [String] = []
      if !supporting.isEmpty { clauses.append("for it: \(list(supporting))") }
      if !opposing.isEmpty { clauses.append("against it: \(list(opposing))") }
      if clauses.isEmpty { clauses.append("none of its concepts or relations speaks for or against it") }
      let named = Array(supporting) + Array(opposing)
      if let other = strongestOther(of: explanation, named: named) { clauses.append(other) }
      let missing = explanation.nodes.filter { !$0.node.detected }.map(\.node.conceptName)
      if !missing.isEmpty { clauses.append("not seen: \(missing.joined(separator: ", "))") }
      sentences.append(
        "\(explanation.isWhy ? "Why" : "Why not") \(name)? \(capitalised(clauses.joined(separator: "; "))).")
      let verdicts = explanation.nodes.compactMap(\.verified)
      if !verdicts.isEmpty {
        sentences.append(checked(verdicts))
      }
    }
    sentences += report.localFidelity.cautions.map { "Caution: \($0)." }
    if report.fidelity.top1Agreement < trustworthyAgreement {
      sentences.append(
        "Caution: on held-out images the reasoning network agrees with the classifier on only \(percent(report.fidelity.top1Agreement))."
      )
    }
    sentences += report.doubts.map { "Caution: " + $0.prefix(1).lowercased() + $0.dropFirst() }
    return sentences.joined(separator: " ")
  }

  /// The result of verification.
  private static func checked(_ checks: [Verification]) -> String {
    let agreeing = checks.filter(\.agrees).count
    let text =
      "Masking each concept in the image and asking the classifier again confirms \(agreeing) of \(checks.count) signs"
    let verdicts = checks.compactMap(\.verdict)
    guard !verdicts.isEmpty else { return text + "." }
    let decided = verdicts.filter { $0 != .undecided }.count
    guard decided > 0 else { return text + "; none has more effect than random patches of its shape." }
    let confirmed = verdicts.filter { $0 == .confirmed }.count
    return text
      + "; \(decided) \(decided == 1 ? "has" : "have") another effect than random patches of the same shape, "
      + (decided == 1 ? "\(confirmed == 1 ? "as" : "not as") claimed." : "\(confirmed) of these as claimed.")
  }

  struct Reason {
    var text: String
    var contribution: Double
  }

  /// Concepts and relations, from what supports the class most to what opposes it most.
  private static func reasons(of explanation: ExplanationReport.ClassExplanation) -> [Reason] {
    let names = Dictionary(
      explanation.nodes.map { ($0.node.number, $0.node.conceptName) }, uniquingKeysWith: { first, _ in first })
    let nodes = explanation.nodes.filter(\.node.detected).map { node in
      Reason(text: node.node.conceptName, contribution: node.contribution)
    }
    let edges = explanation.edges.map { edge in
      Reason(
        text: "the relation of \(names[edge.from] ?? "") to \(names[edge.to] ?? "")", contribution: edge.contribution)
    }
    return (nodes + edges).sorted { $0.contribution > $1.contribution }
  }

  /// The other class whose graph moves the score most, where it moves it more than any of `named` does.
  private static func strongestOther(
    of explanation: ExplanationReport.ClassExplanation, named: [Reason]
  ) -> String? {
    let strongest = explanation.otherGraphs.max { abs($0.contribution) < abs($1.contribution) }
    let largest = named.map { abs($0.contribution) }.max() ?? 0
    guard let strongest, abs(strongest.contribution) > largest else { return nil }
    return "what is seen of \(strongest.className) speaks \(strongest.contribution > 0 ? "for" : "against") it "
      + "(\(signed(strongest.contribution)))"
  }

  static func list(_ reasons: some Collection<Reason>) -> String {
    reasons.map { "\($0.text) (\(signed($0.contribution)))" }.joined(separator: " and ")
  }

  static func capitalised(_ text: String) -> String { text.prefix(1).uppercased() + text.dropFirst() }

  static func signed(_ value: Double) -> String { String(format: "%+.2f", value) }

  static func percent(_ share: Double) -> String { String(format: "%.0f %%", share * 100) }
}
