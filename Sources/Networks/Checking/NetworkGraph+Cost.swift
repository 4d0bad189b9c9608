/// The cost of one pass through a graph.
extension NetworkGraph {
  /// A graph's cost for one set of input shapes.
  package struct Cost: Sendable {
    /// Floating-point operations of convolutions and products, a multiplication and an addition counted as two.
    package var operations: Int
    /// Bytes of the values between the layers, shared where lifetimes allow.
    package var activationBytes: Int
    /// Values that have the batch as their first axis: concepts can be searched there.
    package var layers: [LayerDescription]
    /// Extents of the first output.
    package var outputShape: [Int]
  }

  private static let mostInputElements = 1 << 25

  /// The cost of computing the first output from one float input, the image.
  ///
  /// - Parameter shape: extents of the input, with the batch.
  package func cost(inputShape shape: [Int]) throws -> Cost {
    try model.checkOperators()
    guard let count = Constant.elementCount(shape), count <= Self.mostInputElements else {
      throw NetworkError(.shape, "an input of shape \(shape) is too large")
    }
    let graph = try ComputationGraph()
    let output = model.outputs.first?.name ?? model.output
    var lowering = Lowering(
      model: model, graph: graph, batch: shape.first ?? 1, kept: [output], fuses: false)
    lowering.operands[model.input] = .value(try graph.input(shape))
    try lowering.lowerNodes(until: [output])
    guard case .value(let value) = lowering.operands[output] else {
      throw NetworkError(.unreadable, "the output \"\(output)\" does not depend on the input")
    }
    try graph.plan(last: value)
    var operations = 0
    var layers: [LayerDescription] = []
    var seen: Set<ComputationGraph.Value> = []
    for node in model.nodes {
      operations += lowering.operations(of: node)
      for name in node.outputs {
        guard case .value(let value) = lowering.operands[name], seen.insert(value).inserted else { continue }
        let extents = graph.shape(of: value)
        guard extents.count >= 2, extents[0] == shape.first else { continue }
        layers.append(LayerDescription(name: name, shape: Array(extents.dropFirst()), operatorName: node.operatorName))
      }
    }
    return Cost(
      operations: operations, activationBytes: graph.bytes, layers: layers, outputShape: graph.shape(of: value))
  }
}

extension Lowering {
  /// Operations of a node that was lowered: 2 for each product that is added up. 0 for a node that is not a convolution
  /// or product.
  fileprivate func operations(of node: ONNXModel.Node) -> Int {
    guard let output = node.outputs.first, case .value(let result) = operands[output] else { return 0 }
    let count = graph.shape(of: result).reduce(1, *)
    func shape(_ position: Int) -> [Int] {
      guard position < node.inputs.count else { return [] }
      return switch operands[node.inputs[position]] {
      case .value(let value): graph.shape(of: value)
      case .constant(let constant): constant.shape
      case nil: []
      }
    }
    switch node.operatorName {
    case "Conv":
      let weights = shape(1)
      return 2 * count * weights.dropFirst().reduce(1, *)
    case "ConvTranspose": return 2 * shape(0).reduce(1, *) * shape(1).dropFirst().reduce(1, *)
    case "MatMul": return 2 * count * (shape(0).last ?? 0)
    case "Gemm":
      let left = shape(0)
      guard left.count == 2 else { return 0 }
      return 2 * count * left[node.integer("transA", default: 0) == 0 ? 1 : 0]
    default: return 0
    }
  }
}
