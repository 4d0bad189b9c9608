/// What substituting a blamed concept does to a wrong decision of the classifier, and what a random patch at the same place does.
package struct CorrectionTrial: Sendable, Equatable {
  /// Whether the classifier chose the true class after the substitution.
  package var corrects: Bool
  /// What the substitution changed of the true class's logit less that of the class that was chosen before.
  package var marginChange: Double
  /// Whether the random patch corrects the decision as well: then the substitution proves nothing.
  package var randomCorrects: Bool

  /// - Parameters:
  ///   - before: the classifier's logits of the classes for the image as it is.
  ///   - substituted: those after the substitution.
  ///   - random: those with the random patch.
  ///   - truth: position of the true class.
  ///   - chosen: position of the class that the classifier chose.
  package init(before: [Float], substituted: [Float], random: [Float], truth: Int, chosen: Int) {
    func margin(_ logits: [Float]) -> Double { Double(logits[truth]) - Double(logits[chosen]) }
    corrects = ClassChoice.position(in: substituted) == truth
    marginChange = margin(substituted) - margin(before)
    randomCorrects = ClassChoice.position(in: random) == truth
  }
}
