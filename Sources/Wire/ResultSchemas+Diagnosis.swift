import RPC

// The result of a diagnosis.

extension Schema {
  private static let errorType = named("ErrorType", .words(["conceptConfusion", "falseDetection", "unseenVariance"]))

  private static let evidence = named(
    "Evidence",
    .object([
      .init("class", .string, "The class whose graph it is of."),
      .init("name", .string, "The concept's name, or those of a relation's ends."),
      .init("contribution", .score, "What it adds to the predicted class's score less the true one's."),
      .init("detected", .boolean, "Whether the concept, or both of a relation's ends, are seen."),
      .init("type", errorType, "The type of error that it speaks for."),
    ]))

  private static let correction = named(
    "Correction",
    .object([
      .init("replaced", .string, "The concept whose patch was replaced."),
      .init("by", .string, "The concept of the true class whose exemplar took its place."),
      .init("corrects", .boolean, "Whether the classifier then chose the true class."),
      .init("marginChange", .score, "Of the true class's logit less the predicted one's."),
      .init("randomCorrects", .boolean, "Whether a random patch at the same place corrects it as well."),
    ]))

  private static let mistake = named(
    "Mistake",
    .object([
      .init("image", .string, "As the request named it."),
      .init("truth", .string, "The class that it is listed under."),
      .init("predicted", .string, "The class that the classifier chose."),
      .init("type", errorType.orNull, "What it is put down to; null where nothing in the graphs is to blame."),
      .init("shares", .map(of: .score), "Shares of the blame by type."),
      .init("evidence", .array(of: evidence), "What is most to blame, first."),
      .init("followed", .boolean, "Whether the reasoning network makes the same mistake."),
      .init("correction", correction, "The substitution of the concept most to blame of those seen.", isOptional: true),
    ]))

  static let diagnosis = named(
    "Diagnosis",
    .object([
      .init("graphModel", .string, "The reasoning network's handle."),
      .init(
        "confusion",
        .object([
          .init("classes", .array(of: .string), "The classes' labels."),
          .init("counts", .array(of: .array(of: .count)), "Images by true class, then by chosen class."),
        ]), "What is taken for what."),
      .init("errors", .array(of: mistake), "The wrong decisions."),
      .init("suggestions", .array(of: .string), "What to add to the training data, most pressing first."),
      .init("skipped", .array(of: skippedImage), "Images that could not be used."),
      .init("summary", .string, "Plain English, built from the numbers."),
    ]))
}
