import Base
import Images
import Synchronization
import Tensors

/// An ONNX image classifier, run by oneDNN.
///
/// Safe to use from any thread: one call computes at a time, batch by batch, so that a short call waits for at most one
/// batch of a long one. A batch is split into groups of images that fit the caches and are divided among the cores.
/// Nothing after the requested layer is computed.
package final class ONNXClassifier: Classifier, Sendable {
  /// How an image becomes the input.
  package let preprocessing: Preprocessing
  /// Layers in order of computation: every value that has a batch of images as its first axis.
  package let layers: [LayerDescription]
  package let classCount: Int
  /// Images of a batch: between batches a call lets others in.
  package let batchSize: Int
  /// The arithmetic of the layers.
  package let precision: Precision

  private let model: ONNXModel
  private let plans: FairLock<PlanCache>

  /// The most images that one core computes at once.
  private let groupSize: Int

  /// After this many images a call lets others in, by default.
  package static let defaultBatchSize = 16

  package var inputWidth: Int { preprocessing.width }
  package var inputHeight: Int { preprocessing.height }

  /// Reads a model from the bytes of an ONNX file. Where the model fixes its input's size, that replaces the size of
  /// `preprocessing`.
  package convenience init(
    bytes: [UInt8], preprocessing: Preprocessing, batchSize: Int = ONNXClassifier.defaultBatchSize,
    precision: Precision = .f32
  ) throws {
    try self.init(
      model: try ONNXModel(bytes: bytes), preprocessing: preprocessing, batchSize: batchSize, precision: precision)
  }

  /// The same network with meaningless weights: the elements of every weight tensor in a random order.
  ///
  /// Explanations that do not change when the weights do, do not explain the network (Adebayo et al. 2018, arXiv
  /// 1810.03292). Shuffling keeps each tensor's distribution, so that activations stay in range.
  package func withShuffledWeights(seed: UInt64) throws -> ONNXClassifier {
    var model = model
    model.shuffleWeights(seed: seed)
    return try ONNXClassifier(
      model: model, preprocessing: preprocessing, batchSize: batchSize, precision: precision)
  }

  /// `preprocessing` for this network: where the network fixes its input's size, that replaces the given size. Throws
  /// where it does not fit the network.
  package func fitted(_ preprocessing: Preprocessing) throws -> Preprocessing {
    try Self.fitted(preprocessing, to: model.inputShape)
  }

  private init(model: ONNXModel, preprocessing: Preprocessing, batchSize: Int, precision: Precision) throws {
    guard precision.isAvailable else {
      throw NetworkError(
        .unsupported, "this processor cannot compute in \(precision.rawValue); load the model with \"f32\"")
    }
    self.precision = precision
    self.model = model
    self.preprocessing = try Self.fitted(preprocessing, to: model.inputShape)
    self.batchSize = max(1, batchSize)
    groupSize = GroupSize.choose(for: model)
    let cache = try PlanCache(model: model, preprocessing: self.preprocessing, precision: precision)
    let survey = try cache.survey()
    layers = survey.layers
    classCount = survey.classCount
    plans = FairLock(cache)
  }

  /// Logits of each image: [n, classes]. A final softmax is left out.
  package func logits(of images: [RGBImage], monitor: WorkMonitor) throws -> Tensor {
    let logits = try compute(images, .init(output: model.output), monitor: monitor) { $0 }
    return logits.reshaped([images.count, classCount])
  }

  /// Activations of each image at `layer`: [n, …layer's shape]. Nothing after it is computed.
  package func activations(of images: [RGBImage], at layer: String, monitor: WorkMonitor) throws -> Tensor {
    try check(layer)
    return try compute(images, .init(output: layer), monitor: monitor) { $0 }
  }

  /// Activations at `layer` averaged over its places, batch by batch: [n, channels].
  package func embeddings(of images: [RGBImage], at layer: String, monitor: WorkMonitor) throws -> Tensor {
    try check(layer)
    let layout = layout(of: layer) ?? .vector
    if case .channelsFirst = layout {
      return try compute(images, .init(output: layer, isPooled: true), monitor: monitor) { $0.averagedOverSpace() }
    }
    return try compute(images, .init(output: layer), monitor: monitor) { layout.channelsFirst($0).averagedOverSpace() }
  }

  /// Activations at `layer` and the gradient of class `classIndex`'s logit there, both [n, …layer's shape].
  package func gradients(
    ofClass classIndex: Int, images: [RGBImage], at layer: String, monitor: WorkMonitor
  ) throws -> (activations: Tensor, gradients: Tensor) {
    try check(layer)
    guard (0..<classCount).contains(classIndex) else {
      throw NetworkError(.shape, "class \(classIndex) of \(classCount)")
    }
    let classCount = classCount
    let groups = try forEachGroup(images, .init(output: model.output, gradientAt: layer), monitor: monitor) {
      plan, count in
      (
        try plan.layer().prefix(count),
        try plan.gradient(ofClass: classIndex, count: classCount).prefix(count)
      )
    }
    return (Tensor.concatenate(groups.map(\.0)), Tensor.concatenate(groups.map(\.1)))
  }

  /// What each step of the network costs for as many of `images` as one core computes at once.
  package func profile(images: [RGBImage], repetitions: Int = 3) throws -> [LayerTiming] {
    try check(images)
    guard !images.isEmpty else { return [] }
    return try plans.withLock { cache in
      let isSingle = images.count == 1
      let size = isSingle ? 1 : min(groupSize, images.count)
      let plan = try cache.plan(
        for: .init(output: model.output), batch: size, teamSize: isSingle ? ThreadBudget.cores : 1,
        thread: 0)
      nonisolated(unsafe) let lent = plan
      return try NetworkThread.all[0].run { try lent.profile(images[..<size], repetitions: repetitions) }
    }
  }

  /// Bytes of packed weights and of arenas.
  package var bufferBytes: Int { plans.withLock { $0.bytes } }

  private func check(_ layer: String) throws {
    guard layers.contains(where: { $0.name == layer }) else {
      throw NetworkError(.unknownLayer, "the network has no layer \"\(layer)\"")
    }
  }

  private func check(_ images: [RGBImage]) throws {
    for image in images where image.width != inputWidth || image.height != inputHeight {
      throw NetworkError(
        .shape, "an image of \(image.width)×\(image.height) pixels, where \(inputWidth)×\(inputHeight) are needed")
    }
  }

  private func compute(
    _ images: [RGBImage], _ purpose: Plan.Purpose, monitor: WorkMonitor,
    _ transform: @escaping @Sendable (Tensor) -> Tensor
  ) throws -> Tensor {
    Tensor.concatenate(
      try forEachGroup(images, purpose, monitor: monitor) { plan, count in
        transform(try plan.output().prefix(count))
      })
  }

  /// Computes batch after batch, each in its turn among the callers. Returns the results of `body` for each group of
  /// images, in order.
  private func forEachGroup<Result: Sendable>(
    _ images: [RGBImage], _ purpose: Plan.Purpose, monitor: WorkMonitor,
    _ body: @escaping @Sendable (Plan, Int) throws -> Result
  ) throws -> [Result] {
    try check(images)
    var results: [Result] = []
    for start in stride(from: 0, to: images.count, by: batchSize) {
      try monitor.checkCancelled()
      let batch = images[start..<min(start + batchSize, images.count)]
      results += try plans.withLock { cache in
        try Self.run(batch, split: .init(batch.count, most: groupSize), purpose, cache: cache, body)
      }
    }
    return results
  }

  /// Computes the groups of a batch on the network threads.
  private static func run<Result: Sendable>(
    _ batch: ArraySlice<RGBImage>, split: BatchSplit, _ purpose: Plan.Purpose, cache: PlanCache,
    _ body: @escaping @Sendable (Plan, Int) throws -> Result
  ) throws -> [Result] {
    // Made one after the other, so that the second finds the weights that the first has packed.
    nonisolated(unsafe) let plans = try (0..<split.networkThreads).map {
      try cache.plan(for: purpose, batch: split.groupSize, teamSize: split.teamSize, thread: $0)
    }
    let results = Mutex([Result?](repeating: nil, count: split.groups))
    try NetworkThread.share(split.groups, among: NetworkThread.all[..<split.networkThreads]) { thread, group in
      let plan = plans[thread]
      let start = batch.startIndex + group * split.groupSize
      let images = batch[start..<min(start + split.groupSize, batch.endIndex)]
      try plan.run(images)
      let result = try body(plan, images.count)
      results.withLock { $0[group] = result }
    }
    return results.withLock { $0.compactMap { $0 } }
  }

  private static func fitted(_ preprocessing: Preprocessing, to shape: [Int?]) throws -> Preprocessing {
    guard shape.count == 4 else { return preprocessing }
    let axes = preprocessing.layout == .nchw ? (channel: 1, row: 2, column: 3) : (channel: 3, row: 1, column: 2)
    if let channels = shape[axes.channel], channels != 3 {
      throw NetworkError(
        .preprocessing,
        "the model's input has \(channels) channels in layout \(preprocessing.layout.rawValue), 3 are needed"
          + (shape[axes.channel == 1 ? 3 : 1] == 3 ? "; give the other layout in preprocessing.layout" : ""))
    }
    return try Preprocessing(
      width: shape[axes.column] ?? preprocessing.width, height: shape[axes.row] ?? preprocessing.height,
      resize: preprocessing.resize, mean: preprocessing.mean, standardDeviation: preprocessing.standardDeviation,
      scale: preprocessing.scale, channelOrder: preprocessing.channelOrder, layout: preprocessing.layout)
  }
}

extension Tensor {
  /// The first `count` slices of the first axis.
  func prefix(_ count: Int) -> Tensor {
    count == rows
      ? self : Tensor(shape: [count] + shape.dropFirst(), elements: Array(elements[..<(count * rowStride)]))
  }
}
