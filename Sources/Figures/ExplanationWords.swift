import Reports
import Structure

/// Sentences of figures and reports about an explanation.
enum ExplanationWords {
  /// Agreement with the classifier below this share makes an explanation doubtful.
  static let lowAgreement = 0.8
  /// Rank correlation with the classifier's outputs below this makes an explanation doubtful.
  static let lowCorrelation = 0.5

  /// "Why fire engine, and why not ambulance or school bus?"
  static func title(of report: ExplanationReport) -> String {
    let why = report.explanations.filter(\.isWhy).map(\.className)
    let whyNot = report.explanations.filter { !$0.isWhy }.map(\.className)
    let first = why.isEmpty ? "" : "Why " + joined(why, by: "and")
    let second = whyNot.isEmpty ? "" : (why.isEmpty ? "Why not " : ", and why not ") + joined(whyNot, by: "or")
    return first.isEmpty && second.isEmpty ? "Explanation" : first + second + "?"
  }

  /// A control's name in tables.
  static func name(of control: TrainingControlKind) -> String {
    control == .nodesOnly ? control.name : "control: " + control.name
  }

  /// "a", "a or b", "a, b or c".
  static func joined(_ words: [String], by conjunction: String) -> String {
    guard let last = words.last, words.count > 1 else { return words.first ?? "" }
    return words.dropLast().joined(separator: ", ") + " \(conjunction) " + last
  }

  /// One line on the fidelity of the reasoning network.
  static func fidelity(_ fidelity: Fidelity) -> String {
    "Fidelity on \(fidelity.imageCount) held-out image\(fidelity.imageCount == 1 ? "" : "s"): the reasoning network "
      + "names the classifier\u{2019}s class in \(NumberText.percent(fidelity.top1Agreement)) of them; rank correlation "
      + "of the classes\u{2019} margins \(NumberText.significant(fidelity.spearman)), mean squared error "
      + "\(NumberText.significant(fidelity.meanSquaredError))."
  }

  /// Whether a fidelity is too low to rely on, or unknown.
  static func isLow(_ fidelity: Fidelity) -> Bool {
    !(fidelity.top1Agreement >= lowAgreement) || !(fidelity.spearman >= lowCorrelation) || fidelity.imageCount < 1
  }

  /// Reasons to doubt the explanations of a reasoning network: once for all of its images.
  static func cautions(for reports: [ExplanationReport]) -> [String] {
    var cautions: [String] = []
    func add(_ caution: String) { if !cautions.contains(caution) { cautions.append(caution) } }
    for report in reports {
      if isLow(report.fidelity) {
        add(
          "Low fidelity: the reasoning network follows this classifier poorly, so read what it predicts with caution.")
      }
      report.doubts.forEach(add)
    }
    return cautions
  }

  /// Reasons to doubt the explanation of this image.
  static func warnings(for report: ExplanationReport) -> [String] {
    report.localFidelity.cautions.map { ExplanationSummary.capitalised($0) + "." }
  }
}
