import Foundation

/// The plain-English summary of an intervention, built from its numbers.
package enum InterventionSummary {
  private static let changesNamed = 2
  /// Smaller changes of an effect would be printed as 0.
  private static let leastEffect = 0.005

  package static func text(for report: InterventionReport, edits: [String]) -> String {
    let (before, after) = (report.before, report.after)
    var sentences: [String] = []
    let what = edits.joined(separator: " and ")
    let verdict =
      before.predictedClass == after.predictedClass
      ? "leaves the classifier at \(after.predictedClass)"
      : "turns the classifier from \(before.predictedClass) to \(after.predictedClass)"
    let logits = before.prediction.compactMap { old -> String? in
      guard let new = after.prediction.first(where: { $0.index == old.index }) else { return nil }
      return "\(old.label) \(signed(new.logit - old.logit))"
    }
    sentences.append(
      "\(what.prefix(1).uppercased() + what.dropFirst()) \(verdict) (change of logits: \(logits.joined(separator: ", ")))."
    )
    let named = report.changes.prefix(changesNamed).filter { $0.delta != 0 }
    let measured = measuredClauses(report)
    if !measured.isEmpty {
      sentences.append("To the classifier itself, " + measured.joined(separator: "; ") + ".")
    } else if named.isEmpty {
      sentences.append("The explanation does not change.")
    } else {
      sentences.append(
        "What changed most for \(named[0].className): "
          + named.map { "\($0.part) (\(signed($0.before)) to \(signed($0.after)))" }.joined(separator: " and ") + ".")
    }
    if let locality = report.locality {
      sentences.append(
        String(format: "%.0f %% of the change lies in what was edited and its relations.", locality * 100))
    }
    return sentences.joined(separator: " ")
  }

  /// The concepts whose measured effects change most.
  private static func measuredClauses(_ report: InterventionReport) -> [String] {
    var changed: [(size: Double, text: String)] = []
    for change in report.changes {
      guard let (before, after) = change.measured, abs(after - before) >= leastEffect else { continue }
      let effects = "is worth \(signed(before)) before and \(signed(after)) after"
      changed.append((abs(after - before), "\(change.part) of \(change.className) \(effects)"))
    }
    return changed.sorted { $0.size > $1.size }.prefix(changesNamed).map(\.text)
  }

  private static func signed(_ value: Double) -> String { String(format: "%+.2f", value) }
}
