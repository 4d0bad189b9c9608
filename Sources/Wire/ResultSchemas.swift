import RPC

// The parts of results, under the names that the published description gives them.

extension Schema {
  static let session = named(
    "Session",
    .object([
      .init(
        "serverInfo",
        .object([.init("name", .string, "\"vrxd\"."), .init("version", .string, "The daemon's version.")]),
        "Who answers."),
      .init("protocolVersion", .string, "The version of this contract."),
      .init("capabilities", .map(of: .any), "What the daemon can do."),
    ]))

  static let model = named(
    "Model",
    .object([
      .init("model", .string, "The handle."),
      .init("name", .string, "What it is called."),
      .init("sha256", .string, "Of its bytes, in hexadecimal."),
      .init("inputShape", .array(of: .count), "Extents of the input without the batch."),
      .init("classCount", .count, "The number of classes."),
      .init("layers", .array(of: layer), "The layers at which concepts can be sought, in order."),
      .init("defaultLayer", .string, "The latest layer at which TCAV is not degenerate."),
      .init("precision", .words(["f32", "bf16"]), "The arithmetic."),
    ]))

  private static let layer = named(
    "Layer",
    .object([
      .init("name", .string, "Its name."),
      .init("shape", .array(of: .count), "Extents of its activations without the batch."),
      .init("operator", .string, "The ONNX operator."),
    ]))

  static let skippedImage = named(
    "SkippedImage",
    .object([.init("image", .string, "As the request named it."), .init("reason", .string, "What was wrong with it.")]))

  static let prediction = named(
    "Prediction",
    .object([
      .init("index", .count, "Among the model's outputs."),
      .init("label", .string, "The first synonym of the class's label."),
      .init("probability", .score, "Softmax over all classes."),
      .init("logit", .score, "The network's output."),
    ]))

  static let classification = named(
    "Classification",
    .object([
      .init("image", .string, "As the request named it."),
      .init("predictions", .array(of: prediction), "Most probable first."),
    ]))

  private static let patch = named(
    "Patch",
    .object([
      .init("image", .string, "As the request named it."), .init("box", .box),
      .init("distance", .score, "From the concept's centre."),
    ]))

  private static let importance = named(
    "Importance",
    .object([
      .init("mean", .score, "Mean TCAV score."),
      .init("sd", .score, "Standard deviation over the random sets."),
      .init("p", .score, "Of the two-sided t-test against random concepts."),
      .init("effect", .score, "The graded measure that ranks concepts where TCAV is degenerate."),
      .init(
        "confidenceInterval", Schema.array(of: .score, length: 2).orNull,
        "[low, high]: holds the mean over all random sets there could be with a probability of 95 %; null for fewer than two sets."
      ),
      .init("randomSets", .count, "Scores that the mean is of."),
      .init(
        "measure", Schema.words(["scores", "derivatives"]).orNull,
        "What the concept was judged by: TCAV scores, or mean derivatives where those all agree; null where it was not tested."
      ),
      .init(
        "correctedP", .score, "p of the measure, corrected over the candidates: what counts as significant goes by it."),
      .init(
        "correction", Schema.words(["bonferroni", "holm", "benjaminiHochberg"]).orNull, "What p was corrected by."),
      .init("tests", Schema.count.orNull, "Candidates that p was corrected for."),
    ]))

  static let concept = named(
    "Concept",
    .object([
      .init("id", .string, "Its stable identity."),
      .init("name", .string, "What people call it."),
      .init("class", .string, "The class's label."),
      .init("rank", .count, "1 for the most important."),
      .init("tcav", importance, "How much it matters to the class."),
      .init("cavAccuracy", .score, "Held-out accuracy of its activation vectors."),
      .init("size", .count, "Patches in its cluster."),
      .init("threshold", .score, "The largest distance at which a patch still is this concept."),
      .init("patches", .array(of: patch), "Exemplars, nearest first."),
    ]))

  private static let secondsByStage = named("SecondsByStage", .map(of: .score))

  static let discovery = named(
    "Discovery",
    .object([
      .init("class", .string, "The class's label."),
      .init("classIndex", .count, "The class's index."),
      .init("layer", .string, "The layer at which concepts were sought."),
      .init("concepts", .array(of: concept), "By rank."),
      .init("images", .count, "Photographs used."),
      .init("segments", .count, "Patches considered."),
      .init(
        "reused",
        .object([
          .init("segments", .count, "Photographs whose segments were known."),
          .init("embeddings", .count, "Embeddings that were known."),
          .init("whole", .boolean, "Whether an equal request was answered before: nothing was computed."),
        ]), "What was not computed again."),
      .init("skipped", .array(of: skippedImage), "Images that could not be used."),
      .init("seconds", secondsByStage, "Seconds by stage."),
      .init("degenerateLayer", .boolean, "Whether TCAV says nothing at this layer."),
      .init("notes", .array(of: .string), "Remarks for people."),
    ]))

