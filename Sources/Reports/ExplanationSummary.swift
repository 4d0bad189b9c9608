import Foundation
import Structure

/// The plain-English summary of an explanation, built from its numbers.
package enum ExplanationSummary {
  private static let reasons = 2
  /// Sentences, at most: the verdict, why, why not, and what masking showed.
  private static let mostSentences = 4
  /// Below this fidelity the verdict is a doubt.
  static let trustworthyAgreement = 0.8

  package static func text(for report: ExplanationReport) -> String { sentences(for: report).joined(separator: " ") }

  /// The sentences, whether the explanation can be believed first.
  package static func sentences(for report: ExplanationReport) -> [String] {
    if let verdict = report.verdict { return MeasuredSummary.sentences(for: report, verdict: verdict) }
    let checks = report.explanations.flatMap(\.nodes).compactMap(\.verified)
    let last = checks.isEmpty ? [] : [checked(checks)]
    let reasons = report.explanations.filter(\.isWhy) + report.nearestRivals
    let sentences = [verdict(of: report)] + reasons.map(reasoning)
    return sentences.prefix(mostSentences - last.count) + last
  }

  /// Whether the reasoning network's account can be believed: the first doubt of it, if any. All stand in the report.
  private static func verdict(of report: ExplanationReport) -> String {
    let choice = report.prediction.max { $0.logit < $1.logit }.map {
      "the classifier chooses \($0.label) (\(percent($0.probability)) among these classes)"
    }
    var doubts = report.localFidelity.cautions
    if report.fidelity.top1Agreement < trustworthyAgreement {
      doubts.append(
        "on held-out images the reasoning network agrees with the classifier on only "
          + percent(report.fidelity.top1Agreement))
    }
    doubts += report.doubts.map { doubt in
      doubt.prefix(1).lowercased() + (doubt.hasSuffix(".") ? doubt.dropFirst().dropLast() : doubt.dropFirst())
    }
    guard let doubt = doubts.first else { return "Predicted, not measured: \(choice ?? "nothing is chosen")." }
    return "Doubtful: \(choice.map { $0 + ", but " } ?? "")\(doubt)."
  }

  /// What speaks for a class and against it.
  private static func reasoning(_ explanation: ExplanationReport.ClassExplanation) -> String {
    let ranked = reasons(of: explanation)
    let supporting = ranked.filter { $0.contribution > 0 }.prefix(reasons)
    let opposing = ranked.reversed().filter { $0.contribution < 0 }.prefix(reasons)
    var clauses: [String] = []
    if !supporting.isEmpty { clauses.append("for it: \(list(supporting))") }
    if !opposing.isEmpty { clauses.append("against it: \(list(opposing))") }
    if clauses.isEmpty { clauses.append("none of its concepts or relations speaks for or against it") }
    let named = Array(supporting) + Array(opposing)
    if let other = strongestOther(of: explanation, named: named) { clauses.append(other) }
    if let missing = explanation.missingNames { clauses.append("not seen: \(missing)") }
    let question = (explanation.isWhy ? "Why " : "Why not ") + explanation.className
    return "\(question)? \(capitalised(clauses.joined(separator: "; ")))."
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

  package static func capitalised(_ text: String) -> String { text.prefix(1).uppercased() + text.dropFirst() }

  static func signed(_ value: Double) -> String { String(format: "%+.2f", value) }

  static func percent(_ share: Double) -> String { String(format: "%.0f %%", share * 100) }
}
