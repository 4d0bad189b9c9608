import Images
import Structure

/// One side of a comparison: a class, as a model's reasoning network sees it in an image.
package struct ComparisonSide: Sendable {
  /// The model's handle.
  package var model: String
  /// The image.
  package var image: ImageSource
  /// The class.
  package var className: ClassReference
  /// The reasoning network's handle; the model's latest that covers the class where nil.
  package var graphModel: String?

  package init(model: String, image: ImageSource, className: ClassReference, graphModel: String? = nil) {
    self.model = model
    self.image = image
    self.className = className
    self.graphModel = graphModel
  }
}

/// Result of `Engine.compare`: what accounts for the difference of two scores. The differences' deltas and the remainder's add up to the
/// difference of the scores.
package struct ComparisonReport: Sendable {
  /// What a side is about.
  package struct Side: Sendable {
    /// The model's handle.
    package var model: String
    /// The reasoning network's handle.
    package var graphModel: String
    /// The image as the request named it.
    package var image: String
    /// The class's label.
    package var className: String
    /// The reasoning network's output for the class.
    package var score: Double
    /// The classifier's logit of the class, and its probability among the reasoning network's classes.
    package var prediction: Prediction
    /// Fidelity of the reasoning network on held-out images.
    package var fidelity: Fidelity

    package init(
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
  package struct Difference: Sendable {
    /// The class whose graph it is of.
    package var className: String
    /// The concepts: one for a node, source and target for an edge.
    package var concepts: [(id: String, name: String)]
    /// Whether it is seen on each side; for a relation, whether both its ends are. Nil where a side has no such part.
    package var isSeen: (left: Bool?, right: Bool?)
    /// What it adds to the left side's score; nil where that side has no such part.
    package var left: Double?
    /// What it adds to the right side's score; nil where that side has no such part.
    package var right: Double?
    /// Left less right, a missing part counting 0.
    package var delta: Double { (left ?? 0) - (right ?? 0) }

    package init(
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
  package var left: Side
  /// The right side.
  package var right: Side
  /// Largest first.
  package var differences: [Difference]
  /// What graphs that are not listed and the bias add to each score.
  package var remainder: (left: Double, right: Double)
  /// Plain English built from the numbers.
  package var summary: String

  package init(
    left: Side, right: Side, differences: [Difference], remainder: (left: Double, right: Double), summary: String
  ) {
    self.left = left
    self.right = right
    self.differences = differences
    self.remainder = remainder
    self.summary = summary
  }
}
