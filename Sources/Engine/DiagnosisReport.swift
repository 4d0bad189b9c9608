import Structure

/// Result of `Engine.diagnose`: what a classifier gets wrong in a labelled set, and why.
package struct DiagnosisReport: Sendable {
  /// A part that moved a decision.
  package struct Evidence: Sendable {
    /// The class whose graph it is of.
    package var className: String
    /// The concept's name, or "a → b" for a relation.
    package var part: String
    /// What it adds to the predicted class's score less the true one's.
    package var contribution: Double
    /// Whether the concept, or both of a relation's ends, are seen.
    package var isSeen: Bool
    /// The type of error that it speaks for.
    package var type: ErrorType

    /// Evidence of these values.
    package init(className: String, part: String, contribution: Double, isSeen: Bool, type: ErrorType) {
      self.className = className
      self.part = part
      self.contribution = contribution
      self.isSeen = isSeen
      self.type = type
    }
  }

  /// The substitution of a blamed concept, tried on the classifier itself.
  package struct Correction: Sendable {
    /// The blamed concept, of the predicted or the true class, whose patch was replaced.
    package var replaced: String
    /// The concept of the true class whose exemplar took its place: the one by which the reasoning network foretells the best correction.
    package var by: String
    /// Whether the classifier then chose the true class.
    package var corrects: Bool
    /// Change of the true class's logit less that of the predicted one.
    package var marginChange: Double
    /// Whether a random patch of another class at the same place corrects it as well: then the substitution proves nothing.
    package var randomCorrects: Bool

    package init(replaced: String, by: String, corrects: Bool, marginChange: Double, randomCorrects: Bool) {
      self.replaced = replaced
      self.by = by
      self.corrects = corrects
      self.marginChange = marginChange
      self.randomCorrects = randomCorrects
    }
  }

  /// One wrong decision.
  package struct Mistake: Sendable {
    /// The image as the request named it.
    package var image: String
    /// The class that it is listed under.
    package var truth: String
    /// The class that the classifier chose.
    package var predicted: String
    /// What it is put down to; nil where nothing in the graphs speaks for the predicted class.
    package var type: ErrorType?
    /// Shares of the blame by type.
    package var shares: [ErrorType: Double]
    /// The parts that are most to blame.
    package var evidence: [Evidence]
    /// The substitution of the concept that is most to blame of those seen; nil where none is.
    package var correction: Correction?
    /// Whether the reasoning network made the same mistake: if not, the account does not match the classifier here.
    package var isFollowed: Bool

    package init(
      image: String, truth: String, predicted: String, type: ErrorType?, shares: [ErrorType: Double],
      evidence: [Evidence], correction: Correction?, isFollowed: Bool
    ) {
      self.image = image
      self.truth = truth
      self.predicted = predicted
      self.type = type
      self.shares = shares
      self.evidence = evidence
      self.correction = correction
      self.isFollowed = isFollowed
    }
  }

  /// The reasoning network's handle.
  package var graphModel: String
  /// Its classes' labels.
  package var classes: [String]
  /// Images by true class, then by chosen class, in the order of `classes`.
  package var confusion: [[Int]]
  /// The wrong decisions, in the order of the images.
  package var mistakes: [Mistake]
  /// What to add to the training data, most pressing first.
  package var suggestions: [String]
  /// Files passed over.
  package var skipped: [SkippedImage]
  /// Plain English built from the numbers.
  package var summary: String

  package init(
    graphModel: String, classes: [String], confusion: [[Int]], mistakes: [Mistake], suggestions: [String],
    skipped: [SkippedImage], summary: String
  ) {
    self.graphModel = graphModel
    self.classes = classes
    self.confusion = confusion
    self.mistakes = mistakes
    self.suggestions = suggestions
    self.skipped = skipped
    self.summary = summary
  }
}
