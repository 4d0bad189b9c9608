import Structure

/// Result of `Engine.diagnose`: what a classifier gets wrong in a labelled set, and why.
public struct DiagnosisReport: Sendable {
  /// A part that moved a decision.
  public struct Evidence: Sendable {
    /// The class whose graph it is of.
    public var className: String
    /// The concept's name, or "a → b" for a relation.
    public var part: String
    /// What it adds to the predicted class's score less the true one's.
    public var contribution: Double
    /// Whether the concept, or both of a relation's ends, are seen.
    public var isSeen: Bool
    /// The type of error that it speaks for.
    public var type: ErrorType

    /// Evidence of these values.
    public init(className: String, part: String, contribution: Double, isSeen: Bool, type: ErrorType) {
      self.className = className
      self.part = part
      self.contribution = contribution
      self.isSeen = isSeen
      self.type = type
    }
  }

  /// The substitution of a blamed concept, tried on the classifier itself.
  public struct Correction: Sendable {
    /// The blamed concept, of the predicted or the true class, whose patch was replaced.
    public var replaced: String
    /// The concept of the true class whose exemplar took its place: the one by which the reasoning network foretells the best correction.
    public var by: String
    /// Whether the classifier then chose the true class.
    public var corrects: Bool
    /// Change of the true class's logit less that of the predicted one.
    public var marginChange: Double
    /// Whether a random patch of another class at the same place corrects it as well: then the substitution proves nothing.
    public var randomCorrects: Bool

    /// A correction of these values.
    public init(replaced: String, by: String, corrects: Bool, marginChange: Double, randomCorrects: Bool) {
      self.replaced = replaced
      self.by = by
      self.corrects = corrects
      self.marginChange = marginChange
      self.randomCorrects = randomCorrects
    }
  }

  /// One wrong decision.
  public struct Mistake: Sendable {
    /// The image as the request named it.
    public var image: String
    /// The class that it is listed under.
    public var truth: String
    /// The class that the classifier chose.
    public var predicted: String
    /// What it is put down to; nil where nothing in the graphs speaks for the predicted class.
    public var type: ErrorType?
    /// Shares of the blame by type.
    public var shares: [ErrorType: Double]
    /// The parts that are most to blame.
    public var evidence: [Evidence]
    /// The substitution of the concept that is most to blame of those seen; nil where none is.
    public var correction: Correction?
    /// Whether the reasoning network made the same mistake: if not, the account does not match the classifier here.
    public var isFollowed: Bool

    /// A mistake of these values.
    public init(
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
  public var graphModel: String
  /// Its classes' labels.
  public var classes: [String]
  /// Images by true class, then by chosen class, in the order of `classes`.
  public var confusion: [[Int]]
  /// The wrong decisions, in the order of the images.
  public var mistakes: [Mistake]
  /// What to add to the training data, most pressing first.
  public var suggestions: [String]
  /// Files passed over.
  public var skipped: [SkippedImage]
  /// Plain English built from the numbers.
  public var summary: String

  /// A report of these values.
  public init(
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
