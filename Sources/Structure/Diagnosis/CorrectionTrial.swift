/// What substituting a blamed concept does to a wrong prediction of the classifier, and what a random patch at the same
/// place does.
package struct CorrectionTrial: Sendable, Equatable {
  /// Whether the classifier predicts the true class after the substitution.
  package var corrects: Bool
  /// Change, by the substitution, of the true class's logit less the wrongly predicted one's.
  package var marginChange: Double
  /// Whether the random patch corrects the prediction as well: then the substitution proves nothing.
  package var randomCorrects: Bool

  /// - Parameters:
  ///   - before: the classifier's logits of the classes for the image as it is.
  ///   - substituted, random: logits after the substitution, and with the random patch.
  ///   - truth, chosen: positions of the true class and of the predicted one.
  package init(before: [Float], substituted: [Float], random: [Float], truth: Int, chosen: Int) {
    func margin(_ logits: [Float]) -> Double { Double(logits[truth]) - Double(logits[chosen]) }
    corrects = ClassChoice.position(in: substituted) == truth
    marginChange = margin(substituted) - margin(before)
    randomCorrects = ClassChoice.position(in: random) == truth
  }
}
