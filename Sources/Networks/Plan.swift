import Images
import NetworkRuntime
import Tensors

/// A network made ready for one purpose and one number of images on one network thread. Used on that thread only.
final class Plan {
  struct Purpose: Hashable {
    /// The name of the value to compute.
    var output: String
    /// Whether only its mean over rows and columns is wanted.
    var isPooled = false
    /// The layer at which the output's gradient is wanted.
    var gradientAt: String?
  }

  /// Where and how it is computed.
  struct Place {
    var thread: NetworkThread
    var arena: Arena
    var weights: PackedWeights
    var precision: Precision
    /// OpenMP threads.
    var teamSize: Int
  }

  private let graph: ComputationGraph
  private let input: ComputationGraph.Value
  private let outputValue: ComputationGraph.Value
  private let layerValue: ComputationGraph.Value?
  private let preprocessing: Preprocessing
  private let batch: Int
  private let names: [ComputationGraph.Value: String]

  init(model: ONNXModel, preprocessing: Preprocessing, purpose: Purpose, batch: Int, place: Place) throws {
    // Gradients are computed in 32 bits.
    graph = try ComputationGraph(
      weights: place.weights, arena: place.arena, precision: purpose.gradientAt == nil ? place.precision : .f32,
      teamSize: place.teamSize, thread: place.thread)
    self.preprocessing = preprocessing
    self.batch = batch
    let kept = Set([purpose.output, purpose.gradientAt].compactMap { $0 })
    var lowering = Lowering(model: model, graph: graph, batch: batch, kept: kept, fuses: true)
    lowering.gradientAt = purpose.gradientAt
    input = try lowering.run(inputShape: preprocessing.inputShape(batch: batch), until: kept)
    var output = try Self.value(purpose.output, in: lowering)
    let shape = graph.shape(of: output)
    if purpose.isPooled, shape.count == 4 {
      let (x, kernel) = (output, [Int64(shape[2]), Int64(shape[3])])
      output = try graph.make {
        nrt_pool($0, x, Int32(NRT_AVERAGE_WITH_PADDING.rawValue), kernel, [1, 1], [0, 0], [0, 0])
      }
    }
    outputValue = output
    layerValue = try purpose.gradientAt.map { try Self.value($0, in: lowering) }
    var names: [ComputationGraph.Value: String] = [:]
    for (name, operand) in lowering.operands {
      if case .value(let value) = operand { names[value] = name }
    }
    self.names = names
    try graph.plan(last: outputValue, wanted: layerValue)
  }

  private static func value(_ name: String, in lowering: Lowering) throws -> ComputationGraph.Value {
    guard case .value(let value) = lowering.operands[name] else {
      throw NetworkError(.unknownLayer, "layer \"\(name)\" does not depend on the image")
    }
    return value
  }

  /// Computes the output for at most `batch` images of the input's size.
  func run(_ images: ArraySlice<RGBImage>) throws {
    try write(images)
    try graph.forward()
  }

  private func write(_ images: ArraySlice<RGBImage>) throws {
    guard let first = images.first else { return }
    for position in 0..<batch {
      // Unused places repeat an image: they must hold numbers.
      let image = position < images.count ? images[images.startIndex + position] : first
      try graph.write(image, to: input, position: position, preprocessing: preprocessing)
    }
  }

  // Of the latest images:

  func output() throws -> Tensor { try graph.read(outputValue) }

  func layer() throws -> Tensor { try graph.read(layerValue ?? outputValue) }

  /// The gradient of one class's logit with respect to the layer.
  func gradient(ofClass classIndex: Int, count: Int) throws -> Tensor {
    var seed = [Float](repeating: 0, count: batch * count)
    for image in 0..<batch { seed[image * count + classIndex] = 1 }
    return try graph.backward(seed: seed)
  }

  /// What each step costs for `images`: the least of several runs.
  func profile(_ images: ArraySlice<RGBImage>, repetitions: Int) throws -> [LayerTiming] {
    var rows: [LayerTiming] = []
    for repetition in 0..<max(1, repetitions) {
      try write(images)
      for (position, step) in try graph.profile().enumerated() {
        let seconds = step.seconds
        if repetition > 0 {
          rows[position].seconds = min(rows[position].seconds, seconds)
        } else {
          rows.append(LayerTiming(step, layer: names[ComputationGraph.Value(step.output)] ?? ""))
        }
        rows[position].gigaflops = step.operations / max(rows[position].seconds, 1e-9) / 1e9
      }
    }
    return rows
  }
}

extension LayerTiming {
  fileprivate init(_ step: nrt_step, layer: String) {
    /// The text in a field of fixed size.
    func text<Field>(_ field: Field) -> String {
      withUnsafeBytes(of: field) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }
    self.init(
      layer: layer, kind: text(step.kind), implementation: text(step.implementation), source: text(step.from),
      result: text(step.to), isReorder: step.is_reorder != 0, seconds: step.seconds, gigaflops: 0)
  }
}

extension Preprocessing {
  /// Extents of the network's input.
  func inputShape(batch: Int) -> [Int] {
    layout == .nchw ? [batch, 3, height, width] : [batch, height, width, 3]
  }
}
