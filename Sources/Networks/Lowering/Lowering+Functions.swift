import NetworkRuntime

/// Functions of one number that oneDNN's activations do not cover, and conversions between types.
extension Lowering {
  static let functionRules: [String: Rule] = [
    "Abs": function(NRT_ABS), "Log": function(NRT_LOG), "Reciprocal": function(NRT_RECIPROCAL),
    "Floor": function(NRT_FLOOR), "Ceil": function(NRT_CEIL), "Round": function(NRT_ROUND),
    "Sign": function(NRT_SIGN), "Erf": function(NRT_ERF), "Softplus": function(NRT_SOFTPLUS),
    "Softsign": function(NRT_SOFTSIGN), "Sin": function(NRT_SIN), "Cos": function(NRT_COS),
    "Tan": function(NRT_TAN), "Asin": function(NRT_ASIN), "Acos": function(NRT_ACOS),
    "Atan": function(NRT_ATAN), "Sinh": function(NRT_SINH), "Cosh": function(NRT_COSH),
    "Asinh": function(NRT_ASINH), "Acosh": function(NRT_ACOSH), "Atanh": function(NRT_ATANH),
    "Not": function(NRT_NOT), "IsNaN": function(NRT_IS_NAN),
    "Selu": function(NRT_SELU, alpha: ("alpha", 1.67326319), beta: ("gamma", 1.05070102)),
    "Celu": function(NRT_CELU, alpha: ("alpha", 1)),
    "ThresholdedRelu": function(NRT_THRESHOLD, alpha: ("alpha", 1)),
    "Shrink": function(NRT_SHRINK, alpha: ("lambd", 0.5), beta: ("bias", 0)),
    "IsInf": { lowering, node, _ in
      let (negative, positive) = (
        node.integer("detect_negative", default: 1), node.integer("detect_positive", default: 1)
      )
      lowering.define(
        node,
        try lowering.graph.map(
          try lowering.value(node, 0), NRT_IS_INFINITE, alpha: Float(negative), beta: Float(positive)))
    },
    "Gelu": { lowering, node, _ in
      let isApproximate = node.text("approximate") == "tanh"
      lowering.define(
        node,
        try lowering.graph.activate(
          try lowering.value(node, 0), .init(kind: isApproximate ? NRT_GELU_TANH : NRT_GELU_ERF)))
    },
    "Mish": { lowering, node, _ in
      lowering.define(node, try lowering.graph.activate(try lowering.value(node, 0), .init(kind: NRT_MISH)))
    },
    "Swish": { lowering, node, _ in
      let alpha = node.float("alpha", default: 1)
      lowering.define(
        node, try lowering.graph.activate(try lowering.value(node, 0), .init(kind: NRT_SWISH, alpha: alpha)))
    },
    "Cast": { lowering, node, _ in try lowering.cast(node, to: node.integer("to", default: 1)) },
    "CastLike": { lowering, node, _ in try lowering.castLike(node) },
    "Identity": passRule,
    "Dropout": { lowering, node, _ in try lowering.dropout(node) },
  ]

  private static func function(
    _ function: nrt_function, alpha: (name: String, value: Float)? = nil, beta: (name: String, value: Float)? = nil
  ) -> Rule {
    { lowering, node, _ in
      lowering.define(
        node,
        try lowering.graph.map(
          try lowering.value(node, 0), function, alpha: alpha.map { node.float($0.name, default: $0.value) } ?? 0,
          beta: beta.map { node.float($0.name, default: $0.value) } ?? 0))
    }
  }

  private static let passRule: Rule = { lowering, node, _ in
    lowering.define(node, try lowering.value(node, 0))
  }

  /// Numbers stay 32-bit floats inside; a conversion cuts off the fraction.
  private mutating func cast(_ node: ONNXModel.Node, to number: Int) throws {
    guard let type = Int32(exactly: number).flatMap(ElementType.init(rawValue:)), type != .string else {
      throw failure("a conversion to element type \(number) is not supported")
    }
    let x = try value(node, 0)
    let result: ComputationGraph.Value
    if type == .bool {
      result = try graph.map(try graph.map(x, NRT_NOT), NRT_NOT)
    } else if type.isInteger, !integral.contains(x) {
      result = try graph.map(x, NRT_TRUNCATE)
    } else {
      // A value of its own, because whether it holds integers belongs to the value.
      result = try graph.line(x)
    }
    if type.isInteger { integral.insert(result) }
    define(node, result)
  }

  private mutating func castLike(_ node: ONNXModel.Node) throws {
    let isInteger = try isIntegral(node, 1)
    try cast(node, to: Int((isInteger ? ElementType.int64 : .float32).rawValue))
  }

  /// The identity, as at inference; the mask keeps everything.
  private mutating func dropout(_ node: ONNXModel.Node) throws {
    if let training = try constant(node, 2)?.integers.first, training != 0 {
      throw failure("training mode is not supported")
    }
    let x = try value(node, 0)
    define(node, x)
    guard node.outputs.count > 1, !node.outputs[1].isEmpty else { return }
    let shape = graph.shape(of: x)
    operands[node.outputs[1]] = .constant(
      Constant(shape: shape, integers: [Int](repeating: 1, count: shape.reduce(1, *))))
  }

  /// x Φ(x) where exporters write it as x / √2 → Erf → + 1 → · x → · ½, if nobody asks for the values between.
  /// Returns whether it was.
  mutating func fuseGelu(_ node: ONNXModel.Node, _ index: Int) throws -> Bool {
    guard fuses, ["Div", "Mul"].contains(node.operatorName), node.inputs.count == 2,
      case .value(let x) = try operand(node, 0), let scale = try known(node, 1),
      abs(scale - (node.operatorName == "Div" ? Float(2).squareRoot() : Float(0.5).squareRoot())) < 1e-4,
      let erf = follower(of: node.outputs[0], "Erf"), let sum = follower(of: model.nodes[erf].outputs[0], "Add"),
      try isKnown(1, beside: model.nodes[erf].outputs[0], of: model.nodes[sum]),
      let product = follower(of: model.nodes[sum].outputs[0], "Mul"),
      model.nodes[product].inputs.contains(node.inputs[0]),
      let half = follower(of: model.nodes[product].outputs[0], "Mul"),
      try isKnown(0.5, beside: model.nodes[product].outputs[0], of: model.nodes[half])
    else { return false }
    operands[model.nodes[half].outputs[0]] = .value(try graph.activate(x, .init(kind: NRT_GELU_ERF)))
    absorbed.formUnion([erf, sum, product, half])
    return true
  }

  /// The only reader of `name`, if it is this operator and nobody else asks for the value.
  private func follower(of name: String, _ operatorName: String) -> Int? {
    guard !kept.contains(name), let found = readers[name], found.count == 1, let index = found.first,
      model.nodes[index].operatorName == operatorName, model.nodes[index].outputs.count == 1
    else { return nil }
    return index
  }

  /// The single number that is known at `position`.
  private func known(_ node: ONNXModel.Node, _ position: Int) throws -> Float? {
    guard case .constant(let constant) = try operand(node, position), constant.count == 1 else { return nil }
    return constant.floats.first
  }

  private func isKnown(_ number: Float, beside name: String, of node: ONNXModel.Node) throws -> Bool {
    guard node.inputs.count == 2, let position = node.inputs.firstIndex(where: { $0 != name }) else { return false }
    return try known(node, position) == number
  }
}
