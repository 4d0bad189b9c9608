import COneDNN

/// Convolution, normalisation and linear layers.
extension Lowering {
  static let convolutionRules: [String: Rule] = [
    "Conv": { try $0.convolution($1, $2) },
    "BatchNormalization": { lowering, node, _ in try lowering.batchNormalization(node) },
    "Gemm": { lowering, node, _ in try lowering.gemm(node) },
    "MatMul": { lowering, node, _ in try lowering.matrixProduct(node) },
  ]

  /// y = scale · x + shift, per channel: what batch normalisation is after training.
  private struct ChannelAffine {
    var scale: [Float]
    var shift: [Float]
  }

  private mutating func convolution(_ node: ONNXModel.Node, _ index: Int) throws {
    let x = try value(node, 0)
    let kernel = try requiredConstant(node, 1)
    let shape = graph.shape(of: x)
    guard shape.count == 4, kernel.shape.count == 4 else { return try volumeConvolution(node) }
    let window = try Window(node, kernel: Array(kernel.shape[2...]), input: Array(shape[2...]))
    let groups = node.integer("group", default: 1)
    let outputs = kernel.shape[0]
    guard groups > 0, outputs > 0, outputs % groups == 0,
      kernel.shape[1].multipliedReportingOverflow(by: groups) == (shape[1], false)
    else { throw failure("weights \(kernel.shape) in \(groups) groups do not fit an input of \(shape)", .shape) }
    var weights = kernel.floats
    var bias = try constant(node, 2)?.floats ?? [Float](repeating: 0, count: outputs)
    guard bias.count == outputs else { throw failure("\(bias.count) biases for \(outputs) outputs", .shape) }

    var output = node.outputs[0]
    if let (follower, next) = follower(of: output, named: ["BatchNormalization"]) {
      let affine = try channelAffine(follower, channels: outputs)
      let size = weights.count / outputs
      for position in weights.indices { weights[position] *= affine.scale[position / size] }
      for channel in bias.indices { bias[channel] = bias[channel] * affine.scale[channel] + affine.shift[channel] }
      absorbed.insert(next)
      output = follower.outputs[0]
    }
    var activation = ComputationGraph.Activation(kind: ONED_NONE)
    if let (follower, next) = follower(of: output, named: ["Relu", "Clip"]) {
      activation = try self.activation(of: follower)
      absorbed.insert(next)
      output = follower.outputs[0]
    }
    operands[output] = .value(
      try graph.make {
        oned_convolution(
          $0, x, weights, kernel.shape.map { Int64($0) }, bias, Int64(groups), window.strides, window.dilations,
          window.begin, window.end, Int32(activation.kind.rawValue), activation.alpha, activation.beta)
      })
  }

  /// The only reader of `name`, if it is one of `operators` and may be taken in.
  private func follower(of name: String, named operators: Set<String>) -> (ONNXModel.Node, Int)? {
    guard fuses, !kept.contains(name), let readers = readers[name], readers.count == 1, let index = readers.first else {
      return nil
    }
    let node = model.nodes[index]
    guard operators.contains(node.operatorName), node.inputs.first == name, !node.outputs.isEmpty else { return nil }
    return (node, index)
  }

  private mutating func batchNormalization(_ node: ONNXModel.Node) throws {
    let x = try value(node, 0)
    let shape = graph.shape(of: x)
    guard shape.count >= 2 else { throw failure("an input of \(shape.count) axes", .shape) }
    guard node.integer("training_mode", default: 0) == 0 else { throw failure("training mode is not supported") }
    let affine = try channelAffine(node, channels: shape[1])
    let spread = [1, shape[1]] + shape.dropFirst(2).map { _ in 1 }
    let scaled = try combine(x, try graph.constant(Constant(shape: spread, floats: affine.scale)), ONED_MUL)
    define(node, try combine(scaled, try graph.constant(Constant(shape: spread, floats: affine.shift)), ONED_ADD))
  }

  private func channelAffine(_ node: ONNXModel.Node, channels: Int) throws -> ChannelAffine {
    let parameters = try (1...4).map { try requiredConstant(node, $0).floats }
    guard parameters.allSatisfy({ $0.count == channels }) else {
      throw failure("its parameters do not fit \(channels) channels", .shape)
    }
    let epsilon = node.float("epsilon", default: 1e-5)
    let scale = (0..<channels).map { parameters[0][$0] / (parameters[3][$0] + epsilon).squareRoot() }
    return ChannelAffine(
      scale: scale, shift: (0..<channels).map { parameters[1][$0] - parameters[2][$0] * scale[$0] })
  }

  /// α · x · wᵀ + β · c, with w of either orientation.
  private mutating func gemm(_ node: ONNXModel.Node) throws {
    guard node.integer("transA", default: 0) == 0, case .constant = try operand(node, 1),
      try operand(node, 2).map({ if case .constant(let bias) = $0 { bias.shape.count <= 1 } else { false } }) ?? true
    else { return try generalProduct(node) }
    let alpha = node.float("alpha", default: 1)
    let beta = node.float("beta", default: 1)
    let weights = try requiredConstant(node, 1)
    guard weights.shape.count == 2 else { throw failure("weights of \(weights.shape.count) axes", .shape) }
    let turned = node.integer("transB", default: 0) == 0 ? weights.transposed() : weights
    let bias = try constant(node, 2)?.floats
    define(
      node,
      try linear(
        try value(node, 0), Constant(shape: turned.shape, floats: turned.floats.map { $0 * alpha }),
        bias: bias.map { values in
          let spread = values.count == 1 ? [Float](repeating: values[0], count: turned.shape[0]) : values
          return spread.map { $0 * beta }
        }))
  }

  private mutating func matrixProduct(_ node: ONNXModel.Node) throws {
    if case .constant(let weights) = try operand(node, 1), weights.shape.count == 2,
      case .value(let x) = try operand(node, 0), graph.shape(of: x).count >= 2
    {
      define(node, try linear(try value(node, 0), weights.transposed(), bias: nil))
      return
    }
    define(node, try broadcastProduct(try value(node, 0), try value(node, 1)))
  }

  /// x · wᵀ + b over the last axis: [..., i] → [..., o], with w: [o, i].
  private func linear(
    _ x: ComputationGraph.Value, _ weights: Constant, bias: [Float]?
  ) throws -> ComputationGraph.Value {
    let shape = graph.shape(of: x)
    guard let inputs = shape.last, shape.count >= 2, inputs == weights.shape[1] else {
      throw failure("weights of shape \(weights.shape) do not fit an input of \(shape)", .shape)
    }
    let outputs = weights.shape[0]
    if let bias, bias.count != outputs { throw failure("\(bias.count) biases for \(outputs) outputs", .shape) }
    let flat = try graph.reshape(x, to: [shape.dropLast().reduce(1, *), inputs])
    let product = try graph.make {
      oned_linear(
        $0, flat, weights.floats, Int64(outputs), Int64(inputs), bias ?? [Float](repeating: 0, count: outputs))
    }
    return try graph.reshape(product, to: shape.dropLast() + [outputs])
  }
}

extension Constant {
  /// A matrix with rows and columns exchanged.
  func transposed() -> Constant {
    let (rows, columns) = (shape[0], shape[1])
    let source = floats
    var target = [Float](repeating: 0, count: source.count)
    for row in 0..<rows {
      for column in 0..<columns { target[column * rows + row] = source[row * columns + column] }
    }
    return Constant(shape: [columns, rows], floats: target)
  }
}
