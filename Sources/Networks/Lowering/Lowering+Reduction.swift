import NetworkRuntime

/// Reductions over axes, and operators built on them.
extension Lowering {
  static let reductionRules: [String: Rule] = [
    "ReduceSum": reduction(NRT_SUM), "ReduceMax": reduction(NRT_MAXIMUM), "ReduceMin": reduction(NRT_MINIMUM),
    "ReduceProd": reduction(NRT_PRODUCT), "ReduceL1": reduction(NRT_L1), "ReduceL2": reduction(NRT_L2),
    "ReduceSumSquare": reduction(NRT_SUM_OF_SQUARES), "ReduceLogSum": reduction(NRT_LOG_SUM),
    "ReduceLogSumExp": reduction(NRT_LOG_SUM_EXP),
    "ReduceMean": { lowering, node, _ in
      guard try lowering.isFast(node) else { return try lowering.reduce(node, NRT_MEAN) }
      try lowering.reduceMean(node)
    },
    "LogSoftmax": { lowering, node, _ in try lowering.logSoftmax(node) },
    "Hardmax": { lowering, node, _ in try lowering.hardmax(node) },
    "ArgMax": { lowering, node, _ in try lowering.argument(node, isLargest: true) },
    "ArgMin": { lowering, node, _ in try lowering.argument(node, isLargest: false) },
    "TopK": { lowering, node, _ in try lowering.top(node) },
  ]

  private static func reduction(_ reduction: nrt_reduction) -> Rule {
    { lowering, node, _ in try lowering.reduce(node, reduction) }
  }

  /// The axes that a reduction is over; nil where it does nothing.
  private func reducedAxes(_ node: ONNXModel.Node, rank: Int) throws -> Set<Int>? {
    let given = try node.integers("axes") ?? constant(node, 1)?.integers ?? []
    if given.isEmpty { return node.integer("noop_with_empty_axes", default: 0) == 1 ? nil : Set(0..<rank) }
    return try Set(given.map { try axis($0, rank: rank) })
  }

  /// Whether oneDNN's own mean can be used.
  private func isFast(_ node: ONNXModel.Node) throws -> Bool {
    guard case .value(let x) = try operand(node, 0) else { return false }
    return try reducedAxes(node, rank: graph.shape(of: x).count).map { !$0.isEmpty } ?? false
  }

  private mutating func reduce(_ node: ONNXModel.Node, _ reduction: nrt_reduction) throws {
    let x = try value(node, 0)
    let shape = graph.shape(of: x)
    let axes = try reducedAxes(node, rank: shape.count)
    let reduced = try graph.reduce(x, reduction, axes: axes ?? [])
    guard let axes, node.integer("keepdims", default: 1) == 0 else { return define(node, reduced) }
    define(node, try graph.reshape(reduced, to: shape.indices.filter { !axes.contains($0) }.map { shape[$0] }))
  }

  /// x − ln Σ exp(x).
  private mutating func logSoftmax(_ node: ONNXModel.Node) throws {
    let x = try value(node, 0)
    let shape = graph.shape(of: x)
    let chosen = try axis(node.integer("axis", default: model.opset < 13 ? 1 : -1), rank: shape.count)
    // Before operator set 13 all axes from the chosen one on are taken together.
    let axes = model.opset < 13 ? Set(chosen..<shape.count) : [chosen]
    define(node, try combine(x, try graph.reduce(x, NRT_LOG_SUM_EXP, axes: axes), NRT_SUB))
  }

  /// 1 at the first largest element along the axis, 0 elsewhere.
  private mutating func hardmax(_ node: ONNXModel.Node) throws {
    let x = try value(node, 0)
    let shape = graph.shape(of: x)
    let chosen = try axis(node.integer("axis", default: model.opset < 13 ? 1 : -1), rank: shape.count)
    let flat = model.opset < 13 ? Array(shape[..<chosen]) + [shape[chosen...].reduce(1, *)] : shape
    let seen = try graph.reshape(x, to: flat)
    let place = try graph.make { nrt_top($0, seen, Int32(chosen), 1, 1, 1, 0) }
    var spread = [Int](repeating: 1, count: flat.count)
    spread[chosen] = flat[chosen]
    let indices = try graph.constant(Constant(shape: spread, integers: Array(0..<flat[chosen])))
    define(node, try graph.reshape(try pair(place, indices, NRT_EQUAL), to: shape))
  }

  private mutating func argument(_ node: ONNXModel.Node, isLargest: Bool) throws {
    let x = try value(node, 0)
    let shape = graph.shape(of: x)
    let chosen = try axis(node.integer("axis", default: 0), rank: shape.count)
    let prefersLast = node.integer("select_last_index", default: 0) == 1
    let place = try graph.make {
      nrt_top($0, x, Int32(chosen), 1, isLargest ? 1 : 0, 1, prefersLast ? 1 : 0)
    }
    guard node.integer("keepdims", default: 1) == 0 else { return define(node, place) }
    define(node, try graph.reshape(place, to: shape.indices.filter { $0 != chosen }.map { shape[$0] }))
  }

  private mutating func top(_ node: ONNXModel.Node) throws {
    let x = try value(node, 0)
    let rank = graph.shape(of: x).count
    let chosen = try axis(node.integer("axis", default: -1), rank: rank)
    guard let count = try constant(node, 1)?.integers.first ?? node.attributes["k"].map({ Int(clamping: $0.i) }) else {
      throw failure("the number of elements is missing", .unreadable)
    }
    let isLargest = Int32(node.integer("largest", default: 1) == 0 ? 0 : 1)
    for (position, output) in node.outputs.prefix(2).enumerated() where !output.isEmpty {
      let made = try graph.make { nrt_top($0, x, Int32(chosen), Int64(count), isLargest, Int32(position), 0) }
      if position == 1 { integral.insert(made) }
      operands[output] = .value(made)
    }
  }
}
