/// Every number of the reasoning network and its training (METHOD section 3).
package struct TrainingOptions: Sendable, Equatable {
  /// Node widths of the layers.
  package var nodeWidths = [64, 32, 32]
  /// Edge width of every layer.
  package var edgeWidth = 5
  /// Whether concepts' relations take part. Without them each graph is its nodes alone: no messages, no edges, nothing of where a concept
  /// is. What that costs in fidelity is what relations are worth.
  package var relations = true
  /// The distillation loss.
  package var loss = DistillationLoss.marginMSE
  /// Where the weights start.
  package var start = NetworkStart.ridge
  /// Most passes over the training graphs.
  package var maxEpochs = 200
  /// Images in a step; their masked variants come with them.
  package var batchSize = 16
  /// Adam's step size.
  package var learningRate = 0.003
  /// Share of the running average of the weights that each step keeps; the average is what is used. 0 for the last step's weights.
  package var weightAveraging = 0.99
  /// Decoupled weight decay.
  package var weightDecay = 0.0001
  /// Further decay, in units of the step size, of the readout's weights by which a class's graph acts on other classes' outputs: the
  /// larger, the more of what speaks for or against a class is found in its own graph: all of it from 1 / `learningRate` on. 0 for none.
  package var crossGraphDecay = 0.0
  /// Further decay, in units of the step size, of the messages' weights W3: the larger, the less a node's contribution holds of its
  /// neighbours'. 0 for none.
  package var messageDecay = 10.0
  /// Weight, beside the distillation loss, of that on what concepts contribute: where a variant masks concepts, together what the classifier
  /// loses. 0 for none; without effect with losses that are not of logits.
  package var effectWeight = 1.0
  /// Standard deviation of the normal noise added to standardised embeddings while fitting, anew for every node in every
  /// step; 0 for none.
  package var embeddingNoise = 1.0
  /// Passes without a better held-out loss after which training stops.
  package var patience = 30
  /// Share of the images held out of fitting: half of them decide when to stop, the other half measure fidelity.
  package var holdout = 0.25
  /// Most images of a class that are used.
  package var maxImagesPerClass = 100
  /// Concept-masked variants of each image that are added (the paper's augmentation).
  package var maskedVariants = 3
  /// Share of a node's pixels that must be masked for it to become a dummy.
  package var hiddenShare = 0.5
  /// Value of every entry of a dummy node's embedding.
  package var dummyValue: Float = 0.01
  /// Fits of each kind of control (`TrainingControlKind`) beside the training's own; 0 for none.
  package var controls = 1
  /// Seed of everything random.
  package var seed: UInt64 = 0

  package init() {}

  /// - Throws: `StructureError.invalidValue` where a number is out of its range.
  package func validate() throws {
    func check(_ name: String, _ holds: Bool, _ accepted: String) throws {
      guard holds else { throw StructureError.invalidValue(name: name, reason: "accepted is \(accepted)") }
    }
    try check("maxEpochs", (1...100_000).contains(maxEpochs), "1 to 100000")
    try check("batchSize", (1...100_000).contains(batchSize), "1 to 100000")
    try check("learningRate", learningRate > 0 && learningRate <= 1, "more than 0, up to 1")
    try check("weightAveraging", weightAveraging >= 0 && weightAveraging < 1, "0 up to, but not, 1")
    try check("weightDecay", weightDecay >= 0 && weightDecay * learningRate < 1, "0 up to 1 / learningRate")
    try check("crossGraphDecay", (0...1_000_000).contains(crossGraphDecay), "0 to 1000000")
    try check("messageDecay", (0...1_000_000).contains(messageDecay), "0 to 1000000")
    try check("effectWeight", (0...1000).contains(effectWeight), "0 to 1000")
    try check("embeddingNoise", (0...100).contains(embeddingNoise), "0 to 100")
    try check("patience", patience >= 1, "1 or more")
    try check("holdout", holdout > 0 && holdout < 1, "between 0 and 1")
    try check("maxImagesPerClass", maxImagesPerClass >= 1, "1 or more")
    try check("maskedVariants", (0...1000).contains(maskedVariants), "0 to 1000")
    try check("hiddenShare", hiddenShare > 0 && hiddenShare <= 1, "more than 0, up to 1")
    try check("controls", (0...100).contains(controls), "0 to 100")
    try check("dummyValue", dummyValue.isFinite, "a finite number")
  }
}

/// What the reasoning network is trained to match.
package enum DistillationLoss: String, Sendable, CaseIterable {
  /// Mean squared error between the two outputs, each divided by its L1 norm (the paper's).
  case l1NormalisedMSE
  /// Mean squared error between logits standardised over the training set.
  case standardisedMSE
  /// Mean squared error between margins, each logit less the mean of the image's logits over these classes, standardised over the
  /// training set: what tells the classes apart, not how much the image is like any of them.
  case marginMSE
  /// Kullback-Leibler divergence between the softmax outputs.
  case crossEntropy

  /// Whether outputs are logits up to a constant and a scale, so that a difference of them is one of logits.
  var isOfLogits: Bool { self == .standardisedMSE || self == .marginMSE }
}

/// Where a reasoning network's weights start.
package enum NetworkStart: String, Sendable, CaseIterable {
  /// Random numbers.
  case random
  /// Random numbers, but for W1 and W2 of the first layer: these start from the directions in which a ridge regression of the targets on
  /// all nodes' embeddings weighs them.
  case ridge
}
