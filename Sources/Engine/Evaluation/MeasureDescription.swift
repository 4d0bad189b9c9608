import Structure

/// Every measure by name: what it says and which way is better.
struct MeasureDescription: Sendable {
  var name: String
  var title: String
  var group: EvaluationGroup
  var better: EvaluationMeasure.Direction
  var isShare = false

  static func advantage(over control: TrainingControlKind) -> String {
    control == .nodesOnly ? "relations.gain" : "controls.\(control.rawValue)"
  }

  /// In the order in which they are told.
  static let all: [MeasureDescription] = [
    .init(
      name: "completeness", title: "Largest error of the sum of contributions, as a share of the output",
      group: .completeness, better: .lower),
    .init(
      name: "agreement.clean", title: "Same class as the classifier, images as they are", group: .fidelity,
      better: .higher, isShare: true),
    .init(
      name: "agreement.masked", title: "Same class as the classifier, concepts masked", group: .fidelity,
      better: .higher, isShare: true),
    .init(
      name: "agreement.errors", title: "Same class as the classifier, images that it gets wrong", group: .fidelity,
      better: .higher, isShare: true),
    .init(
      name: "spearman.clean", title: "Rank correlation of the margins, images as they are", group: .fidelity,
      better: .higher),
    .init(
      name: "spearman.masked", title: "Rank correlation of the margins, concepts masked", group: .fidelity,
      better: .higher),
    .init(
      name: "mse.clean", title: "Mean squared error of the normalised margins, images as they are", group: .fidelity,
      better: .lower),
    .init(
      name: "mse.masked", title: "Mean squared error of the normalised margins, concepts masked", group: .fidelity,
      better: .lower),
    .init(
      name: "controls.shuffledTargets", title: "Agreement beyond that with shuffled targets", group: .controls,
      better: .higher, isShare: true),
    .init(
      name: "controls.shuffledEdges", title: "Agreement beyond that with shuffled edges", group: .controls,
      better: .higher, isShare: true),
    .init(
      name: "controls.randomConcepts", title: "Agreement beyond that with random concepts", group: .controls,
      better: .higher, isShare: true),
    .init(
      name: "relations.gain", title: "Agreement beyond that of nodes alone", group: .relations, better: .higher,
      isShare: true),
    .init(
      name: "signs.agreement", title: "Signs confirmed by masking, effects that count",
      group: .signs, better: .higher, isShare: true),
    .init(
      name: "signs.all", title: "Signs confirmed by masking, all concepts seen",
      group: .signs, better: .higher, isShare: true),
    .init(
      name: "locality.first", title: "Edits after which an edited part has changed most", group: .locality,
      better: .higher, isShare: true),
    .init(
      name: "locality.share", title: "Share of the change that falls to the edited parts", group: .locality,
      better: .higher, isShare: true),
    .init(name: "deletion.area", title: "Area under the deletion curve", group: .curves, better: .lower),
    .init(
      name: "deletion.gain", title: "Area by which deletion falls faster than in random order", group: .curves,
      better: .higher),
    .init(
      name: "deletion.gainOverACE", title: "Area by which deletion falls faster than in the order of plain ACE",
      group: .curves, better: .higher),
    .init(
      name: "deletion.margin.gain", title: "The same of the class's margin, over random order, in logits (deletion)",
      group: .curves, better: .higher),
    .init(
      name: "deletion.margin.gainOverACE",
      title: "The same of the class's margin, over plain ACE, in logits (deletion)",
      group: .curves, better: .higher),
    .init(name: "insertion.area", title: "Area under the insertion curve", group: .curves, better: .higher),
    .init(
      name: "insertion.gain", title: "Area by which insertion rises faster than in random order", group: .curves,
      better: .higher),
    .init(
      name: "insertion.gainOverACE", title: "Area by which insertion rises faster than in the order of plain ACE",
      group: .curves, better: .higher),
    .init(
      name: "insertion.margin.gain", title: "The same of the class's margin, over random order, in logits (insertion)",
      group: .curves, better: .higher),
    .init(
      name: "insertion.margin.gainOverACE",
      title: "The same of the class's margin, over plain ACE, in logits (insertion)",
      group: .curves, better: .higher),
    .init(
      name: "concepts.destroying", title: "Concepts masked until the class is lost, where it is", group: .curves,
      better: .lower),
    .init(
      name: "concepts.lost", title: "Images whose class is lost with all concepts masked", group: .curves,
      better: .higher, isShare: true),
    .init(
      name: "concepts.sufficient", title: "Concepts put back until the class is there again, where it was lost",
      group: .curves, better: .lower),
    .init(
      name: "stability.cosine", title: "Cosine of the concepts of two seeds, mean", group: .stability, better: .higher),
    .init(
      name: "stability.cosine5", title: "Cosine of the concepts of two seeds, 5th percentile", group: .stability,
      better: .higher),
    .init(
      name: "stability.otherCosine", title: "Cosine of different concepts of two seeds, to compare", group: .stability,
      better: .lower),
    .init(
      name: "stability.overlap", title: "Top-4 concepts that another seed finds there too",
      group: .stability, better: .higher, isShare: true),
    .init(
      name: "sanity.repeated", title: "Rank correlation of the concepts' importance with other random sets",
      group: .sanity,
      better: .higher),
    .init(
      name: "sanity.randomised", title: "Rank correlation of the concepts' importance with shuffled weights",
      group: .sanity, better: .lower),
  ]

  static let names = all.map(\.name)
}
