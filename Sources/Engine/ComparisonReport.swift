import Images
import Structure

/// One side of a comparison: a class, as a model's reasoning network sees it in an image.
public struct ComparisonSide: Sendable {
  /// The model's handle.
  public var model: String
  /// The image.
  public var image: ImageSource
  /// The class.
  public var className: ClassReference
  /// The reasoning network's handle; the model's latest that covers the class where nil.
  public var graphModel: String?

  /// A side of these values.
  public init(model: String, image: ImageSource, className: ClassReference, graphModel: String? = nil) {
    self.model = model
    self.image = image
    self.className = className
    self.graphModel = graphModel
  }
}

/// Result of `Engine.compare`: what accounts for the difference of two scores. The differences' deltas and the remainder's add up to the
/// difference of the scores.
public struct ComparisonReport: Sendable {
  /// What a side is about.
  public struct Side: Sendable {
    /// The model's handle.
    public var model: String
    /// The reasoning network's handle.
    public var graphModel: String
    /// The image as the request named it.
    public var image: String
    /// The class's label.
    public var className: String
    /// The reasoning network's output for the class.
    public var score: Double
    /// The classifier's logit of the class, and its probability among the reasoning network's classes.
    public var prediction: Prediction
    /// Fidelity of the reasoning network on held-out images.
    public var fidelity: Fidelity

    /// A side of these values.
    public init(
      model: String, graphModel: String, image: String, className: String, score: Double, prediction: Prediction,
      fidelity: Fidelity
    ) {
      self.model = model
      self.graphModel = graphModel
      self.image = image
      self.className = className
      self.score = score
      self.prediction = prediction
      self.fidelity = fidelity
    }
  }

  /// A concept or a relation, and what it adds to each side's score.
  public struct Difference: Sendable {
    /// The class whose graph it is of.
    public var className: String
    /// The concepts: one for a node, source and target for an edge.
    public var concepts: [(id: String, name: String)]
    /// Whether it is seen on each side; for a relation, whether both its ends are. Nil where a side has no such part.
    public var isSeen: (left: Bool?, right: Bool?)
    /// What it adds to the left side's score; nil where that side has no such part.
    public var left: Double?
    /// What it adds to the right side's score; nil where that side has no such part.
    public var right: Double?
    /// Left less right, a missing part counting 0.
    public var delta: Double { (left ?? 0) - (right ?? 0) }

    /// A difference of these values.
    public init(
      className: String, concepts: [(id: String, name: String)], isSeen: (left: Bool?, right: Bool?), left: Double?,
      right: Double?
    ) {
      self.className = className
      self.concepts = concepts
      self.isSeen = isSeen
      self.left = left
      self.right = right
    }
  }

  /// The left side.
  public var left: Side
  /// The right side.
  public var right: Side
  /// Largest first.
  public var differences: [Difference]
  /// What graphs that are not listed and the bias add to each score.
  public var remainder: (left: Double, right: Double)
  /// Plain English built from the numbers.
  public var summary: String

  /// A report of these values.
  public init(
    left: Side, right: Side, differences: [Difference], remainder: (left: Double, right: Double), summary: String
  ) {
    self.left = left
    self.right = right
    self.differences = differences
    self.remainder = remainder
    self.summary = summary
  }
}
