import RPC

// How present, how important and where: three things that stay apart.

extension Schema {
  private static let presence = named(
    "Presence",
    .object([
      .init("detected", .boolean, "Whether the image counts as showing the concept."),
      .init("score", .score, "From 0 to 1, ½ at the limit of detection; no probability."),
      .init(
        "measure", .words(["distance", "coefficient"]),
        "What it goes by: the distance from the concept's centre, or of a non-negative component how much of it a patch holds."
      ),
      .init("distance", .score, "Of the best patch from the concept's centre."),
      .init("threshold", .score, "The largest distance at which a patch still is the concept."),
      .init("coefficient", .score, "How much of the component the best patch holds; null of other concepts."),
      .init(
        "reference", .score, "How much of it all but 5 % of the concept's own patches hold; null of other concepts."),
    ]))

  private static let sensitivity = named(
    "Sensitivity",
    .object([
      .init(
        "derivative", .score,
        "Mean derivative of the class's logit of this image along the concept's activation vectors."),
      .init("sd", .score, "Its standard deviation over the vectors."),
      .init("positive", .score, "Share of the vectors along which the logit rises."),
      .init("tcav", .score, "Mean TCAV score of the concept's discovery: how important it is to the class."),
    ]))

  static let conceptScores = named(
    "ConceptScores",
    .object([
      .init("image", .string, "As the request named it."),
      .init("class", .string, "The class's label."),
      .init(
        "concepts",
        .array(
          of: .named(
            "ConceptScore",
            .object([
              .init("concept", .string, "The concept's id."),
              .init("name", .string, "What people call it."),
              .init("rank", .count, "1 for the most important to the class."),
              .init("presence", presence, "How present it is in the image."),
              .init("importance", sensitivity, "How much the class's logit depends on it, here and as a rule."),
              .init(
                "place",
                Schema.object([.init("center", .point, "Its centre."), .init("box", .box, "Its box.")]).orNull,
                "Where its best patch is, detected or not; null where the image has no patch."),
            ]))), "By rank."),
    ]))
}
