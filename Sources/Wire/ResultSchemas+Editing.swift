import RPC

// Results of comparing and editing.

extension Schema {
  private static let comparedSide = named(
    "ComparedSide",
    .object([
      .init("model", .string, "The network's handle."),
      .init("graphModel", .string, "The reasoning network's handle."),
      .init("image", .string, "As the request named it."),
      .init("class", .string, "The class's label."),
      .init("score", .score, "The reasoning network's output for the class."),
      .init("logit", .score, "The classifier's output for the class."),
      .init("probability", .score, "Softmax over the reasoning network's classes."),
      .init("fidelity", fidelity, "Of the reasoning network on held-out images."),
    ]))

  private static let difference = named(
    "Difference",
    .object([
      .init("class", .string, "The class whose graph it is of."),
      .init("concept", .string, "The concept's id, for a concept.", isOptional: true),
      .init(
        "edge",
        .object([.init("from", .string, "The source concept's id."), .init("to", .string, "The target concept's id.")]),
        "The concepts, for a relation.", isOptional: true),
      .init("name", .string, "What people call it."),
      .init(
        "detected", seen, "Whether it is seen; for a relation, both its ends. Null where the side has no such part."),
      .init("left", .score, "What it adds to the left score; null where that side has no such part."),
      .init("right", .score, "What it adds to the right score; null where that side has no such part."),
      .init("delta", .score, "Left less right."),
    ]))

  private static let seen = object([
    .init("left", boolean.orNull, "On the left side."), .init("right", boolean.orNull, "On the right side."),
  ])

  static let comparison = named(
    "Comparison",
    .object([
      .init("left", comparedSide, "The one side."),
      .init("right", comparedSide, "The other side."),
      .init("differences", .array(of: difference), "Concepts and relations, the largest difference first."),
      .init(
        "remainder",
        .object([
          .init("left", .score, "Of the left score."), .init("right", .score, "Of the right score."),
          .init("delta", .score, "Left less right."),
        ]), "What other graphs and the bias add: with the differences it makes up the scores."),
      .init("summary", .string, "Plain English, built from the numbers."),
    ]))

  private static let change = named(
    "Change",
    .object([
      .init("class", .string, "The class whose graph it is of."),
      .init("name", .string, "The concept's name, or those of a relation's ends."),
      .init("from", .count, "Number of the concept, or of the relation's source, from 1."),
      .init("to", count.orNull, "Number of the relation's target; null for a concept."),
      .init("before", .score, "What it adds to the class's score before."),
      .init("after", .score, "What it adds after."),
      .init("delta", .score, "After less before."),
      .init(
        "edited", .boolean,
        "Whether the edits hide its patch or lie on it, or put there what is first seen as it; or it is a relation of such a concept."
      ),
    ]))

  static let intervention = named(
    "Intervention",
    .object([
      .init("image", .string, "The edited picture, of the original's size: a PNG file in base64."),
      .init("before", explanation, "The explanation of the image as it is."),
      .init(
        "after", explanation,
        "The explanation of the edited picture; concepts that no edit touches are taken where they were, unless rematch was asked for."
      ),
      .init("changes", .array(of: change), "In the edited classes' graphs, the largest first."),
      .init("locality", .score, "Share of the change that lies in what was edited and its relations."),
      .init("summary", .string, "Plain English, built from the numbers."),
    ]))
}
