/// Every number of the reasoning network and its training (METHOD section 3).
public struct TrainingOptions: Sendable, Equatable {
  /// Node widths of the layers.
  public var nodeWidths = [64, 32, 32]
  /// Edge width of every layer.
  public var edgeWidth = 5
  /// The distillation loss.
  public var loss = DistillationLoss.l1NormalisedMSE
  /// Most passes over the training graphs.
  public var maxEpochs = 200
  /// Images in a step.
  public var batchSize = 16
  /// Adam's step size.
  public var learningRate = 0.001
  /// Decoupled weight decay.
  public var weightDecay = 0.0001
  /// Passes without a better held-out loss after which training stops.
  public var patience = 30
  /// Share of the images held out of fitting, for early stopping and fidelity.
  public var holdout = 0.25
  /// Concept-masked variants of each image that are added (the paper's augmentation).
  public var maskedVariants = 3
  /// Value of every entry of a dummy node's embedding.
  public var dummyValue: Float = 0.01
  /// Seed of everything random.
  public var seed: UInt64 = 0

  /// The defaults.
  public init() {}
}

/// What the reasoning network is trained to match.
public enum DistillationLoss: String, Sendable, CaseIterable {
  /// Mean squared error between the two outputs, each divided by its L1 norm (the paper's).
  case l1NormalisedMSE
  /// Mean squared error between logits standardised over the training set.
  case standardisedMSE
  /// Kullback-Leibler divergence between the softmax outputs.
  case crossEntropy
}
