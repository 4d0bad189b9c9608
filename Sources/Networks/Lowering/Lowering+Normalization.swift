import NetworkRuntime

/// Normalisation by statistics of the image.
extension Lowering {
  static let normalizationRules: [String: Rule] = [
    "LayerNormalization": { lowering, node, _ in try lowering.layerNormalization(node) },
    "RMSNormalization": { lowering, node, _ in try lowering.rootMeanSquareNormalization(node) },
    "InstanceNormalization": { lowering, node, _ in
      try lowering.groupNormalization(node, groups: nil)
    },
    "GroupNormalization": { lowering, node, _ in
      try lowering.groupNormalization(node, groups: node.integer("num_groups", default: 0))
    },
    "LpNormalization": { lowering, node, _ in try lowering.normNormalization(node) },
    "MeanVarianceNormalization": { lowering, node, _ in try lowering.meanVarianceNormalization(node) },
  ]

  private func standardised(
    _ x: ComputationGraph.Value, rows: Int, epsilon: Float, scale: [Float]? = nil, shift: [Float]? = nil
  ) throws -> ComputationGraph.Value {
    let shape = graph.shape(of: x)
    let flat = try graph.reshape(x, to: [rows, shape.reduce(1, *) / rows])
    let normal = try graph.make { pointer in
      scale.withPointer { scale in shift.withPointer { nrt_standardise(pointer, flat, epsilon, scale, $0) } }
    }
    return try graph.reshape(normal, to: shape)
  }

  private mutating func layerNormalization(_ node: ONNXModel.Node) throws {
    let x = try value(node, 0)
    let shape = graph.shape(of: x)
    let first = try axis(node.integer("axis", default: -1), rank: shape.count)
    let rows = shape[..<first].reduce(1, *)
    let size = shape[first...].reduce(1, *)
    let epsilon = node.float("epsilon", default: 1e-5)
    let (scale, shift) = (try operand(node, 1), try operand(node, 2))
    if case .constant(let scale) = scale, scale.count == size, shift == nil || shift?.constantCount == size {
      let offsets = try constant(node, 2)?.floats
      define(node, try standardised(x, rows: rows, epsilon: epsilon, scale: scale.floats, shift: offsets))
    } else {
      var normal = try standardised(x, rows: rows, epsilon: epsilon)
      if scale != nil { normal = try combine(normal, try value(node, 1), NRT_MUL) }
      if shift != nil { normal = try combine(normal, try value(node, 2), NRT_ADD) }
      define(node, normal)
    }
    guard node.outputs.dropFirst().contains(where: { !$0.isEmpty }) else { return }
    let axes = Set(first..<shape.count)
    let mean = try graph.reduce(x, NRT_MEAN, axes: axes)
    let centred = try combine(x, mean, NRT_SUB)
    let variance = try graph.reduce(try combine(centred, centred, NRT_MUL), NRT_MEAN, axes: axes)
    let deviation = try graph.activate(try graph.line(variance, offset: epsilon), .init(kind: NRT_SQRT))
    let statistics = [mean, try graph.map(deviation, NRT_RECIPROCAL)]
    for (output, value) in zip(node.outputs.dropFirst(), statistics) where !output.isEmpty {
      operands[output] = .value(value)
    }
  }

  /// x / √(mean(x²) + ε) · scale.
  private mutating func rootMeanSquareNormalization(_ node: ONNXModel.Node) throws {
    let x = try value(node, 0)
    let rank = graph.shape(of: x).count
    let first = try axis(node.integer("axis", default: -1), rank: rank)
    let square = try graph.reduce(try combine(x, x, NRT_MUL), NRT_MEAN, axes: Set(first..<rank))
    let offset = node.float("epsilon", default: 1e-5)
    let root = try graph.activate(try graph.line(square, offset: offset), .init(kind: NRT_SQRT))
    define(node, try combine(try combine(x, root, NRT_DIV), try value(node, 1), NRT_MUL))
  }

  /// Normalises each group of channels of each image separately; without groups, each channel.
  private mutating func groupNormalization(_ node: ONNXModel.Node, groups: Int?) throws {
    let x = try value(node, 0)
    let shape = graph.shape(of: x)
    guard shape.count >= 3 else { throw failure("an input of \(shape.count) axes", .shape) }
    let channels = shape[1]
    let groups = groups ?? channels
    guard groups > 0, channels % groups == 0 else { throw failure("\(channels) channels in \(groups) groups", .shape) }
    var normal = try standardised(x, rows: shape[0] * groups, epsilon: node.float("epsilon", default: 1e-5))
    for (position, operation) in [(1, NRT_MUL), (2, NRT_ADD)] {
      var parameter = try value(node, position)
      let count = graph.shape(of: parameter).reduce(1, *)
      if count == groups, groups != channels {
        // Before operator set 21 there is one parameter per group.
        parameter = try graph.reshape(parameter, to: [groups, 1])
        parameter = try graph.expand(parameter, to: [groups, channels / groups])
      } else if count != channels {
        throw failure("\(count) parameters for \(channels) channels", .shape)
      }
      let spread = try graph.reshape(parameter, to: [1, channels] + shape.dropFirst(2).map { _ in 1 })
      normal = try combine(normal, spread, operation)
    }
    define(node, normal)
  }

  /// x over its norm along an axis; 0 where that is 0.
  private mutating func normNormalization(_ node: ONNXModel.Node) throws {
    let x = try value(node, 0)
    let chosen = try axis(node.integer("axis", default: -1), rank: graph.shape(of: x).count)
    let norm = try graph.reduce(x, node.integer("p", default: 2) == 1 ? NRT_L1 : NRT_L2, axes: [chosen])
    let least = try graph.constant(Constant(shape: [1], floats: [.leastNormalMagnitude]))
    define(node, try combine(x, try pair(norm, least, NRT_LARGER), NRT_DIV))
  }

  private mutating func meanVarianceNormalization(_ node: ONNXModel.Node) throws {
    let x = try value(node, 0)
    let rank = graph.shape(of: x).count
    let axes = try Set((node.integers("axes") ?? [0, 2, 3]).map { try axis($0, rank: rank) })
    let centred = try combine(x, try graph.reduce(x, NRT_MEAN, axes: axes), NRT_SUB)
    let variance = try graph.reduce(try combine(centred, centred, NRT_MUL), NRT_MEAN, axes: axes)
    let deviation = try graph.activate(variance, .init(kind: NRT_SQRT))
    define(node, try combine(centred, try graph.line(deviation, offset: 1e-9), NRT_DIV))
  }
}

extension Lowering.Operand {
  fileprivate var constantCount: Int? { if case .constant(let constant) = self { constant.count } else { nil } }
}

extension [Float]? {
  /// Calls `body` with the elements, or nil.
  fileprivate func withPointer<Result>(_ body: (UnsafePointer<Float>?) -> Result) -> Result {
    guard let self else { return body(nil) }
    return self.withUnsafeBufferPointer { body($0.baseAddress) }
  }
}
