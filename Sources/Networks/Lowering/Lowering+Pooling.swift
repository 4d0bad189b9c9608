import NetworkRuntime

/// Pooling, and normalisation over channels.
extension Lowering {
  static let poolingRules: [String: Rule] = [
    "MaxPool": { lowering, node, _ in try lowering.maxPool(node) },
    "AveragePool": { lowering, node, _ in try lowering.averagePool(node) },
    "GlobalAveragePool": { lowering, node, _ in try lowering.globalPool(node, NRT_AVERAGE_WITH_PADDING) },
    "GlobalMaxPool": { lowering, node, _ in try lowering.globalPool(node, NRT_MAX) },
    "LpPool": { lowering, node, _ in
      try lowering.volumePool(node, try lowering.window(node, over: try lowering.value(node, 0)))
    },
    "GlobalLpPool": { lowering, node, _ in try lowering.globalNorm(node) },
    "LRN": { lowering, node, _ in try lowering.localResponseNormalization(node) },
  ]

  private func pooled(_ x: ComputationGraph.Value, _ kind: nrt_pooling, _ window: Window) throws
    -> ComputationGraph.Value
  {
    try graph.make { nrt_pool($0, x, Int32(kind.rawValue), window.kernel, window.strides, window.begin, window.end) }
  }

  private func window(_ node: ONNXModel.Node, over x: ComputationGraph.Value) throws -> Window {
    let shape = graph.shape(of: x)
    guard shape.count >= 3 else { throw failure("an input of \(shape.count) axes", .shape) }
    guard let kernel = node.integers("kernel_shape") else { throw failure("kernel_shape is missing", .unreadable) }
    return try Window(node, kernel: kernel, input: Array(shape[2...]))
  }

  /// Whether oneDNN's pooling over rows and columns can be used.
  private func isPlain(_ node: ONNXModel.Node, _ window: Window) -> Bool {
    window.kernel.count == 2 && window.dilations == [1, 1] && node.outputs.count == 1
      && zip(window.begin + window.end, window.kernel + window.kernel).allSatisfy { $0 < $1 }
  }

  private mutating func maxPool(_ node: ONNXModel.Node) throws {
    let x = try value(node, 0)
    var window = try window(node, over: x)
    guard isPlain(node, window) else { return try volumePool(node, window) }
    if node.integer("ceil_mode", default: 0) == 1 {
      let more = window.ceilExtension(input: Array(graph.shape(of: x)[2...]))
      window.end = zip(window.end, more).map { $0 + $1 }
    }
    define(node, try pooled(x, NRT_MAX, window))
  }

  private mutating func globalNorm(_ node: ONNXModel.Node) throws {
    let x = try value(node, 0)
    let norm = node.integer("p", default: 2)
    guard norm == 1 || norm == 2 else { throw failure("a norm of \(norm) is not supported") }
    define(node, try graph.reduce(x, norm == 1 ? NRT_L1 : NRT_L2, axes: Set(2..<max(2, graph.shape(of: x).count))))
  }

  private mutating func averagePool(_ node: ONNXModel.Node) throws {
    let x = try value(node, 0)
    var window = try window(node, over: x)
    guard isPlain(node, window) else { return try volumePool(node, window) }
    let countsPadding = node.integer("count_include_pad", default: 0) == 1
    let more =
      node.integer("ceil_mode", default: 0) == 1
      ? window.ceilExtension(input: Array(graph.shape(of: x)[2...])) : [0, 0]
    let isPadded = (window.begin + window.end).contains { $0 > 0 }
    guard more != [0, 0], countsPadding, isPadded else {
      // What ceil mode adds never counts; padding counts only on request.
      window.end = zip(window.end, more).map { $0 + $1 }
      let counts = countsPadding && more == [0, 0]
      define(node, try pooled(x, counts ? NRT_AVERAGE_WITH_PADDING : NRT_AVERAGE_WITHOUT_PADDING, window))
      return
    }
    // Padding counts, what ceil mode adds does not: add the padding to the input.
    let padded = try graph.make { nrt_pad($0, x, [0, 0] + window.begin, [0, 0] + window.end, 0) }
    (window.begin, window.end) = ([0, 0], more)
    define(node, try pooled(padded, NRT_AVERAGE_WITHOUT_PADDING, window))
  }

  private mutating func globalPool(_ node: ONNXModel.Node, _ kind: nrt_pooling) throws {
    let x = try value(node, 0)
    let shape = graph.shape(of: x)
    guard shape.count >= 3 else { throw failure("an input of \(shape.count) axes", .shape) }
    guard shape.count == 4 else {
      return define(node, try graph.reduce(x, kind == NRT_MAX ? NRT_MAXIMUM : NRT_MEAN, axes: Set(2..<shape.count)))
    }
    let kernel = [Int64(shape[2]), Int64(shape[3])]
    define(node, try graph.make { nrt_pool($0, x, Int32(kind.rawValue), kernel, [1, 1], [0, 0], [0, 0]) })
  }

  /// Means by oneDNN: over rows and columns as pooling keeps the layout.
  mutating func reduceMean(_ node: ONNXModel.Node) throws {
    let x = try value(node, 0)
    let shape = graph.shape(of: x)
    let given = try node.integers("axes") ?? constant(node, 1)?.integers
    let axes = try Set((given ?? Array(shape.indices)).map { try axis($0, rank: shape.count) })
    let kept = shape.indices.map { axes.contains($0) ? 1 : shape[$0] }
    let mean: ComputationGraph.Value
    if shape.count == 4, axes == [2, 3] {
      let kernel = [Int64(shape[2]), Int64(shape[3])]
      mean = try graph.make {
        nrt_pool($0, x, Int32(NRT_AVERAGE_WITH_PADDING.rawValue), kernel, [1, 1], [0, 0], [0, 0])
      }
    } else {
      mean = try graph.make { nrt_mean($0, x, kept.map { Int64($0) }) }
    }
    guard node.integer("keepdims", default: 1) == 0 else {
      define(node, mean)
      return
    }
    define(node, try graph.reshape(mean, to: shape.indices.filter { !axes.contains($0) }.map { shape[$0] }))
  }

  private mutating func localResponseNormalization(_ node: ONNXModel.Node) throws {
    let x = try value(node, 0)
    let size = node.integer("size", default: 0)
    guard size > 0, size % 2 == 1, graph.shape(of: x).count == 4 else { throw failure("size \(size) is not supported") }
    let (alpha, beta) = (node.float("alpha", default: 1e-4), node.float("beta", default: 0.75))
    let bias = node.float("bias", default: 1)
    define(node, try graph.make { nrt_normalise_channels($0, x, Int64(size), alpha, beta, bias) })
  }
}
