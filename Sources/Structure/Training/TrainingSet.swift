import Base
import Tensors

/// The input of a fit: graphs as matrices, standardised, and the classifier's logits.
struct TrainingSet: Sendable {
  /// All samples' graphs, standardised.
  var graphs: GraphBatch
  let standardization: EmbeddingStandardization
  /// The logits of each sample that the fit sees.
  var logits: [[Float]]
  let shape: NetworkShape
  let split: TrainingSplit
  /// The image of each sample.
  let images: [Int]
  /// By sample, the sample of its image as it is; itself where the image has no such sample.
  let originals: [Int]

  /// - Parameter graphs: of each sample, one per class.
  init(
    graphs: [[ConceptGraph]], logits: [[Float]], shape: NetworkShape, split: TrainingSplit, images: [Int],
    originals: [Int], dummyValue: Float
  ) {
    var batch = GraphBatch(graphs, shape: shape, dummyValue: dummyValue)
    standardization = EmbeddingStandardization(of: batch.gathering(split.fitted))
    batch.embeddings = standardization(batch.embeddings)
    self.graphs = batch
    (self.logits, self.shape, self.split) = (logits, shape, split)
    (self.images, self.originals) = (images, originals)
  }

  /// Fits a network. It takes standardised embeddings; its outputs are in their documented unit.
  func fit(
    options: TrainingOptions, monitor: WorkMonitor, onEpoch: (TrainingEpoch) -> Void
  ) throws -> (network: ReasoningNetwork, fitting: GraphFitting) {
    let target = DistillationTarget(
      loss: options.fitting.loss, logits: split.fitted.map { logits[$0] }, classes: shape.classes)
    let encoded = logits.map { target.encode($0) }
    return try LinearAlgebra.onOneThread {
      var start = ReasoningNetwork(shape: shape, seed: options.run.seed, dummyValue: options.variants.dummyValue)
      start.silence()
      start.readoutBias = target.start(split.fitted.map { encoded[$0] })
      if options.fitting.start == .ridge {
        RidgeStart(graphs.gathering(split.fitted), targets: split.fitted.map { encoded[$0] }).apply(to: &start)
      }
      if !options.network.relations { start.removeRelations() }
      var fitting = GraphFitting(
        options: options, network: start, target: target, graphs: graphs, encoded: encoded,
        images: samples(of: split.fitted), originals: originals, stopping: split.stopping)
      try fitting.run(monitor: monitor, onEpoch: onEpoch)
      var network = fitting.best
      target.restoreUnit(of: &network)
      return (network, fitting)
    }
  }

  /// Outputs for the samples at `indices` of a network that takes standardised embeddings.
  func outputs(of network: ReasoningNetwork, at indices: [Int]) -> [[Float]] {
    guard !indices.isEmpty else { return [] }
    let pass = LinearAlgebra.onOneThread { ForwardPass(network, graphs.gathering(indices), training: false) }
    return indices.indices.map { pass.outputs[row: $0].elements }
  }

  /// The samples of each image together, images in order.
  private func samples(of indices: [Int]) -> [[Int]] {
    let groups = Dictionary(grouping: indices) { images[$0] }
    return groups.keys.sorted().compactMap { groups[$0] }
  }
}

extension GraphBatch {
  /// The batch with, for each image, the edge features of the one at its place in `sources`.
  func takingEdges(from sources: [Int]) -> GraphBatch {
    guard count > 0, sources.count == count else { return self }
    let width = edgeFeatures.count / count
    var batch = self
    batch.edgeFeatures = sources.flatMap { edgeFeatures[$0 * width..<($0 + 1) * width] }
    return batch
  }
}
