import Foundation
import Structure

/// The plain-English account of an evaluation, built from its numbers.
enum EvaluationSummary {
  static func text(for report: EvaluationReport) -> String {
    let measures = Dictionary(report.measures.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    var sentences: [String] = []
    let held = report.heldOut.reduce(0) { $0 + $1.count }
    let runs = report.seeds.count == 1 ? "one run" : "\(report.seeds.count) runs"
    if let clean = measures["agreement.clean"] {
      let masked = measures["agreement.masked"].map { ", and on \(percent($0)) of them with concepts masked" } ?? ""
      sentences.append(
        "On \(held) held-out images the reasoning network predicts the classifier's class in \(percent(clean)) (mean of \(runs))\(masked)."
      )
    } else {
      sentences.append("\(held) held-out images were measured in \(runs).")
    }
    let advantages = report.measures.filter { $0.group == .controls || $0.group == .relations }
    for (verb, wanted) in [("clearly beats", true), ("does not clearly beat", false)] {
      let names = advantages.filter { isClear($0) == wanted }.map { controlName($0.name) }
      if !names.isEmpty { sentences.append("It \(verb) \(joined(names)).") }
    }
    if let signs = measures["signs.agreement"] {
      sentences.append(
        "Masking a concept moves the classifier as the concept's contribution says in \(percent(signs)) of the cases that count."
      )
    }
    if let confirmed = measures["signs.beyondRandom"], let decided = measures["signs.decided"] {
      sentences.append(
        "\(percent(decided)) of the concepts have another effect than random patches of their shape, \(percent(confirmed)) of these as claimed."
      )
    }
    if let edits = measures["locality.first"] {
      sentences.append("After \(percent(edits)) of the edits, what was edited has changed most.")
    }
    for (kind, words) in [
      ("deletion", "Masking concepts in the order that the reasoning network predicts"),
      ("insertion", "Putting them back in that order"),
    ] {
      let gains = [
        "gain", "margin.gain", "gainOverACE", "margin.gainOverACE", "gainOverLargest", "margin.gainOverLargest",
      ]
      .map { measures["\(kind).\($0)"] }
      guard gains.contains(where: { $0 != nil }) else { continue }
      // By the probability or, where that is always close to 1, by the margin.
      func verdict(_ gains: ArraySlice<EvaluationMeasure?>) -> String {
        let known = gains.compactMap { $0 }
        if known.contains(where: isClear) { return "clearly beats" }
        let isWorse = known.contains { $0.mean < 0 && ($0.pValue ?? 1) < TrainingControl.significance }
        return isWorse ? "does clearly worse than" : "does not clearly beat"
      }
      sentences.append(
        "\(words) \(verdict(gains[..<2])) random order, \(verdict(gains[2..<4])) that of plain ACE and \(verdict(gains[4...])) the order "
          + "by size.")
    }
    if let cosine = measures["stability.cosine"], let overlap = measures["stability.overlap"] {
      sentences.append(
        String(format: "With another seed the concepts' cosine is %.2f", cosine.mean)
          + ", and \(percent(overlap)) of the four most important are found again.")
    }
    if let randomised = measures["sanity.randomised"], let repeated = measures["sanity.repeated"] {
      sentences.append(
        String(
          format:
            "With shuffled weights the concepts' importance keeps a rank correlation of %.2f; with the weights as they are and other "
            + "random sets it is %.2f.", randomised.mean, repeated.mean))
    }
    let missed = report.verdicts.filter { !$0.isMet }
    if !report.verdicts.isEmpty {
      sentences.append(
        missed.isEmpty
          ? "All requested thresholds are met."
          : "Missed: "
            + missed.map { verdict in
              "\(verdict.measure) is \(verdict.value.map { String(format: "%.3g", $0) } ?? "not measured"), requested \(String(format: "%.3g", verdict.threshold))"
            }.joined(separator: "; ") + ".")
    }
    return sentences.joined(separator: " ")
  }

  /// Whether an advantage is significant in every run.
  static func isClear(_ measure: EvaluationMeasure) -> Bool {
    measure.mean > 0 && (measure.pValue ?? 1) < TrainingControl.significance
  }

  private static func controlName(_ measure: String) -> String {
    let kind = TrainingControlKind.allCases.first { MeasureDescription.advantage(over: $0) == measure }
    return kind?.name ?? measure
  }

  private static func joined(_ names: [String]) -> String {
    names.count < 2
      ? names.first ?? "" : names.dropLast().joined(separator: ", ") + " and " + (names.last ?? "")
  }

  private static func percent(_ measure: EvaluationMeasure) -> String {
    String(format: "%.1f %%", 100 * measure.mean)
  }
}
