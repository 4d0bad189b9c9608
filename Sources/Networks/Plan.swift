import Images
import Tensors

/// A network made ready for one purpose and one batch size. Used by one thread at a time.
final class Plan {
  /// What is to be computed.
  struct Purpose: Hashable {
    /// The value to compute.
    var output: String
    /// The layer at which the output's gradient is wanted.
    var gradientAt: String?
  }

  private let graph: ComputationGraph
  private let input: ComputationGraph.Value
  private let outputValue: ComputationGraph.Value
  private let layerValue: ComputationGraph.Value?
  private let preprocessing: Preprocessing
  private let batch: Int

  init(model: ONNXModel, preprocessing: Preprocessing, purpose: Purpose, batch: Int) throws {
    graph = try ComputationGraph()
    self.preprocessing = preprocessing
    self.batch = batch
    let kept = Set([purpose.output, purpose.gradientAt].compactMap { $0 })
    var lowering = Lowering(model: model, graph: graph, batch: batch, kept: kept, fuses: true)
    input = try lowering.run(inputShape: preprocessing.inputShape(batch: batch), until: kept)
    outputValue = try Self.value(purpose.output, in: lowering)
    layerValue = try purpose.gradientAt.map { try Self.value($0, in: lowering) }
    try graph.plan(last: outputValue, wanted: layerValue)
  }

  private static func value(_ name: String, in lowering: Lowering) throws -> ComputationGraph.Value {
    guard case .value(let value) = lowering.operands[name] else {
      throw NetworkError(.unknownLayer, "layer \"\(name)\" does not depend on the image")
    }
    return value
  }

  /// Bytes of its buffers.
  var bytes: Int { graph.bytes }

  /// Computes the output for at most `batch` images of the input's size.
  func run(_ images: ArraySlice<RGBImage>) throws {
    let size = 3 * preprocessing.width * preprocessing.height
    var elements = [Float](repeating: 0, count: batch * size)
    elements.withUnsafeMutableBufferPointer { target in
      guard let base = target.baseAddress else { return }
      for (position, image) in images.enumerated() { preprocessing.write(image, to: base + position * size) }
    }
    try graph.forward(input: input, elements)
  }

  /// The output that was computed last.
  func output() throws -> Tensor { try graph.read(outputValue) }

  /// The layer's activations that were computed last.
  func layer() throws -> Tensor { try graph.read(layerValue ?? outputValue) }

  /// The gradient of one class's logit with respect to the layer.
  func gradient(ofClass classIndex: Int, count: Int) throws -> Tensor {
    var seed = [Float](repeating: 0, count: batch * count)
    for image in 0..<batch { seed[image * count + classIndex] = 1 }
    return try graph.backward(seed: seed)
  }
}

extension Preprocessing {
  /// Extents of the network's input.
  func inputShape(batch: Int) -> [Int] {
    layout == .nchw ? [batch, 3, height, width] : [batch, height, width, 3]
  }
}