  /// Where a concept is in an image; the other members depend on the request.
  private static let nodeMembers: [Member] = [
    .init("concept", .string, "The concept's id."),
    .init("name", .string, "The concept's name."),
    .init("number", .count, "Its rank, from 1: the number in pictures."),
    .init("detected", .boolean, "Whether a patch is near enough."),
    .init("distance", .score, "Of the nearest patch."),
    .init("center", Schema.point.orNull, "Of the patch; null where not detected."),
    .init("box", Schema.box.orNull, "Of the patch; null where not detected."),
  ]

  static let conceptGraph = named(
    "ConceptGraph",
    .object([
      .init("image", .string, "As the request named it."),
      .init("class", .string, "The class hypothesis."),
      .init("nodes", .array(of: .named("Node", .object(nodeMembers))), "One per concept, by rank."),
      .init(
        "edges",
        .array(
          of: .named(
            "Edge",
            .object([
              .init("from", .count, "Position of the source among the nodes, from 0."),
              .init("to", .count, "Position of the target among the nodes, from 0."),
              .init("feature", .array(of: .score), "(x, y) of the source, then of the target."),
            ]))), "By source, then target."),
    ]))

  static let fidelity = named(
    "Fidelity",
    .object([
      .init("top1Agreement", .score, "Share of images on which both choose the same class."),
      .init("spearman", .score, "Rank correlation of the margins: outputs less their mean over the classes."),
      .init("mse", .score, "Mean squared error of the normalised margins."),
      .init("images", .count, "Images it was measured on."),
    ]))

  private static let epoch = named(
    "Epoch",
    .object([
      .init("epoch", .count, "From 1."), .init("loss", .score, "On the images fitted."),
      .init("heldOutLoss", .score, "On the images held out."),
    ]))

  static let training = named(
    "Training",
    .object([
      .init("graphModel", .string, "The reasoning network's handle."),
      .init("classes", .array(of: .string), "Its classes' labels."),
      .init("epochs", .count, "Passes made."),
      .init("reused", .boolean, "Whether it is the result of an earlier, equal request."),
      .init(
        "fidelity",
        .object([
          .init("heldOut", fidelity, "On held-out images as they are."),
          .init("masked", fidelity, "On held-out images with concepts masked."),
        ]), "How well it agrees with the classifier."),
      .init(
        "controls", .array(of: trainingControl),
        "What is left of fidelity without what the network should have learnt by; empty where the option `controls` is 0."
      ),
      .init(
        "doubts", .array(of: .string),
        "What it means that controls are not clearly beaten, for people; empty where all are."),
      .init("history", .array(of: epoch), "By pass."),
      .init("loss", .string, "The distillation loss used."),
      .init("skipped", .array(of: skippedImage), "Images that could not be used."),
      .init("seconds", secondsByStage, "Seconds by stage."),
      .init("notes", .array(of: .string), "Remarks for people."),
    ]))

  private static let verification = named(
    "Verification",
    .object([
      .init("logitChange", .score, "Change of the class's logit."),
      .init("marginChange", .score, "Change of the class's logit less the mean logit of the graph's other classes."),
      .init("agrees", .boolean, "Whether the signs of contribution and margin's change agree with each other."),
      .init(
        "verdict", .words(["confirmed", "contradicted", "undecided"]),
        "Whether the effect has the sign that the contribution claims; undecided where random patches have it as well. With controls.",
        isOptional: true),
      .init("effect", .score, "The margin's change less its mean over the random patches.", isOptional: true),
      .init("interval", .array(of: .score), "The effect's 95 % interval.", isOptional: true),
      .init("p", .score, "That the concept is as any random patch.", isOptional: true),
      .init(
        "random",
        .object([
          .init("patches", .count, "Random patches of the same shape."),
          .init("mean", .score, "Mean change of the margin by these."),
          .init("sd", .score, "Its standard deviation."),
        ]), "The controls.", isOptional: true),
      .init(
        "exemplarChange", .score,
        "Change of the margin with another image's patch of the same concept in its place: a good patch for a good one.",
        isOptional: true),
    ]))

  private static let localFidelity = named(
    "LocalFidelity",
    .object([
      .init("low", .boolean, "Whether there is reason not to believe the explanation of this image."),
      .init("cautions", .array(of: .string), "The reasons, as sentences."),
      .init(
        "pictures", .count, "The image and pictures of it with a concept masked. With verification.", isOptional: true),
      .init("top1Agreement", .score, "Share of these for which graph and classifier agree.", isOptional: true),
      .init(
        "correlation", .score.orNull,
        "Of the margins' changes from the image to the masked pictures, the graph's with the classifier's.",
        isOptional: true),
    ]))

