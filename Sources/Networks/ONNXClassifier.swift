import Images
import Synchronization
import Tensors

/// An ONNX image classifier, run by oneDNN in 32-bit floats.
///
/// Safe to use from any thread: one call computes at a time, batch by batch, so that a short call waits for a batch of a long one at
/// most. Only what a call asks for is computed: nothing past the layer it stops at.
public final class ONNXClassifier: Classifier, Sendable {
  /// How an image becomes the input.
  public let preprocessing: Preprocessing
  /// Layers in order of computation: every value that has a batch of images as its first axis.
  public let layers: [LayerDescription]
  /// The number of classes.
  public let classCount: Int
  /// Images that are computed at once.
  public let batchSize: Int

  private let model: ONNXModel
  private let plans: FairLock<PlanCache>

  /// Images that are computed at once unless told otherwise.
  public static let defaultBatchSize = 16

  /// Width of the input in pixels.
  public var inputWidth: Int { preprocessing.width }
  /// Height of the input in pixels.
  public var inputHeight: Int { preprocessing.height }

  /// Reads a model from the bytes of an ONNX file. Where the model fixes its input's size, that replaces the size of `preprocessing`.
  public init(bytes: [UInt8], preprocessing: Preprocessing, batchSize: Int = ONNXClassifier.defaultBatchSize) throws {
    model = try ONNXModel(bytes: bytes)
    self.preprocessing = try Self.fitted(preprocessing, to: model.inputShape)
    self.batchSize = max(1, batchSize)
    let cache = PlanCache(model: model, preprocessing: self.preprocessing)
    let survey = try cache.survey()
    layers = survey.layers
    classCount = survey.classCount
    plans = FairLock(cache)
  }

  /// Logits of each image: [n, classes]. A softmax that ends the graph is left out.
  public func logits(of images: [RGBImage], monitor: WorkMonitor) throws -> Tensor {
    let logits = try compute(images, .init(output: model.output), monitor: monitor) { $0 }
    return logits.reshaped([images.count, classCount])
  }

  /// Activations of each image at `layer`: [n, …layer's shape]. Nothing past it is computed.
  public func activations(of images: [RGBImage], at layer: String, monitor: WorkMonitor) throws -> Tensor {
    try check(layer)
    return try compute(images, .init(output: layer), monitor: monitor) { $0 }
  }

  /// Activations at `layer` averaged over its places, batch by batch: [n, channels].
  public func embeddings(of images: [RGBImage], at layer: String, monitor: WorkMonitor) throws -> Tensor {
    try check(layer)
    let layout = layout(of: layer) ?? .vector
    return try compute(images, .init(output: layer), monitor: monitor) { layout.channelsFirst($0).averagedOverSpace() }
  }

  /// Activations at `layer` and the gradient of class `classIndex`'s logit there, both [n, …layer's shape].
  public func gradients(
    ofClass classIndex: Int, images: [RGBImage], at layer: String, monitor: WorkMonitor
  ) throws -> (activations: Tensor, gradients: Tensor) {
    try check(layer)
    guard (0..<classCount).contains(classIndex) else {
      throw NetworkError(.shape, "class \(classIndex) of \(classCount)")
    }
    var activations: [Tensor] = []
    var gradients: [Tensor] = []
    try forEachBatch(images, .init(output: model.output, gradientAt: layer), monitor: monitor) { plan, count in
      activations.append(try plan.layer().prefix(count))
      gradients.append(try plan.gradient(ofClass: classIndex, count: classCount).prefix(count))
    }
    return (Tensor.concatenate(activations), Tensor.concatenate(gradients))
  }

  private func check(_ layer: String) throws {
    guard layers.contains(where: { $0.name == layer }) else {
      throw NetworkError(.unknownLayer, "the network has no layer \"\(layer)\"")
    }
  }

  private func compute(
    _ images: [RGBImage], _ purpose: Plan.Purpose, monitor: WorkMonitor, _ transform: (Tensor) -> Tensor
  ) throws -> Tensor {
    var batches: [Tensor] = []
    try forEachBatch(images, purpose, monitor: monitor) { plan, count in
      batches.append(transform(try plan.output().prefix(count)))
    }
    return Tensor.concatenate(batches)
  }

  /// Computes batch after batch, each in its turn among the callers; the last is filled up to a batch size that is in use.
  private func forEachBatch(
    _ images: [RGBImage], _ purpose: Plan.Purpose, monitor: WorkMonitor, _ body: (Plan, Int) throws -> Void
  ) throws {
    for image in images where image.width != inputWidth || image.height != inputHeight {
      throw NetworkError(
        .shape, "an image of \(image.width)×\(image.height) pixels, where \(inputWidth)×\(inputHeight) are needed")
    }
    for start in stride(from: 0, to: images.count, by: batchSize) {
      try monitor.checkCancelled()
      let batch = images[start..<min(start + batchSize, images.count)]
      try plans.withLock { cache in
        let plan = try cache.plan(for: purpose, batch: batch.count == 1 ? 1 : batchSize)
        try plan.run(batch)
        try body(plan, batch.count)
      }
    }
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
