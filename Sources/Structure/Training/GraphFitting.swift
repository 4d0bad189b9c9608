import Base
import Tensors

/// The passes over the fitted images, and the best weights so far.
struct GraphFitting {
  let options: TrainingOptions
  let target: DistillationTarget
  /// All samples, standardised.
  let graphs: GraphBatch
  /// The target outputs of each sample.
  let encoded: [[Float]]
  /// The fitted samples of each image.
  let images: [[Int]]
  /// By sample, the sample of its image as it is.
  let originals: [Int]
  private let effectLoss: EffectLoss?
  private let stoppingBatch: GraphBatch
  private let stoppingTargets: [Float]

  private var network: ReasoningNetwork
  private var average: WeightAverage
  private var adam: Adam
  private var random: SeededRandom
  /// Normal numbers; each row of a step adds a run of them that starts at a random place, because drawing them anew
  /// would take most of the time. Empty without noise.
  private let noise: [Float]
  private static let noiseStarts = 1 << 18
  /// The averaged network after the pass with the least held-out loss.
  private(set) var best: ReasoningNetwork
  private(set) var bestEpoch = 0
  private(set) var history: [TrainingEpoch] = []

  init(
    options: TrainingOptions, network: ReasoningNetwork, target: DistillationTarget, graphs: GraphBatch,
    encoded: [[Float]], images: [[Int]], originals: [Int], stopping: [Int]
  ) {
    (self.options, self.network, self.target, self.graphs) = (options, network, target, graphs)
    (self.encoded, self.images, self.originals) = (encoded, images, originals)
    effectLoss =
      options.fitting.effectWeight > 0 && target.loss.isOfLogits
      ? EffectLoss(weight: Float(options.fitting.effectWeight), shape: network.shape) : nil
    best = network
    average = WeightAverage(of: network, decay: options.fitting.weightAveraging)
    adam = Adam(learningRate: options.fitting.learningRate, weightDecay: options.fitting.weightDecay)
    var random = SeededRandom(seed: options.run.seed, purpose: "fitting")
    let count = options.fitting.embeddingNoise > 0 ? Self.noiseStarts + graphs.embeddings.rowStride : 0
    noise = (0..<count).map { _ in Float(options.fitting.embeddingNoise * random.normal()) }
    self.random = random
    stoppingBatch = graphs.gathering(stopping)
    stoppingTargets = stopping.flatMap { encoded[$0] }
  }

  mutating func run(monitor: WorkMonitor, onEpoch: (TrainingEpoch) -> Void) throws {
    var bestLoss = Double.infinity
    for epoch in 1...options.fitting.maxEpochs {
      let loss = try pass(monitor: monitor)
      let outputs = ForwardPass(average.network, stoppingBatch, training: false).outputs
      let heldOut = target.loss(of: outputs, targets: stoppingTargets).value
      let pass = TrainingEpoch(epoch: epoch, loss: loss, heldOutLoss: heldOut)
      history.append(pass)
      onEpoch(pass)
      monitor.report("training", done: epoch, total: options.fitting.maxEpochs)
      if heldOut < bestLoss {
        bestLoss = heldOut
        best = average.network
        bestEpoch = epoch
      }
      if epoch - bestEpoch >= options.fitting.patience { break }
    }
  }

  /// One pass over the fitted images in random order; returns the mean loss.
  private mutating func pass(monitor: WorkMonitor) throws -> Double {
    let order = random.shuffled(images)
    var total = 0.0
    var count = 0
    for start in stride(from: 0, to: order.count, by: options.fitting.batchSize) {
      try monitor.checkCancelled()
      let indices = order[start..<min(start + options.fitting.batchSize, order.count)].flatMap { $0 }
      var batch = graphs.gathering(indices)
      if !noise.isEmpty {
        // Nodes that share a patch must not share noise, because it would add up.
        batch = batch.separatingNodes()
        addNoise(to: &batch)
      }
      let forward = ForwardPass(network, batch, training: true)
      let targets = indices.flatMap { encoded[$0] }
      let (loss, gradient) = target.loss(of: forward.outputs, targets: targets)
      let effect = effectLoss?(
        embedding: forward.embedding, readout: network.readout, batch: batch, targets: targets,
        originals: places(ofOriginals: indices))
      let backward = BackwardPass(forward, outputGradient: gradient, effect: effect)
      network.followStatistics(of: forward)
      adam.update(&network, gradients: backward.gradients)
      if !options.network.relations { network.removeRelations() }
      network.shrinkReadoutAcrossGraphs(
        by: Float(min(1, options.fitting.learningRate * options.fitting.crossGraphDecay)))
      network.shrinkMessages(by: Float(min(1, options.fitting.learningRate * options.fitting.messageDecay)))
      average.follow(network)
      total += loss * Double(indices.count)
      count += indices.count
    }
    return total / Double(max(1, count))
  }

  /// By sample of a step, the position in the step of its image as it is; its own position where that is not in the
  /// step.
  private func places(ofOriginals indices: [Int]) -> [Int] {
    let places = Dictionary(uniqueKeysWithValues: indices.enumerated().map { ($1, $0) })
    return indices.enumerated().map { place, index in places[originals[index]] ?? place }
  }

  private mutating func addNoise(to batch: inout GraphBatch) {
    let width = batch.embeddings.rowStride
    for row in 0..<batch.embeddings.rows {
      let start = random.index(below: Self.noiseStarts)
      batch.embeddings.elements.withUnsafeMutableBufferPointer { values in
        noise.withUnsafeBufferPointer { noise in
          for column in 0..<width { values[row * width + column] += noise[start + column] }
        }
      }
    }
  }
}

extension ReasoningNetwork {
  /// Sets messages between nodes, and the last layer, to 0.
  ///
  /// So contributions contain only what the fit needs: random numbers in the last layer would remain in contributions
  /// whose sum alone the fit determines, and random messages would make every node a mixture of all nodes.
  mutating func silence() {
    readout = Tensor(shape: readout.shape)
    for index in layers.indices { layers[index].message = Tensor(shape: layers[index].message.shape) }
  }

  /// Shrinks the weights W3 of the messages between nodes by `share`.
  mutating func shrinkMessages(by share: Float) {
    guard share > 0 else { return }
    for layer in layers.indices {
      for index in layers[layer].message.elements.indices { layers[layer].message.elements[index] *= 1 - share }
    }
  }

  /// Shrinks the readout's weights from a class's graph to other classes' outputs by `share`.
  mutating func shrinkReadoutAcrossGraphs(by share: Float) {
    guard share > 0 else { return }
    let width = shape.graphEmbeddingWidth
    for output in 0..<shape.classes {
      for graph in 0..<shape.classes where graph != output {
        let start = output * readout.rowStride + graph * width
        for index in start..<start + width { readout.elements[index] *= 1 - share }
      }
    }
  }

  /// Moves the running statistics of every normalisation towards those of a training pass.
  mutating func followStatistics(of pass: ForwardPass) {
    for index in layers.indices {
      layers[index].nodeNormalization.follow(pass.layers[index].nodes)
      layers[index].edgeNormalization.follow(pass.layers[index].edges)
    }
  }
}
