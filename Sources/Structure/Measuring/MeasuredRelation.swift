import Fields

/// How two concepts of an image bear on a class together, measured on the classifier.
package struct MeasuredRelation: Sendable, Equatable {
  /// An effect in logits of the margin, beside the same of random regions on the object, of the same areas.
  package struct Effect: Sendable, Equatable {
    package var value: Double
    /// The mean of random regions.
    package var random: Double
    /// Of the hypothesis that random regions have such an effect.
    package var p: Double
  }

  /// Nodes of the class's graph.
  package var first: Int
  package var second: Int
  /// What exchanging their places takes from the margin.
  package var swapped: Effect?
  /// What they add together beyond what each adds alone: the Shapley interaction index. nil where not all combinations
  /// were asked about.
  package var interaction: Effect?
  /// Whether one of the two is more than random regions and chance explain, with as many pairs as the image has.
  package var isBeyondRandom: Bool
}

extension MeasuredRelation {
  static let blank = MeasuredRelation(first: 0, second: 0, isBeyondRandom: false)

  mutating func archive(in archive: inout Archive) throws {
    try archive.small(&first)
    try archive.small(&second)
    try archive.optional(&swapped, blank: .blank) { try $1.archive(in: &$0) }
    try archive.optional(&interaction, blank: .blank) { try $1.archive(in: &$0) }
    try archive.field(&isBeyondRandom)
  }
}

extension MeasuredRelation.Effect {
  static let blank = MeasuredRelation.Effect(value: 0, random: 0, p: 1)

  mutating func archive(in archive: inout Archive) throws {
    try archive.field(&value)
    try archive.field(&random)
    try archive.field(&p)
  }
}