  private static let explainedNode = named(
    "ExplainedNode",
    .object(
      nodeMembers + [
        .init("contribution", .score, "What it adds to the class's score."),
        .init(
          "maskingValue", .score.orNull,
          "What the reasoning network foretells masking it to take from the class's margin over the other classes, shared out with the "
            + "concepts that overlap it (Shapley value); null where there is nothing to mask."),
        .init(
          "verified", verification,
          "What the classifier itself says when the concept is masked; on request, where there is something to mask.",
          isOptional: true),
      ]))

  private static let explainedEdge = named(
    "ExplainedEdge",
    .object([
      .init("from", .count, "Number of the source node, from 1."),
      .init("to", .count, "Number of the target node, from 1."),
      .init("contribution", .score, "What it adds to the class's score."),
      .init(
        "verified", verification,
        "What the classifier itself says when the source is moved elsewhere; on request, for the strongest relations of concepts that are "
          + "seen.", isOptional: true),
    ]))

  private static let classExplanation = named(
    "ClassExplanation",
    .object([
      .init("class", .string, "The class's label."),
      .init("role", .words(["why", "whyNot"]), "\"why\" for the classifier's own choice among the classes."),
      .init("score", .score, "The reasoning network's output: the sum of all contributions and the bias."),
      .init("nodes", .array(of: explainedNode), "Concepts, by rank."),
      .init("edges", .array(of: explainedEdge), "Relations."),
      .init(
        "otherGraphs",
        .array(
          of: .object([
            .init("class", .string, "The other class."), .init("contribution", .score, "What its graph adds."),
          ])), "What the other classes' graphs add to this score."),
      .init("bias", .score, "The last layer's."),
    ]))

  static let explanation = named(
    "Explanation",
    .object([
      .init("image", .string, "As the request named it."),
      .init("model", .string, "The network's handle."),
      .init("graphModel", .string, "The reasoning network's handle."),
      .init(
        "prediction",
        .object([
          .init("class", .string, "Its choice among these classes."),
          .init(
            "classes",
            .array(
              of: .object([
                .init("class", .string, "The label."), .init("index", .count, "Among the model's outputs."),
                .init("probability", .score, "Softmax over these classes."), .init("logit", .score, "The output."),
              ])), "The graph's classes."),
        ]), "What the classifier says."),
      .init(
        "graphPrediction",
        .object([
          .init("class", .string, "Its choice."),
          .init(
            "classes",
            .array(of: .object([.init("class", .string, "The label."), .init("score", .score, "The output.")])),
            "The graph's classes."),
        ]), "What the reasoning network says."),
      .init("fidelity", fidelity, "Of the reasoning network on held-out images."),
      .init("localFidelity", localFidelity, "Of the reasoning network on this image."),
      .init(
        "explanations", .array(of: classExplanation), "Exactly one \"why\", first; then a \"whyNot\" per other class."),
      .init("summary", .string, "Plain English, built from the numbers."),
    ]))

  static let status = named(
    "Status",
    .object([
      .init("models", .count, "Networks that are known: in the workspace where one is open, else in memory."),
      .init("loadedModels", .count, "Networks that are loaded."),
      .init("classes", .count, "Classes with concepts."),
      .init("concepts", .count, "Concepts in the bank."),
      .init("names", .count, "Names that people gave to concepts."),
      .init("graphModels", .count, "Trained reasoning networks."),
      .init(
        "images", .count, "In a workspace images ever read, else images that the concepts' patches come from."),
      .init("stages", .count, "Results that can be computed again."),
      .init("bytes", .count, "Bytes of these."),
      .init("memoryBytes", .count, "Bytes of what of these is in memory."),
      .init("fileBytes", .count, "Bytes of the workspace's file."),
      .init("workspace", .string.orNull, "The workspace's file."),
      .init("workspaceBytes", .count.orNull, "Bytes that these results may take in it."),
      .init("hits", .count, "Stages answered from what was stored."),
      .init("misses", .count, "Stages computed."),
      .init("longestLockWait", .score, "Seconds that a write to the workspace waited at most for another daemon's."),
    ]))

  static let bank = named(
    "Bank",
    .object([
      .init("path", .string, "The file."),
      .init("classes", .count, "Classes in it."),
      .init("concepts", .count, "Concepts in them."),
      .init("graphModels", .array(of: .string), "Handles of the reasoning networks in it."),
    ]))
}
