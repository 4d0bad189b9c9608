import Fields

/// One image, or a masked variant of one, as the reasoning network is trained on it.
package struct TrainingSample: Sendable {
  /// One graph per class.
  package var graphs: [ConceptGraph]
  /// The classifier's logits of these classes for the image as it is, or as it is masked.
  package var logits: [Float]
  /// Number of its image: all samples of an image are on the same side of the split.
  package var imageIndex: Int
  /// Whether concepts are masked out.
  package var isMasked: Bool
  /// Whether the logits are worked out from measured effects, and not the classifier's for any picture.
  package var isMeasured = false
  /// What was measured of the image's concepts, for the sample of the image as it is.
  package var evidence: [ConceptEvidence] = []
  /// Graphs of the same image with random patches instead of concepts, for a control; empty without that control.
  package var randomGraphs: [ConceptGraph]

  package init(
    graphs: [ConceptGraph], logits: [Float], imageIndex: Int, isMasked: Bool, randomGraphs: [ConceptGraph] = []
  ) {
    (self.graphs, self.randomGraphs, self.logits, self.imageIndex) = (graphs, randomGraphs, logits, imageIndex)
    self.isMasked = isMasked
  }

  /// The sample without each concept that was measured, one at a time. The class's logit is less by what the concept is
  /// worth, so that the network learns to contribute what is measured (METHOD section 4b).
  ///
  /// - Parameter position: of the class that `evidence` is for.
  package func withoutEach(
    of evidence: MeasuredEvidence, at position: Int, dummyValue: Float
  ) -> [TrainingSample] {
    evidence.parts.enumerated().compactMap { node, part in
      guard let part, graphs.indices.contains(position), logits.indices.contains(position) else { return nil }
      var sample = self
      sample.graphs[position] = graphs[position].masking([node], dummyValue: dummyValue)
      sample.logits[position] -= Float(part.effect)
      (sample.isMasked, sample.isMeasured) = (true, true)
      return sample
    }
  }
}

/// A trained reasoning network and its training.
package struct TrainingResult: Sendable {
  /// The network with the weights of the best pass.
  package var network: ReasoningNetwork
  package var loss: DistillationLoss
  /// Mean loss by pass, on the fitted images and on those that decide when to stop.
  package var history: [TrainingEpoch]
  package var epochs: Int
  /// The pass whose weights were kept, from 1.
  package var bestEpoch: Int
  /// Fidelity on images that neither fitting nor stopping saw, as they are.
  package var heldOut: Fidelity
  /// Fidelity on masked variants of the same images.
  package var masked: Fidelity
  /// Predicts what is measured of concepts; nil where nothing was.
  package var effects: EffectModel?
  /// Empty without controls.
  package var controls: [TrainingControl]
  /// Notes for people.
  package var notes: [String]
}

/// One pass over the training graphs.
package struct TrainingEpoch: Sendable, Equatable {
  package var epoch: Int
  package var loss: Double
  package var heldOutLoss: Double

  package init(epoch: Int, loss: Double, heldOutLoss: Double) {
    (self.epoch, self.loss, self.heldOutLoss) = (epoch, loss, heldOutLoss)
  }
}

extension TrainingEpoch: StoredRecord {
  package static let partName: String? = "Epoch"
  package static var blank: TrainingEpoch { TrainingEpoch(epoch: 0, loss: 0, heldOutLoss: 0) }

  package static let fields = FieldList<TrainingEpoch>([
    .field("epoch", \.epoch, .count, "From 1."),
    .field("loss", \.loss, .score, "On the fitted images."),
    .field("heldOutLoss", \.heldOutLoss, .score, "On the held-out images."),
  ])
}
