import Fields
import Images

/// What the parts of an image are worth to one class against others, measured on the classifier (METHOD section 4b).
///
/// Effects are Shapley values in logits of the margin: the class's logit less the mean of those it is measured against.
/// Those of the concepts and of everything else add up to `full` − `empty`.
package struct MeasuredEvidence: Sendable, Equatable {
  /// A concept that is seen.
  package struct Part: Sendable, Equatable {
    /// All its places in the frame of the network's input.
    package var region: Mask
    package var effect: Double
    /// From the least to the largest effect by the fills that were tried and, where orders were drawn, their 95 %
    /// interval.
    package var low: Double
    package var high: Double
    /// Of the hypothesis that random regions on the object, of the same area, have such an effect; nil without any.
    package var p: Double?
    /// What moving it to another place takes from the margin; nil where that was not tried.
    package var moved: MeasuredRelation.Effect?
    /// Effects of such regions; nil where fewer than two were asked about.
    package var random: Spread?
  }

  /// The mean of values, and the interval that holds 95 % of such values.
  package struct Spread: Sendable, Equatable {
    package var mean: Double
    package var low: Double
    package var high: Double

    package init(mean: Double, low: Double, high: Double) { (self.mean, self.low, self.high) = (mean, low, high) }
  }

  /// What is left when a concept is hidden besides those of the steps before.
  package struct Removal: Sendable, Equatable {
    /// Position of its node.
    package var part: Int
    package var margin: Double
    /// Position of the class that the classifier then chooses.
    package var choice: Int
    /// The margin with as many random regions on the object hidden, of the same areas; nil where that was not asked
    /// about.
    package var random: Spread?
  }

  /// What as many random regions on the object, of the same areas, carry.
  package struct Band: Sendable, Equatable {
    package var share: Double
    /// Interval that holds 95 % of such shares.
    package var low: Double
    package var high: Double
    /// Of the hypothesis that the concepts' share is one of these.
    package var p: Double
  }

  /// By node; nil where nothing of it is seen.
  package var parts: [Part?]
  /// Positions of the classes that the margin is over.
  package var against: [Int]
  /// The margin of the whole picture, and that of a wholly hidden one.
  package var full: Double
  package var empty: Double
  package var everythingElse: Double
  /// Pictures that the classifier was asked about.
  package var passes: Int
  package var random: Band?
  /// By pair of measured concepts; empty where they were not compared with random regions.
  package var relations: [MeasuredRelation] = []
  /// The concepts with the largest effects hidden one after the other, from the one that speaks most for the class;
  /// empty where nothing is compared.
  package var removals: [Removal] = []

  /// What the concepts carry of the margin; nil where there is none.
  package var share: Double? { Self.share(of: parts.compactMap { $0?.effect }, full: full, empty: empty) }

  static func share(of effects: [Double], full: Double, empty: Double) -> Double? {
    let share = effects.reduce(0, +) / (full - empty)
    return share.isFinite ? share : nil
  }
}

extension MeasuredEvidence: Archivable {
  package static var blank: MeasuredEvidence {
    MeasuredEvidence(parts: [], against: [], full: 0, empty: 0, everythingElse: 0, passes: 0)
  }

  package mutating func archive(in archive: inout Archive) throws {
    try archive.list(&parts, blank: nil) { archive, part in
      try archive.optional(&part, blank: Part(region: .blank, effect: 0, low: 0, high: 0)) { archive, part in
        try archive.field(&part.region)
        try archive.field(&part.effect)
        try archive.field(&part.low)
        try archive.field(&part.high)
        try archive.optional(&part.p, blank: 0) { try $0.field(&$1) }
        try archive.optional(&part.moved, blank: .blank) { try $1.archive(in: &$0) }
        try archive.spread(&part.random)
      }
    }
    try archive.list(&against, blank: 0) { try $0.small(&$1) }
    try archive.field(&full)
    try archive.field(&empty)
    try archive.field(&everythingElse)
    try archive.small(&passes)
    try archive.optional(&random, blank: Band(share: 0, low: 0, high: 0, p: 1)) { archive, band in
      try archive.field(&band.share)
      try archive.field(&band.low)
      try archive.field(&band.high)
      try archive.field(&band.p)
    }
    try archive.list(&relations, blank: .blank) { try $1.archive(in: &$0) }
    try archive.list(&removals, blank: Removal(part: 0, margin: 0, choice: 0)) { archive, removal in
      try archive.small(&removal.part)
      try archive.field(&removal.margin)
      try archive.small(&removal.choice)
      try archive.spread(&removal.random)
    }
  }
}

extension Archive {
  fileprivate mutating func spread(_ spread: inout MeasuredEvidence.Spread?) throws {
    try optional(&spread, blank: .init(mean: 0, low: 0, high: 0)) { archive, spread in
      try archive.field(&spread.mean)
      try archive.field(&spread.low)
      try archive.field(&spread.high)
    }
  }
}
