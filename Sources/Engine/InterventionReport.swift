import Images

/// How a picture is edited at a concept.
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

/// One edit of `Engine.intervene`.
package struct Intervention: Sendable {
  /// What is done.
  package var kind: InterventionKind
  /// The concept's id or name.
  package var concept: String
  /// The hypothesis under which the concept is sought in the image; the concept's own class where nil.
  package var className: ClassReference?
  /// Where the new patch comes from: `substitute` and `random`.
  package var source: ImageSource?
  /// Where the patch's middle goes, in [0, 1]² of the original image: `move`.
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

/// Result of `Engine.intervene`.
package struct InterventionReport: Sendable {
  /// What a node or an edge adds to its class's score, before and after.
  package struct Change: Sendable {
    /// The class whose graph it is of.
    package var className: String
    /// The concept's name, or "a → b" for a relation.
    package var part: String
    /// Number of the node, or of the edge's source, from 1.
    package var from: Int
    /// Number of the edge's target; nil for a node.
    package var to: Int?
    /// Contribution before the edits.
    package var before: Double
    /// Contribution after the edits.
    package var after: Double
    /// What the edits changed.
    package var delta: Double { after - before }
    /// Whether it is a node whose patch the edits hide or lie on or that is first seen where they put something, or an edge at one.
    package var isEdited: Bool

    package init(
      className: String, part: String, from: Int, to: Int?, before: Double, after: Double, isEdited: Bool
    ) {
      self.className = className
      self.part = part
      self.from = from
      self.to = to
      self.before = before
      self.after = after
      self.isEdited = isEdited
    }
  }

  /// The edited picture, of the original's size.
  package var picture: RGBImage
  /// The explanation of the image as it is.
  package var before: ExplanationReport
  /// The explanation of the edited picture.
  package var after: ExplanationReport
  /// What changed in the edited classes' graphs, largest first.
  package var changes: [Change]
  /// Share of the edited graphs' change, in absolute terms, that lies in edited nodes and their edges; nil where nothing changed. An edit
  /// that the explanation understands changes little else.
  package var locality: Double?
  /// Plain English built from the numbers.
  package var summary: String

  package init(
    picture: RGBImage, before: ExplanationReport, after: ExplanationReport, changes: [Change], locality: Double?,
    summary: String
  ) {
    self.picture = picture
    self.before = before
    self.after = after
    self.changes = changes
    self.locality = locality
    self.summary = summary
  }
}
