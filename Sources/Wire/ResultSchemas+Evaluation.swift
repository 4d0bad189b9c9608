import RPC

extension Schema {
  private static let evaluationMeasure = named(
    "EvaluationMeasure",
    .object([
      .init("name", .string, "Its name, also in `thresholds`."),
      .init("title", .string, "What it is, for people."),
      .init(
        "group",
        .words([
          "completeness", "fidelity", "controls", "relations", "signs", "locality", "curves", "stability", "sanity",
        ]),
        "What it is measured with."),
      .init("better", .words(["higher", "lower"]), "Which way is better."),
      .init("share", .boolean, "Whether it is a share, told in percent."),
      .init("mean", .score, "Over the runs."),
      .init("sd", .score, "Standard deviation over the runs; null for one."),
      .init("values", .array(of: .score), "One per run; of measures over pairs of runs, one per pair."),
      .init(
        "confidenceInterval", Schema.array(of: .score, length: 2).orNull,
        "[low, high]: holds what the share would be over all images like these with a probability of 95 %."),
      .init("p", .score, "The largest over the runs, of tests that are paired by image; null where nothing is tested."),
      .init("count", .count, "Images, nodes or edits that a value is of, in the run with the fewest."),
    ]))

  private static let evaluationCurve = named(
    "EvaluationCurve",
    .object([
      .init("kind", .words(["deletion", "insertion"]), "Whether concepts are masked one after another, or put back."),
      .init(
        "measure", .words(["probability", "margin"]),
        "What is followed: the class's probability among the classes, or its logit less the mean of the other classes'."
      ),
      .init(
        "order", .words(["foretold", "contribution", "verified", "ace", "largest", "random"]),
        "In which order: as the graph network foretells masking (Shapley values), by contribution, by what masking each alone does to the "
          + "classifier, by the TCAV of plain ACE, the largest first, at random."),
      .init("places", .array(of: .score), "Shares of the concepts, from 0 to 1."),
      .init("mean", .array(of: .score), "The mean over images and runs."),
      .init("margin", .array(of: .score), "Half the width of the mean's 95 % interval."),
    ]))

  private static let evaluationVerdict = named(
    "EvaluationVerdict",
    .object([
      .init("measure", .string, "Its name."), .init("threshold", .score, "What was asked."),
      .init("value", .score, "Its mean; null where it could not be measured."),
      .init("met", .boolean, "Whether it is as good or better."),
    ]))

  static let evaluation = named(
    "Evaluation",
    .object([
      .init("model", .string, "The network's handle."),
      .init("name", .string, "What it is called."),
      .init("layer", .string, "The layer at which concepts were sought."),
      .init("classes", .array(of: .string), "Their labels."),
      .init("seeds", .array(of: .count), "Of the runs."),
      .init("fitted", .map(of: .count), "Images that were fitted on, by class."),
      .init("heldOut", .map(of: .array(of: .string)), "Images that nothing was fitted on, by class."),
      .init("measures", .array(of: evaluationMeasure), "With their spread over the runs."),
      .init("curves", .array(of: evaluationCurve), "What becomes of the class as concepts are masked and put back."),
      .init("controls", .array(of: .array(of: trainingControl)), "Of each run, measured on the held-out images."),
      .init("verdicts", .array(of: evaluationVerdict), "One per threshold that was asked for."),
      .init("skipped", .array(of: skippedImage), "Images that could not be used."),
      .init("seconds", .named("SecondsByStage", .map(of: .score)), "Seconds by stage, all runs together."),
      .init("notes", .array(of: .string), "Remarks for people."),
      .init("summary", .string, "Plain English, built from the numbers."),
      .init("path", .string, "The page, where one was asked for.", isOptional: true),
    ]))
}
