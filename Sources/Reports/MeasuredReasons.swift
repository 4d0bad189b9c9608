import Fields
import Images
import Structure

/// What the classifier itself says of the parts of an image, for one class (METHOD section 4b).
package struct MeasuredReasons: Sendable {
  package var evidence: MeasuredEvidence
  /// The classes that the margin is over.
  package var against: [String]
  /// The margin as concepts are hidden one after the other.
  package var removals: [Removal]

  /// What is left when a concept is hidden besides those of the steps before.
  package struct Removal: Sendable {
    /// Number of the concept's node, from 1.
    package var concept: Int
    package var margin: Double
    /// The class that the classifier then chooses.
    package var className: String
    package var random: MeasuredEvidence.Spread?
  }

  /// - Parameter classes: the reasoning network's, which the evidence has by position.
  package init(evidence: MeasuredEvidence, classes: [String]) {
    func name(_ position: Int) -> String { classes.indices.contains(position) ? classes[position] : "" }
    self.evidence = evidence
    against = evidence.against.map(name)
    removals = evidence.removals.map {
      Removal(concept: $0.part + 1, margin: $0.margin, className: name($0.choice), random: $0.random)
    }
  }
}

/// Whether the reasons can be believed.
package enum Verdict: String, Sendable, CaseIterable {
  /// The concepts carry more of the classifier's margin than random regions on the object do.
  case supported
  case noBetterThanRandom
  /// They do, but the reasoning network does not follow the classifier on this image.
  case lowFidelity
}

/// A concept's measured effect, with its places.
package struct MeasuredNode: Sendable {
  package var part: MeasuredEvidence.Part
  package var regions: [(box: Box, mask: Mask)]

  package init(part: MeasuredEvidence.Part, regions: [(box: Box, mask: Mask)]) {
    (self.part, self.regions) = (part, regions)
  }
}

extension MeasuredReasons: WrittenRecord {
  package static let partName: String? = "Measured"
  package static let fields = FieldList<MeasuredReasons>([
    .field("against", \.against, .array(of: .anyString), "The classes that the margin is over: their mean logit."),
    .derived("full", .score, "The margin of the whole picture, in logits.") { $0.evidence.full },
    .derived("empty", .score, "The margin of the picture with everything hidden.") { $0.evidence.empty },
    .derived(
      "everythingElse", .score,
      "What the rest of the picture is worth: with the effects of the concepts it adds up to `full` less `empty`."
    ) { $0.evidence.everythingElse },
    .derived("fill", .oneOf(["blur"]), "What hides a part; `low` and `high` of a concept also know grey.") { _ in "blur"
    },
    .derived("passes", .count, "Pictures that the classifier was asked about.") { $0.evidence.passes },
    .derivedOptional("share", .score, "What the concepts carry of `full` less `empty`; absent where these are equal.") {
      $0.evidence.share
    },
    .derivedOptional(
      "random", .written(bandFields),
      "What as many random regions on the object, of the same areas, carry. For the prediction, where anything is seen."
    ) { $0.evidence.random },
    .derivedOptional(
      "relations", .array(of: .written(relationFields, named: "Relation")),
      "How pairs of measured concepts bear on the class together. For the prediction, where two or more are measured."
    ) { $0.evidence.relations.isEmpty ? nil : $0.evidence.relations },
    .field(
      "removal", \.removals, .array(of: .written(removalFields, named: "Removal")),
      "What is left when the concepts with the largest effects are hidden one after the other, from the one that speaks most for the "
        + "class. For the prediction."),
  ])

