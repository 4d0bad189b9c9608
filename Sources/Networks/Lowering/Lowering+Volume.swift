import NetworkRuntime

/// Windows over one or three axes, dilated pooling, and transposed convolution.
extension Lowering {
  static let volumeRules: [String: Rule] = [
    "ConvTranspose": { lowering, node, _ in try lowering.transposedConvolution(node) }
  ]

  /// Convolution over one or three axes.
  mutating func volumeConvolution(_ node: ONNXModel.Node) throws {
    let x = try value(node, 0)
    let kernel = try requiredConstant(node, 1)
    let shape = graph.shape(of: x)
    guard (3...5).contains(shape.count), kernel.shape.count == shape.count, kernel.count > 0 else {
      throw failure("weights \(kernel.shape) for an input of \(shape)", .shape)
    }
    let window = try Window(node, kernel: Array(kernel.shape[2...]), input: Array(shape[2...]))
    let groups = node.integer("group", default: 1)
    let outputs = kernel.shape[0]
    guard groups > 0, outputs % groups == 0,
      kernel.shape[1].multipliedReportingOverflow(by: groups) == (shape[1], false)
    else { throw failure("weights \(kernel.shape) in \(groups) groups do not fit an input of \(shape)", .shape) }
    let bias = try constant(node, 2)?.floats ?? [Float](repeating: 0, count: outputs)
    guard bias.count == outputs else { throw failure("\(bias.count) biases for \(outputs) outputs", .shape) }
    define(
      node,
      try graph.make {
        nrt_convolve(
          $0, x, kernel.floats, kernel.shape.map { Int64($0) }, bias, Int64(groups), window.strides, window.dilations,
          window.begin, window.end)
      })
  }

  private mutating func transposedConvolution(_ node: ONNXModel.Node) throws {
    let x = try value(node, 0)
    let kernel = try requiredConstant(node, 1)
    let shape = graph.shape(of: x)
    let axes = shape.count - 2
    let groups = node.integer("group", default: 1)
    guard (1...3).contains(axes), kernel.shape.count == shape.count, kernel.count > 0, groups > 0,
      kernel.shape[0] == shape[1], shape[1] % groups == 0
    else { throw failure("weights \(kernel.shape) in \(groups) groups do not fit an input of \(shape)", .shape) }
    let geometry = try TransposedWindow(node, kernel: Array(kernel.shape[2...]), input: Array(shape[2...]))
    // [i, o / groups, …] to [o, i / groups, …].
    let (inputs, outputs) = (shape[1] / groups, kernel.shape[1])
    let area = kernel.shape[2...].reduce(1, *)
    let source = kernel.floats
    var weights = [Float](repeating: 0, count: source.count)
    for group in 0..<groups {
      for input in 0..<inputs {
        for output in 0..<outputs {
          let from = ((group * inputs + input) * outputs + output) * area
          let to = ((group * outputs + output) * inputs + input) * area
          weights.replaceSubrange(to..<to + area, with: source[from..<from + area])
        }
      }
    }
    let extents = [outputs * groups, inputs] + kernel.shape[2...]
    var result = try graph.make {
      nrt_deconvolve(
        $0, x, weights, extents.map { Int64($0) }, Int64(groups), geometry.window.strides, geometry.window.dilations,
        geometry.window.begin, geometry.window.end)
    }
    if geometry.padding.contains(where: { $0 > 0 }) {
      let made = graph.shape(of: result)
      try ComputationGraph.check(made.indices.map { made[$0] + ($0 < 2 ? 0 : Int(geometry.padding[$0 - 2])) })
      result = try graph.make {
        nrt_pad($0, result, made.map { _ in 0 }, [0, 0] + geometry.padding, 0)
      }
    }
    if let bias = try constant(node, 2) {
      guard bias.count == extents[0] else { throw failure("\(bias.count) biases for \(extents[0]) outputs", .shape) }
      let spread = Constant(shape: [1, extents[0]] + shape.dropFirst(2).map { _ in 1 }, floats: bias.floats)
      result = try combine(result, try graph.constant(spread), NRT_ADD)
    }
    define(node, result)
  }

