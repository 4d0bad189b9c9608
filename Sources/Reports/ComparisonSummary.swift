import Foundation

/// The plain-English summary of a comparison, built from its numbers.
package enum ComparisonSummary {
  private static let named = 2

  package static func text(for report: ComparisonReport) -> String {
    if report.isMeasured { return measured(report) }
    let (left, right) = names(report)
    let gap = report.left.score - report.right.score
    var sentences = [
      "The reasoning network gives \(left) \(number(report.left.score)) and \(right) \(number(report.right.score)), "
        + "a difference of \(signed(gap)); the classifier's logits are \(number(report.left.prediction.logit)) and "
        + "\(number(report.right.prediction.logit))."
    ]
    let towards = report.differences.filter { $0.delta > 0 }.prefix(named)
    let against = report.differences.filter { $0.delta < 0 }.prefix(named)
    if !towards.isEmpty { sentences.append("What speaks for \(left): \(list(towards)).") }
    if !against.isEmpty { sentences.append("What speaks for \(right): \(list(against)).") }
    let rest = report.remainder.left - report.remainder.right
    if abs(rest) > abs(gap) / 2 {
      sentences.append("Much of the difference (\(signed(rest))) lies in other classes' graphs and the bias.")
    }
    if (gap > 0) != (report.left.prediction.logit > report.right.prediction.logit) {
      sentences.append("Caution: the classifier itself orders the two the other way round.")
    }
    return sentences.joined(separator: " ")
  }

  /// The same of what was measured on the classifier.
  private static func measured(_ report: ComparisonReport) -> String {
    let (left, right) = names(report)
    let margins = [report.left, report.right].map { $0.measured?.evidence.full ?? 0 }
    var sentences: [String] = []
    if report.left.className == report.right.className {
      sentences.append(
        "The classifier\u{2019}s margin for \(left) is \(number(margins[0])), for \(right) \(number(margins[1])).")
    } else {
      let over = report.left.image == report.right.image ? "" : " in \(report.left.image)"
      sentences.append("The classifier puts \(left) before \(right) by \(signed(margins[0]))\(over).")
    }
    let known = report.differences.compactMap { difference in
      difference.measured.map { (name: difference.concepts[0].name, delta: $0.delta) }
    }
    for (side, sign) in [(left, 1.0), (right, -1.0)] {
      let reasons = known.filter { $0.delta * sign > leastEffect }.prefix(named)
      let list = reasons.map { "\($0.name) (\(signed($0.delta)))" }.joined(separator: " and ")
      if !reasons.isEmpty { sentences.append("What speaks for \(side): \(list).") }
    }
    if sentences.count == 1 { sentences.append("No concept that is seen makes a difference.") }
    return sentences.joined(separator: " ")
  }

  /// Smaller effects would be printed as 0.
  private static let leastEffect = 0.005

  /// Names for the sides, by what differs: their classes, images or models.
  private static func names(_ report: ComparisonReport) -> (String, String) {
    let (left, right) = (report.left, report.right)
    if left.className != right.className { return (left.className, right.className) }
    if left.image != right.image {
      return ("\(left.className) in \(left.image)", "\(right.className) in \(right.image)")
    }
    return ("\(left.className) by \(left.graphModel)", "\(right.className) by \(right.graphModel)")
  }

  private static func list(_ differences: some Collection<ComparisonReport.Difference>) -> String {
    differences.map { difference in
      let what =
        difference.concepts.count == 1
        ? difference.concepts[0].name
        : "the relation of " + difference.concepts.map(\.name).joined(separator: " to ")
      return "\(what) (\(signed(difference.delta)))"
    }.joined(separator: " and ")
  }

  private static func number(_ value: Double) -> String { String(format: "%.2f", value) }

  private static func signed(_ value: Double) -> String { String(format: "%+.2f", value) }
}
