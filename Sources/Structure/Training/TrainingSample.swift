import Fields

/// One image, or a masked variant of one, as the reasoning network is trained on it.
package struct TrainingSample: Sendable {
  /// One graph per class.
  package var graphs: [ConceptGraph]
  /// The classifier's logits of these classes for the image as it is, or as it is masked.
  package var logits: [Float]
  /// Which image it is of: all samples of an image fall on the same side of the split.
  package var imageIndex: Int
  /// Whether concepts are masked out.
  package var isMasked: Bool
  /// Graphs of the same image of random patches instead of concepts, for a control; none where there is to be no such control.
  package var randomGraphs: [ConceptGraph]

  package init(
    graphs: [ConceptGraph], logits: [Float], imageIndex: Int, isMasked: Bool, randomGraphs: [ConceptGraph] = []
  ) {
    self.graphs = graphs
    self.randomGraphs = randomGraphs
    self.logits = logits
    self.imageIndex = imageIndex
    self.isMasked = isMasked
  }
}

/// A trained reasoning network and how it came about.
package struct TrainingResult: Sendable {
  /// The network with the weights of the best pass.
  package var network: ReasoningNetwork
  /// The loss used.
  package var loss: DistillationLoss
  /// Mean loss by pass, on the fitted images and on those that decide when to stop.
  package var history: [TrainingEpoch]
  /// Passes made.
  package var epochs: Int
  /// The pass whose weights were kept, from 1.
  package var bestEpoch: Int
  /// Fidelity on images that neither fitting nor stopping saw, as they are.
  package var heldOut: Fidelity
  /// Fidelity on masked variants of the same images.
  package var masked: Fidelity
  /// What is left of fidelity without what the network should have learnt by; empty where no controls were asked for.
  package var controls: [TrainingControl]
  /// Remarks for people.
  package var notes: [String]
}

/// One pass over the training graphs.
package struct TrainingEpoch: Sendable, Equatable {
  package var epoch: Int
  package var loss: Double
  package var heldOutLoss: Double

  package init(epoch: Int, loss: Double, heldOutLoss: Double) {
    self.epoch = epoch
    self.loss = loss
    self.heldOutLoss = heldOutLoss
  }
}

extension TrainingEpoch: StoredRecord {
  package static let partName: String? = "Epoch"
  package static var blank: TrainingEpoch { TrainingEpoch(epoch: 0, loss: 0, heldOutLoss: 0) }

  package static let fields = FieldList<TrainingEpoch>([
    .field("epoch", \.epoch, .count, "From 1."),
    .field("loss", \.loss, .score, "On the images fitted."),
    .field("heldOutLoss", \.heldOutLoss, .score, "On the images held out."),
  ])
}
