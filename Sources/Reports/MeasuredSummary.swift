import Structure

/// The summary of an explanation that was measured: at most four short sentences, whether it can be believed first.
enum MeasuredSummary {
  private static let reasons = 2
  private static let rivals = 2
  /// Smaller effects would be printed as 0.
  private static let leastEffect = 0.005

  static func sentences(for report: ExplanationReport, verdict: Verdict) -> [String] {
    var sentences = [self.verdict(verdict, of: report)]
    sentences += report.explanations.filter(\.isWhy).map(why)
    return sentences + report.nearestRivals.prefix(rivals).map(whyNot)
  }

  /// What the concepts carry beside random regions, and what that means.
  private static func verdict(_ verdict: Verdict, of report: ExplanationReport) -> String {
    let why = report.explanations.first(where: \.isWhy)
    let (share, random) = (why?.measured?.evidence.share, why?.measured?.evidence.random)
    guard let share, let random else {
      return
        "Not explained: no concept of \(report.predictedClass), which the classifier predicts, is seen in the image."
    }
    let figures =
      "the concepts of \(report.predictedClass) carry \(ExplanationSummary.percent(share)) of the classifier's margin, "
      + "random regions on the object \(ExplanationSummary.percent(random.share)) (up to "
      + "\(ExplanationSummary.percent(random.high)))"
    switch verdict {
    case .supported: return "Supported: \(figures)."
    case .noBetterThanRandom: return "No better than random: \(figures)."
    case .lowFidelity:
      return "Measured, but not predicted: \(figures), and the reasoning network does not follow the classifier here."
    }
  }

  private static func why(_ explanation: ExplanationReport.ClassExplanation) -> String {
    var clauses = effects(of: explanation)
    if clauses.isEmpty { clauses.append("none of its concepts has an effect") }
    if let rest = explanation.measured?.evidence.everythingElse {
      clauses.append("everything else in the picture: \(ExplanationSummary.signed(rest))")
    }
    return "Why \(explanation.className)? \(ExplanationSummary.capitalised(clauses.joined(separator: "; ")))."
  }

  private static func whyNot(_ explanation: ExplanationReport.ClassExplanation) -> String {
    var clauses = effects(of: explanation)
    if let missing = explanation.missingNames { clauses.append("not seen: \(missing)") }
    if clauses.isEmpty { clauses.append("none of its concepts has an effect") }
    return "Why not \(explanation.className)? \(ExplanationSummary.capitalised(clauses.joined(separator: "; ")))."
  }

  /// The concepts with the largest effects for the class and against it.
  private static func effects(of explanation: ExplanationReport.ClassExplanation) -> [String] {
    let ranked = explanation.nodes.compactMap { node in
      node.measured.map { ExplanationSummary.Reason(text: node.node.conceptName, contribution: $0.part.effect) }
    }.filter { abs($0.contribution) >= leastEffect }.sorted { $0.contribution > $1.contribution }
    let supporting = ranked.filter { $0.contribution > 0 }.prefix(reasons)
    let opposing = ranked.reversed().filter { $0.contribution < 0 }.prefix(reasons)
    return (supporting.isEmpty ? [] : ["for it: \(ExplanationSummary.list(supporting))"])
      + (opposing.isEmpty ? [] : ["against it: \(ExplanationSummary.list(opposing))"])
  }
}

extension ExplanationReport {
  /// The classes that were not chosen, the one that came nearest first.
  var nearestRivals: [ClassExplanation] {
    let logits = Dictionary(prediction.map { ($0.label, $0.logit) }, uniquingKeysWith: { first, _ in first })
    return explanations.filter { !$0.isWhy }.enumerated().sorted {
      let (left, right) = (logits[$0.element.className] ?? -.infinity, logits[$1.element.className] ?? -.infinity)
      return left == right ? $0.offset < $1.offset : left > right
    }.map(\.element)
  }
}

extension ExplanationReport.ClassExplanation {
  /// Names of concepts that are not seen, at most.
  private static let mostMissing = 2

  /// The concepts that are not seen, in a few words; nil where all are.
  var missingNames: String? {
    let names = nodes.filter { !$0.node.detected }.map(\.node.conceptName)
    guard !names.isEmpty else { return nil }
    let rest = names.count - Self.mostMissing
    return names.prefix(Self.mostMissing).joined(separator: ", ") + (rest > 0 ? " and \(rest) more" : "")
  }
}