  /// Pooling with dilation, over any number of axes, with places as a second output, or of norms.
  mutating func volumePool(_ node: ONNXModel.Node, _ window: Window) throws {
    let x = try value(node, 0)
    let shape = graph.shape(of: x)
    let spatial = shape.count - 2
    guard (1...3).contains(spatial) else { throw failure("pooling over \(spatial) axes is not supported") }
    let input = Array(shape[2...])
    let isCeiling = node.integer("ceil_mode", default: 0) == 1
    let more = isCeiling ? window.ceilExtension(input: input) : input.map { _ in 0 }
    let counts = try input.indices.map { axis in
      let room = Int64(input[axis]) + window.begin[axis] + window.end[axis] + more[axis] - window.spans[axis]
      guard room >= 0 else { throw failure("a window is larger than its padded input", .shape) }
      return room / window.strides[axis] + 1
    }
    func lifted(_ values: [Int64], _ filling: Int64) -> [Int64] {
      [Int64](repeating: filling, count: 3 - spatial) + values
    }
    let volume = try graph.reshape(x, to: Array(shape[..<2]) + lifted(input.map { Int64($0) }, 1).map { Int($0) })
    let kind =
      switch node.operatorName {
      case "MaxPool": NRT_WINDOW_MAX
      case "LpPool": NRT_WINDOW_NORM
      default: NRT_WINDOW_AVERAGE
      }
    let norm = Float(node.integer("p", default: 2))
    guard norm >= 1 else { throw failure("a norm of \(norm) is not supported") }
    let countsPadding = Int32(node.integer("count_include_pad", default: 0) == 1 ? 1 : 0)
    let isColumnsFirst = Int32(node.integer("storage_order", default: 0) == 1 ? 1 : 0)
    let result = Array(shape[..<2]) + counts.map { Int($0) }
    try ComputationGraph.check(result)
    for (output, kind) in zip(node.outputs, [kind, NRT_WINDOW_PLACE]) where !output.isEmpty {
      let pooled = try graph.make {
        nrt_window(
          $0, volume, Int32(kind.rawValue), lifted(window.kernel, 1), lifted(window.strides, 1),
          lifted(window.dilations, 1), lifted(window.begin, 0), lifted(window.end, 0), lifted(counts, 1), countsPadding,
          norm, isColumnsFirst)
      }
      let shaped = try graph.reshape(pooled, to: result)
      if kind == NRT_WINDOW_PLACE { integral.insert(shaped) }
      operands[output] = .value(shaped)
    }
  }
}

/// The window of a transposed convolution, and what must be added after its result.
private struct TransposedWindow {
  var window: Window
  /// Rows, columns, … that nothing contributes to.
  var padding: [Int64]

  init(_ node: ONNXModel.Node, kernel: [Int], input: [Int]) throws {
    var explicit = node
    explicit.attributes["auto_pad"] = nil
    window = try Window(explicit, kernel: kernel, input: input)
    let axes = kernel.count
    let extra = node.integers("output_padding") ?? [Int](repeating: 0, count: axes)
    guard extra.count == axes, extra.allSatisfy({ (0...1 << 14).contains($0) }) else {
      throw NetworkError(.unsupported, "output_padding \(extra) is not supported")
    }
    let rule = node.text("auto_pad") ?? "NOTSET"
    let wanted = node.integers("output_shape")?.suffix(axes).map { $0 }
    padding = [Int64](repeating: 0, count: axes)
    for axis in 0..<axes {
      let natural = Int64(input[axis] - 1) * window.strides[axis] + window.spans[axis]
      var added = Int64(extra[axis])
      if rule.hasPrefix("SAME") || wanted != nil {
        let target = wanted.map { Int64($0[axis]) } ?? Int64(input[axis]) * window.strides[axis]
        let total = natural + added - target
        guard (-(1 << 14)...(1 << 30)).contains(total) else {
          throw NetworkError(.shape, "output_shape is not supported")
        }
        let (small, large) = (max(0, total) / 2, max(0, total) - max(0, total) / 2)
        // An odd rest goes in front, unless the rule is SAME_UPPER.
        (window.begin[axis], window.end[axis]) = rule == "SAME_UPPER" ? (small, large) : (large, small)
        added += max(0, -total)
      } else if rule == "VALID" {
        (window.begin[axis], window.end[axis]) = (0, 0)
      }
      let removed = min(window.end[axis], added)
      window.end[axis] -= removed
      padding[axis] = added - removed
    }
  }
}
