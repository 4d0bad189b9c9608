import NetworkRuntime

/// Quantised tensors, computed in floats.
extension Lowering {
  static let quantizationRules: [String: Rule] = [
    "DequantizeLinear": { lowering, node, _ in try lowering.dequantize(node) },
    "QuantizeLinear": { lowering, node, _ in try lowering.quantize(node) },
  ]

  /// A parameter of one element, or one per slice of an axis, spread so that it can be broadcast.
  private func parameter(_ node: ONNXModel.Node, _ position: Int, shape: [Int]) throws -> ComputationGraph.Value {
    let parameter = try value(node, position)
    let extents = graph.shape(of: parameter)
    let count = extents.reduce(1, *)
    if count == 1 { return try graph.reshape(parameter, to: shape.map { _ in 1 }) }
    guard extents.count == 1 else { throw failure("parameters for blocks of an axis are not supported") }
    let chosen = try axis(node.integer("axis", default: 1), rank: shape.count)
    guard count == shape[chosen] else { throw failure("\(count) parameters for an axis of \(shape[chosen])", .shape) }
    return try graph.reshape(parameter, to: shape.indices.map { $0 == chosen ? count : 1 })
  }

  /// (x − zero) · scale.
  private mutating func dequantize(_ node: ONNXModel.Node) throws {
    let x = try value(node, 0)
    let shape = graph.shape(of: x)
    let shifted =
      try operand(node, 2) == nil ? x : combine(x, try parameter(node, 2, shape: shape), NRT_SUB)
    define(node, try combine(shifted, try parameter(node, 1, shape: shape), NRT_MUL))
  }

  /// round(x / scale) + zero within the type's range; its gradient is that without rounding.
  private mutating func quantize(_ node: ONNXModel.Node) throws {
    let x = try value(node, 0)
    let shape = graph.shape(of: x)
    let zero = try constant(node, 2)
    let stated = Int32(exactly: node.integer("output_dtype", default: 0)).flatMap(ElementType.init(rawValue:))
    let type = zero?.type ?? stated ?? .uint8
    guard type.isInteger, type.range.upperBound <= 65535 else {
      throw failure("quantisation to this type is not supported")
    }
    let scaled = try combine(x, try parameter(node, 1, shape: shape), NRT_DIV)
    var rounded = try graph.map(scaled, NRT_ROUND_THROUGH)
    if zero != nil { rounded = try combine(rounded, try parameter(node, 2, shape: shape), NRT_ADD) }
    let range = type.range
    define(
      node,
      try graph.activate(
        rounded, .init(kind: NRT_CLIP, alpha: Float(range.lowerBound), beta: Float(range.upperBound))))
  }
}