  private static let relationFields = FieldList<MeasuredRelation>([
    .derived("first", .count, "`number` of a node.") { $0.first + 1 },
    .derived("second", .count, "`number` of another.") { $0.second + 1 },
    .optional(
      "swapped", \.swapped, .written(comparedFields, named: "ComparedEffect"),
      "What exchanging their places in the picture takes from the margin; absent where that changes nothing."),
    .optional(
      "interaction", \.interaction, .written(comparedFields, named: "ComparedEffect"),
      "What they add together beyond what each adds alone (Shapley interaction index); absent for more than seven concepts."
    ),
    .field(
      "beyondRandom", \.isBeyondRandom, .bool,
      "Whether one of the two is beyond chance among so many pairs (p < .05, corrected) and, if it is the interaction, has one sign by both fills."
    ),
  ])

  /// An effect beside that of random regions.
  static let comparedFields = FieldList<MeasuredRelation.Effect>([
    .field("value", \.value, .score, "In logits of the margin."),
    .field("random", \.random, .score, "The mean of random regions on the object, of the same areas."),
    .field("p", \.p, .score, "Probability of a value as far from theirs."),
  ])

  private static let removalFields = FieldList<Removal>([
    .field("concept", \.concept, .count, "Number of the concept that is hidden besides those before, from 1."),
    .field("margin", \.margin, .score, "The margin that is left, in logits."),
    .field("class", \.className, .anyString, "What the classifier now chooses of the reasoning network's classes."),
    .optional(
      "random", \.random, .written(spreadFields("margin"), named: "RandomMargin"),
      "The margin with as many random regions on the object hidden, of the same areas. Absent where that was not asked about."
    ),
  ])

  /// The mean under `name`, and the interval.
  static func spreadFields(_ name: String) -> FieldList<MeasuredEvidence.Spread> {
    FieldList<MeasuredEvidence.Spread>([
      .field(name, \.mean, .score, "The mean."),
      .field("low", \.low, .score, "Lower end of the interval that holds 95 % of them."),
      .field("high", \.high, .score, "Its upper end."),
    ])
  }

  private static let bandFields = FieldList<MeasuredEvidence.Band>([
    .field("share", \.share, .score, "Their mean share."),
    .field("low", \.low, .score, "Lower end of the interval that holds 95 % of such shares."),
    .field("high", \.high, .score, "Its upper end."),
    .field("p", \.p, .score, "Probability of a share as far from theirs as the concepts'."),
  ])
}

extension MeasuredNode: WrittenRecord {
  package static let partName: String? = "MeasuredEffect"
  package static let fields = FieldList<MeasuredNode>([
    .derived("effect", .score, "Shapley value in logits of the margin: above 0, it speaks for the class.") {
      $0.part.effect
    },
    .derived("low", .score, "The least effect by the fills that were tried and by chance.") { $0.part.low },
    .derived("high", .score, "The largest.") { $0.part.high },
    .derivedOptional(
      "p", .score, "Probability that a random region on the object, of the same area, has an effect as far from theirs."
    ) { $0.part.p },
    .derivedOptional(
      "moved", .written(MeasuredReasons.comparedFields, named: "ComparedEffect"),
      "What moving it to another place in the picture takes from the margin. For the prediction."
    ) { $0.part.moved },
    .derivedOptional(
      "random", .written(MeasuredReasons.spreadFields("effect"), named: "RandomEffect"),
      "Effects of random regions on the object of the same area. For the prediction."
    ) { $0.part.random },
  ])

  /// A place of the concept.
  static let regionFields = FieldList<(box: Box, mask: Mask)>([
    .field("box", \.box, .box, "In pixels of the original image."),
    .field("mask", \.mask, .runs, "The pixels, in the frame of the network's input."),
  ])
}

extension FieldType where Value == Mask {
  /// {width, height, runs}: lengths of pixels outside and inside by turns, row by row.
  fileprivate static var runs: FieldType {
    .written(
      FieldList<Mask>([
        .derived("width", .count, "Of the network's input.") { $0.width },
        .derived("height", .count, "Of the network's input.") { $0.height },
        .derived("runs", .array(of: .count), "Lengths of pixels outside and inside by turns, row by row.") { $0.runs },
      ]), named: "Runs")
  }
}
