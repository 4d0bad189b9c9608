import RPC

extension Schema {
  static let trainingControl = named(
    "TrainingControl",
    .object([
      .init(
        "kind", .words(["shuffledTargets", "shuffledEdges", "randomConcepts", "nodesOnly"]),
        "What was taken away: each image's own outputs of the classifier, the geometry of its edges, its concepts, for which random "
          + "patches of the image stand, or, in an evaluation, all relations."),
      .init("refits", .count, "Fits whose mean the fidelities are."),
      .init("heldOut", fidelity, "Of the control, on the training's held-out images as they are."),
      .init("masked", fidelity, "On the same images with concepts masked."),
      .init("p", .score, "Of the training against the control on held-out images as they are."),
      .init("clearlyBeaten", .boolean, "Whether the training is better, with p below 0.01."),
      .init(
        "tests",
        .object([
          .init("heldOut", pairedComparison, "On held-out images as they are."),
          .init("masked", pairedComparison, "On the same images with concepts masked."),
        ]), "Paired by image."),
    ]))

  static let pairedComparison = named(
    "PairedComparison",
    .object([
      .init("agreementP", .score, "Two-sided, of the exact sign test (McNemar's) of agreement with the classifier."),
      .init("marginP", .score, "Two-sided, of Wilcoxon's signed-rank test of the squared errors of the margins."),
      .init("p", .score, "The smaller of the two, doubled because it is chosen."),
      .init("better", .boolean, "Whether the training is the better one in what the smaller p is of."),
    ]))
}
