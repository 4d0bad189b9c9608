import NetworkRuntime

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
    let bias = try constant(node, 2)
    guard bias.map({ $0.count == outputs }) ?? true else {
      throw failure("\(bias?.count ?? 0) biases for \(outputs) outputs", .shape)
    }
    var output = node.outputs[0]
    var affine: ChannelAffine?
    if let (follower, next) = follower(of: output, named: ["BatchNormalization"]),
      let folded = try? channelAffine(follower, channels: outputs)
    {
      affine = folded
      absorbed.insert(next)
      output = follower.outputs[0]
    }
    let key = output
    let addend = fusedAddend(&output, shape: [shape[0], outputs] + window.counts(input: Array(shape[2...])))
    let activation = fusedActivation(&output)
    operands[output] = .value(
      try graph.make(weights: {
        var weights = kernel.floats
        var biases = bias?.floats ?? [Float](repeating: 0, count: outputs)
        guard let affine else { return (weights, biases) }
        let size = weights.count / outputs
        for position in weights.indices { weights[position] *= affine.scale[position / size] }
        for channel in biases.indices {
          biases[channel] = biases[channel] * affine.scale[channel] + affine.shift[channel]
        }
        return (weights, biases)
      }) {
        nrt_convolution(
          $0, x, addend ?? -1, key, $1, kernel.shape.map { Int64($0) }, $2, Int64(groups), window.strides,
          window.dilations, window.begin, window.end, Int32(activation.kind.rawValue), activation.alpha,
          activation.beta)
      })
  }

  /// The only reader of `name`, if it is one of `operators` and may be fused.
  private func follower(of name: String, named operators: Set<String>) -> (ONNXModel.Node, Int)? {
    guard let (node, index) = reader(of: name), operators.contains(node.operatorName), node.inputs.first == name
    else { return nil }
    return (node, index)
  }

  /// The only reader of `name`, if the layer that computes it may be fused with it.
  private func reader(of name: String) -> (ONNXModel.Node, Int)? {
    guard fuses, !kept.contains(name), let readers = readers[name], readers.count == 1, let index = readers.first,
      !model.nodes[index].outputs.isEmpty
    else { return nil }
    return (model.nodes[index], index)
  }

  /// Fuses the sum of `output` with an already known value of the same shape, as in residual connections.
  private mutating func fusedAddend(_ output: inout String, shape: [Int]) -> ComputationGraph.Value? {
    guard let (node, index) = reader(of: output), node.operatorName == "Add", node.inputs.count == 2,
      let other = node.inputs.first(where: { $0 != output }), case .value(let addend) = operands[other],
      graph.shape(of: addend) == shape
    else { return nil }
    absorbed.insert(index)
    output = node.outputs[0]
    return addend
  }

  /// Fuses the activation of `output`, if possible.
  private mutating func fusedActivation(_ output: inout String) -> ComputationGraph.Activation {
    if let activation = fusedGate(&output) { return activation }
    // An activation whose bounds a later node computes stays separate.
    guard let (node, index) = follower(of: output, named: Self.fusibleActivations),
      let activation = try? self.activation(of: node), graph.fuses(activation)
    else { return .init(kind: NRT_NONE) }
    absorbed.insert(index)
    output = node.outputs[0]
    return activation
  }

  private static let fusibleActivations: Set<String> = [
    "Relu", "Clip", "LeakyRelu", "Sigmoid", "HardSwish", "Tanh", "Elu",
  ]

  /// Fuses x · sigmoid(x).
  private mutating func fusedGate(_ output: inout String) -> ComputationGraph.Activation? {
    let swish = ComputationGraph.Activation(kind: NRT_SWISH, alpha: 1)
    guard fuses, !kept.contains(output), let both = readers[output], both.count == 2, graph.fuses(swish),
      let gate = both.first(where: { model.nodes[$0].operatorName == "Sigmoid" }),
      let product = both.first(where: { model.nodes[$0].operatorName == "Mul" }),
      let opened = model.nodes[gate].outputs.first, let (only, index) = reader(of: opened), index == product,
      only.inputs.count == 2, Set(only.inputs) == [output, opened]
    else { return nil }
    absorbed.formUnion(both)
    output = only.outputs[0]
    return swish
  }

  private mutating func batchNormalization(_ node: ONNXModel.Node) throws {
    let x = try value(node, 0)
    let shape = graph.shape(of: x)
    guard shape.count >= 2 else { throw failure("an input of \(shape.count) axes", .shape) }
    guard node.integer("training_mode", default: 0) == 0 else { throw failure("training mode is not supported") }
    let affine = try channelAffine(node, channels: shape[1])
    let spread = [1, shape[1]] + shape.dropFirst(2).map { _ in 1 }
    let scaled = try combine(x, try graph.constant(Constant(shape: spread, floats: affine.scale)), NRT_MUL)
    define(node, try combine(scaled, try graph.constant(Constant(shape: spread, floats: affine.shift)), NRT_ADD))
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
    let isTurned = node.integer("transB", default: 0) == 1
    let bias = try constant(node, 2)
    let outputs = isTurned ? weights.shape[0] : weights.shape[1]
    try linear(node, shape: isTurned ? weights.shape : weights.shape.reversed(), biasCount: bias?.count) {
      let turned = isTurned ? weights.floats : weights.transposed().floats
      let biases = bias.map { $0.count == 1 ? [Float](repeating: $0.floats[0], count: outputs) : $0.floats }
      return (
        alpha == 1 ? turned : turned.map { $0 * alpha },
        biases.map { beta == 1 ? $0 : $0.map { $0 * beta } } ?? [Float](repeating: 0, count: outputs)
      )
    }
  }

  private mutating func matrixProduct(_ node: ONNXModel.Node) throws {
    if case .constant(let weights) = try operand(node, 1), weights.shape.count == 2,
      case .value(let x) = try operand(node, 0), graph.shape(of: x).count >= 2
    {
      let outputs = weights.shape[1]
      try linear(node, shape: weights.shape.reversed(), biasCount: nil) {
        (weights.transposed().floats, [Float](repeating: 0, count: outputs))
      }
      return
    }
    define(node, try broadcastProduct(try value(node, 0), try value(node, 1)))
  }

  /// x · wᵀ + b over the last axis: [..., i] → [..., o], with w of shape [o, i]; x is the node's first input.
  private mutating func linear(
    _ node: ONNXModel.Node, shape weights: [Int], biasCount: Int?, _ parameters: () throws -> ([Float], [Float])
  ) throws {
    let x = try value(node, 0)
    let shape = graph.shape(of: x)
    guard let inputs = shape.last, shape.count >= 2, inputs == weights[1] else {
      throw failure("weights of shape \(weights) do not fit an input of \(shape)", .shape)
    }
    let outputs = weights[0]
    if let biasCount, biasCount != outputs, biasCount != 1 {
      throw failure("\(biasCount) biases for \(outputs) outputs", .shape)
    }
    var output = node.outputs[0]
    let key = output
    let activation = shape.count == 2 ? fusedActivation(&output) : .init(kind: NRT_NONE)
    let flat = try graph.reshape(x, to: [shape.dropLast().reduce(1, *), inputs])
    let product = try graph.make(weights: parameters) {
      nrt_linear(
        $0, flat, key, $1, Int64(outputs), Int64(inputs), $2, Int32(activation.kind.rawValue), activation.alpha,
        activation.beta)
    }
    operands[output] = .value(try graph.reshape(product, to: shape.dropLast() + [outputs]))
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
