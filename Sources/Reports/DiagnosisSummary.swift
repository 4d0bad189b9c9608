import Foundation
import Structure

/// The plain-English summary of a diagnosis, and its suggestions for the training data.
package enum DiagnosisSummary {
  private static let suggestionsGiven = 8
  private static let imagesNamed = 3

  package static func text(for report: DiagnosisReport) -> String {
    let total = report.confusion.joined().reduce(0, +)
    let right = report.confusion.indices.reduce(0) { $0 + report.confusion[$1][$1] }
    var sentences = ["Of \(total) images the classifier gets \(right) right (\(percent(right, of: total)))."]
    guard !report.mistakes.isEmpty else { return sentences[0] + " So there are no mistakes to diagnose." }
    let byType = ErrorType.allCases.compactMap { type -> String? in
      let count = report.mistakes.count { $0.type == type }
      return count > 0 ? "\(count) \(words(type, count))" : nil
    }
    let plain = report.mistakes.count == 1 ? "The mistake is" : "Of its \(report.mistakes.count) mistakes,"
    if !byType.isEmpty { sentences.append("\(plain) \(byType.joined(separator: ", ")).") }
    let tried = report.mistakes.compactMap(\.correction)
    if !tried.isEmpty {
      sentences.append(
        "Replacing the patch that is most to blame by an exemplar of the true class corrects \(tried.count(where: \.corrects)) of "
          + "\(tried.count); a random patch at the same place corrects \(tried.count(where: \.randomCorrects)).")
    }
    let unfollowed = report.mistakes.count { !$0.isFollowed }
    if unfollowed > 0 {
      sentences.append(
        "Caution: in \(unfollowed) of the mistakes the reasoning network predicts another class than the classifier does."
      )
    }
    return sentences.joined(separator: " ")
  }

  /// What to add to the training data: by poses that are known only mirrored, by poses of mistakes, then by types of
  /// error.
  package static func suggestions(
    for report: DiagnosisReport, mirrors: [MirrorStatistics.Finding], poses: [PoseStatistics.Finding]
  ) -> [String] {
    let fromMirrors = mirrors.map { finding in
      String(
        format:
          "Add images of %@ with %@ on the %@: mirrored, %d of its %d mistakes are classified correctly, and in the concept's exemplars it "
          + "lies on the %@ (%.2f on average, p = %.1g).", finding.className, finding.concept, finding.place,
        finding.corrected, finding.mistakes, finding.opposite, finding.usual, finding.p)
    }
    let fromPoses = poses.map { finding in
      String(
        format:
          "Add images of %@ with %@ on the %@: it lies at %.2f on average where the classifier is wrong and at %.2f where it is right "
          + "(p = %.1g).", finding.className, finding.concept, finding.place, finding.wrong, finding.right, finding.p)
    }
    let groups = Dictionary(grouping: report.mistakes.filter { $0.type != nil }) { mistake in
      [mistake.truth, mistake.predicted, mistake.type?.rawValue ?? ""]
    }
    let fromTypes = groups.sorted { ($0.value.count, $1.key.joined()) > ($1.value.count, $0.key.joined()) }.map {
      key, mistakes in
      suggestion(truth: key[0], predicted: key[1], type: mistakes[0].type ?? .unseenVariance, mistakes: mistakes)
    }
    return Array((fromMirrors + fromPoses + fromTypes).prefix(suggestionsGiven))
  }

  private static func suggestion(
    truth: String, predicted: String, type: ErrorType, mistakes: [DiagnosisReport.Mistake]
  ) -> String {
    let count = mistakes.count == 1 ? "1 image" : "\(mistakes.count) images"
    let like = mistakes.prefix(imagesNamed).map(\.image).joined(separator: ", ")
    let evidence = mistakes.flatMap { $0.evidence.filter { $0.type == type } }
    let parts = Dictionary(grouping: evidence, by: \.part).mapValues { $0.reduce(0) { $0 + $1.contribution } }
    let part = parts.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key ?? "its concepts"
    return switch type {
    case .conceptConfusion:
      "\(count) of \(truth) taken for \(predicted) because a patch of it passes for \(part): add images in which \(truth) and \(predicted) differ "
        + "there, such as \(like)."
    case .falseDetection:
      "\(count) of \(truth) taken for \(predicted) because \(part) is seen where it is absent: add images of \(truth) with such surroundings, "
        + "such as \(like)."
    case .unseenVariance:
      "\(count) of \(truth) taken for \(predicted) because \(part) differs from what was learnt: add images of \(truth) such as \(like)."
    }
  }

  private static func words(_ type: ErrorType, _ count: Int) -> String {
    switch type {
    case .conceptConfusion: count == 1 ? "confuses concepts" : "confuse concepts"
    case .falseDetection: count == 1 ? "sees a concept that is not there" : "see a concept that is not there"
    case .unseenVariance: count == 1 ? "meets what was not learnt" : "meet what was not learnt"
    }
  }

  private static func percent(_ part: Int, of whole: Int) -> String {
    String(format: "%.0f %%", 100 * Double(part) / Double(max(1, whole)))
  }
}
