import Images
import Networks

/// How an image is edited at a concept.
package enum InterventionKind: String, Sendable, CaseIterable {
  /// The concept's patch shows that of another image, or of the concept's best exemplar.
  case substitute
  /// The concept's patch shows a random patch of another image.
  case random
  /// The concept's patch moves elsewhere.
  case move
  /// The concept's patch becomes grey.
  case mask
}

/// One edit of an image at a concept.
package struct Intervention: Sendable {
  package var kind: InterventionKind
  package var concept: String
  package var className: ClassReference?
  package var source: ImageSource?
  package var target: (x: Double, y: Double)?

  package init(
    kind: InterventionKind, concept: String, className: ClassReference? = nil, source: ImageSource? = nil,
    target: (x: Double, y: Double)? = nil
  ) {
    self.kind = kind
    self.concept = concept
    self.className = className
    self.source = source
    self.target = target
  }
}
