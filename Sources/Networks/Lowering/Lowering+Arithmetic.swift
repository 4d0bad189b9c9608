import NetworkRuntime

/// Activations and arithmetic element by element.
extension Lowering {
  static let arithmeticRules: [String: Rule] = [
    "Relu": activationRule, "Clip": { lowering, node, _ in try lowering.clip(node) }, "LeakyRelu": activationRule,
    "Sigmoid": activationRule,
    "HardSwish": activationRule, "Tanh": activationRule, "Elu": activationRule, "Sqrt": activationRule,
    "Exp": activationRule, "Neg": activationRule,
    "HardSigmoid": { lowering, node, _ in try lowering.hardSigmoid(node) },
    "Add": { lowering, node, _ in try lowering.binary(node, NRT_ADD) },
    "Sum": { lowering, node, _ in try lowering.sum(node) },
    "Sub": { lowering, node, _ in try lowering.binary(node, NRT_SUB) },
    "Mul": { lowering, node, _ in try lowering.binary(node, NRT_MUL) },
    "Div": { lowering, node, _ in try lowering.divide(node) },
    "Softmax": { lowering, node, _ in try lowering.softmax(node) },
  ]

  private static let activationRule: Rule = { lowering, node, _ in
    let activation = try lowering.activation(of: node)
    lowering.define(node, try lowering.graph.activate(try lowering.value(node, 0), activation))
  }

  /// The activation function that a node applies.
  func activation(of node: ONNXModel.Node) throws -> ComputationGraph.Activation {
    switch node.operatorName {
    case "Relu": return .init(kind: NRT_RELU)
    case "LeakyRelu": return .init(kind: NRT_RELU, alpha: node.float("alpha", default: 0.01))
    case "Clip":
      let low = try constant(node, 1)?.floats.first ?? node.float("min", default: -.greatestFiniteMagnitude)
      let high = try constant(node, 2)?.floats.first ?? node.float("max", default: .greatestFiniteMagnitude)
      return .init(kind: NRT_CLIP, alpha: low, beta: high)
    case "Sigmoid": return .init(kind: NRT_LOGISTIC)
    case "HardSwish": return .init(kind: NRT_HARDSWISH)
    case "Tanh": return .init(kind: NRT_TANH)
    case "Elu": return .init(kind: NRT_ELU, alpha: node.float("alpha", default: 1))
    case "Sqrt": return .init(kind: NRT_SQRT)
    case "Exp": return .init(kind: NRT_EXP)
    case "Neg": return .init(kind: NRT_LINEAR, alpha: -1)
    default: throw failure("\(node.operatorName) is not an activation")
    }
  }

  /// max(0, min(1, α x + β)).
  private mutating func hardSigmoid(_ node: ONNXModel.Node) throws {
    let line = ComputationGraph.Activation(
      kind: NRT_LINEAR, alpha: node.float("alpha", default: 0.2), beta: node.float("beta", default: 0.5))
    let sloped = try graph.activate(try value(node, 0), line)
    define(node, try graph.activate(sloped, .init(kind: NRT_CLIP, alpha: 0, beta: 1)))
  }

  private mutating func binary(_ node: ONNXModel.Node, _ operation: nrt_binary) throws {
    define(node, try combine(try value(node, 0), try value(node, 1), operation))
  }

  private mutating func divide(_ node: ONNXModel.Node) throws {
    guard try isIntegral(node, 0), try isIntegral(node, 1) else { return try binary(node, NRT_DIV) }
    define(node, try pair(try value(node, 0), try value(node, 1), NRT_INTEGER_QUOTIENT))
  }

  /// Bounds that depend on the image become maximum and minimum.
  private mutating func clip(_ node: ONNXModel.Node) throws {
    let isBoundKnown = try [1, 2].allSatisfy { position in
      if case .value = try operand(node, position) { false } else { true }
    }
    guard !isBoundKnown else {
      let activation = try self.activation(of: node)
      if activation.alpha <= activation.beta {
        return define(node, try graph.activate(try value(node, 0), activation))
      }
      // The upper bound wins.
      let bound = try graph.constant(Constant(shape: [1], floats: [activation.beta]))
      return define(node, try pair(try value(node, 0), bound, NRT_SMALLER))
    }
    var result = try value(node, 0)
    if try operand(node, 1) != nil { result = try pair(result, try value(node, 1), NRT_LARGER) }
    if try operand(node, 2) != nil { result = try pair(result, try value(node, 2), NRT_SMALLER) }
    define(node, result)
  }

  private mutating func sum(_ node: ONNXModel.Node) throws {
    var total = try value(node, 0)
    for position in node.inputs.indices.dropFirst() { total = try combine(total, try value(node, position), NRT_ADD) }
    define(node, total)
  }

  /// `a` and `b` combined, the one of lower rank extended by leading axes of extent 1.
  func combine(
    _ a: ComputationGraph.Value, _ b: ComputationGraph.Value, _ operation: nrt_binary
  ) throws -> ComputationGraph.Value {
    let rank = max(graph.shape(of: a).count, graph.shape(of: b).count)
    func raised(_ value: ComputationGraph.Value) throws -> ComputationGraph.Value {
      let shape = graph.shape(of: value)
      return try graph.reshape(value, to: [Int](repeating: 1, count: rank - shape.count) + shape)
    }
    let (left, right) = (try raised(a), try raised(b))
    // oneDNN broadcasts its second operand only; where order does not matter, the larger goes first.
    let isLarger = graph.shape(of: right).reduce(1, *) > graph.shape(of: left).reduce(1, *)
    let isExchanged = isLarger && (operation == NRT_ADD || operation == NRT_MUL)
    let (first, second) = isExchanged ? (right, left) : (left, right)
    return try graph.make { nrt_combine($0, first, second, Int32(operation.rawValue)) }
  }

  private mutating func softmax(_ node: ONNXModel.Node) throws {
    let x = try value(node, 0)
    let shape = graph.shape(of: x)
    let chosen = try axis(node.integer("axis", default: model.opset < 13 ? 1 : -1), rank: shape.count)
    guard model.opset < 13, chosen != shape.count - 1 else {
      define(node, try graph.make { nrt_softmax($0, x, Int32(chosen)) })
      return
    }
    // Before operator set 13 all axes from the chosen one on are taken together.
    let flat = try graph.reshape(x, to: Array(shape[..<chosen]) + [shape[chosen...].reduce(1, *)])
    let normal = try graph.make { nrt_softmax($0, flat, Int32(chosen)) }
    define(node, try graph.reshape(normal, to: shape))
  }
}
