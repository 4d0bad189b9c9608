import Fields

/// All options of the reasoning network and its training (METHOD section 3), by what they decide.
package struct TrainingOptions: Sendable, Equatable {
  package var network = NetworkOptions()
  package var fitting = FittingOptions()
  package var variants = VariantOptions()
  package var controls = ControlOptions()
  package var run = TrainingRunOptions()

  package init() {}

  /// The defaults before the network was trained on measured effects: what a training that does not name them had.
  package static let earlier: TrainingOptions = {
    var options = TrainingOptions()
    options.variants.measuredConcepts = 0
    return options
  }()

  package static let fields = FieldList<TrainingOptions>(joining: [
    NetworkOptions.fields.within(\TrainingOptions.network),
    FittingOptions.fields.within(\TrainingOptions.fitting),
    VariantOptions.fields.within(\TrainingOptions.variants),
    ControlOptions.fields.within(\TrainingOptions.controls),
    TrainingRunOptions.fields.within(\TrainingOptions.run),
  ])
}

/// The shape of the reasoning network.
package struct NetworkOptions: Sendable, Equatable {
  package var nodeWidths = [64, 32, 32]
  package var edgeWidth = 5
  package var relations = true

  package init() {}

  package static let fields = FieldList<NetworkOptions>([
    .option("nodeWidths", \.nodeWidths, .list(of: .int(in: 1...4096)), "Node widths of the layers."),
    .option("edgeWidth", \.edgeWidth, .int(in: 1...4096), "Edge width of every layer."),
    .option(
      "relations", \.relations, .bool,
      "Whether the network uses relations of concepts; without them it uses neither relations nor the places of concepts."
    ),
  ])
}

/// How the reasoning network's weights are fitted.
package struct FittingOptions: Sendable, Equatable {
  package var loss = DistillationLoss.marginMSE
  package var start = NetworkStart.ridge
  package var maxEpochs = 200
  package var batchSize = 16
  package var learningRate = 0.003
  package var weightAveraging = 0.99
  package var weightDecay = 0.0001
  package var crossGraphDecay = 0.0
  package var messageDecay = 10.0
  package var effectWeight = 1.0
  package var embeddingNoise = 1.0
  package var patience = 30
  package var holdout = 0.25

  package init() {}

  package static let fields = FieldList<FittingOptions>(
    [
      .option("loss", \.loss, .word(DistillationLoss.self), "The distillation loss."),
      .option(
        "start", \.start, .word(NetworkStart.self),
        "Where the weights start: random, or in the first layer from a ridge regression of the targets on the nodes."),
      .option("maxEpochs", \.maxEpochs, .int(in: 1...100_000), "Most passes over the graphs."),
      .option(
        "batchSize", \.batchSize, .int(in: 1...100_000), "Images in a step; their masked variants come with them."),
      .option("learningRate", \.learningRate, .number(.above(0, to: 1)), "Adam's step size."),
      .option(
        "weightAveraging", \.weightAveraging, .number(.from(0, below: 1)),
        "Share of the weights' running average that each step keeps; the average is what is used."),
      .option(
        "weightDecay", \.weightDecay, .number(.from(0, to: 1_000_000)),
        "Decoupled weight decay; below 1 / learningRate."),
      .option(
        "crossGraphDecay", \.crossGraphDecay, .number(.from(0, to: 1_000_000)),
        "Further decay of the weights by which a class's graph acts on other classes' scores; may be 0. From 1 / learningRate on it does not "
          + "act on them, and only a class's own graph speaks for or against it."),
      .option(
        "messageDecay", \.messageDecay, .number(.from(0, to: 1_000_000)),
        "Further decay of the weights of messages between concepts, so that a concept's contribution contains little of its neighbours'; "
          + "may be 0."),
      .option(
        "effectWeight", \.effectWeight, .number(.from(0, to: 1000)),
        "Weight of the loss that makes concepts contribute what the classifier loses when they are masked; may be 0."
      ),
      .option(
        "embeddingNoise", \.embeddingNoise, .number(.from(0, to: 100)),
        "Standard deviation of the noise that is added to standardised embeddings while fitting; may be 0."),
      .option(
        "patience", \.patience, .int(in: 1...Int.max),
        "Training stops after this many passes without a better held-out loss."),
      .option(
        "holdout", \.holdout, .number(.between(0, 1)),
        "Share of the images held out of fitting: half decide when to stop, half measure fidelity."),
    ],
    rule: { options in
      guard options.weightDecay * options.learningRate < 1 else {
        throw FieldError(
          "weightDecay", given: .double(options.weightDecay), accepted: "a number below 1 / learningRate")
      }
    })
}

/// How images with masked concepts are added to the training (the paper's augmentation).
package struct VariantOptions: Sendable, Equatable {
  package var maskedVariants = 3
  package var hiddenShare = 0.5
  package var dummyValue: Float = 0.01
  package var measuredConcepts = 4

  package init() {}

  package static let fields = FieldList<VariantOptions>([
    .option(
      "maskedVariants", \.maskedVariants, .int(in: 0...1000),
      "Variants with masked concepts that are added for each image."),
    .option(
      "hiddenShare", \.hiddenShare, .number(.above(0, to: 1)),
      "Share of a node's pixels that must be masked for it to count as not detected."),
    .option(
      "dummyValue", \.dummyValue, .number(.from(-1_000_000, to: 1_000_000)),
      "Every entry of the embedding of a concept that is not detected."),
    .option(
      "measuredConcepts", \.measuredConcepts, .int(in: 0...7),
      "Concepts of the class that is predicted for an image whose effects are measured on the classifier, for the network to contribute "
        + "the same; masked variants are then blurred as well, and not grey. May be 0.",
      when: { $0.measuredConcepts > 0 }),
  ])
}

/// The controls of a training (`TrainingControlKind`).
package struct ControlOptions: Sendable, Equatable {
  package var controls = 1

  package init() {}

  package static let fields = FieldList<ControlOptions>([
    .option(
      "controls", \.controls, .int(in: 0...100),
      "Fits of each kind of control beside the training's own, to show that its fidelity means something; may be 0.")
  ])
}

/// Options of a training as a whole.
package struct TrainingRunOptions: Sendable, Equatable {
  package var maxImagesPerClass = 100
  package var seed: UInt64 = 0

  package init() {}

  package static let fields = FieldList<TrainingRunOptions>([
    .option("maxImagesPerClass", \.maxImagesPerClass, .int(in: 1...Int.max), "Most images of a class that are used."),
    .option("seed", \.seed, .seed, "Decides everything random."),
  ])
}

/// What the reasoning network is trained to match.
package enum DistillationLoss: String, Sendable, CaseIterable {
  /// Mean squared error between the two outputs, each divided by its L1 norm (the paper's).
  case l1NormalisedMSE
  /// Mean squared error between logits standardised over the training set.
  case standardisedMSE
  /// Mean squared error between margins, each logit less the mean of the image's logits over these classes,
  /// standardised over the training set: what distinguishes the classes, not how much the image is like any of them.
  case marginMSE
  /// Kullback-Leibler divergence between the softmax outputs.
  case crossEntropy

  /// Whether outputs are logits up to a constant and a scale, so that their differences are differences of logits.
  var isOfLogits: Bool { self == .standardisedMSE || self == .marginMSE }
}

/// Where a reasoning network's weights start.
package enum NetworkStart: String, Sendable, CaseIterable {
  /// Random numbers.
  case random
  /// Random numbers, except for W1 and W2 of the first layer: these start from the directions of a ridge regression of
  /// the targets on all nodes' embeddings.
  case ridge
}
