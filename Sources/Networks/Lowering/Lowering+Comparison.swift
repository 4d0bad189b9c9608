import NetworkRuntime

/// Functions of two numbers and choices between two, with broadcasting on every side.
extension Lowering {
  static let comparisonRules: [String: Rule] = [
    "Less": pairing(NRT_LESS), "LessOrEqual": pairing(NRT_LESS_OR_EQUAL), "Greater": pairing(NRT_GREATER),
    "GreaterOrEqual": pairing(NRT_GREATER_OR_EQUAL), "Equal": pairing(NRT_EQUAL), "And": pairing(NRT_AND),
    "Or": pairing(NRT_OR), "Xor": pairing(NRT_XOR), "PRelu": pairing(NRT_PARAMETRIC_RELU),
    "Pow": { lowering, node, _ in try lowering.power(node) },
    "Mod": { lowering, node, _ in
      let isTruncated = node.integer("fmod", default: 0) == 1
      let kind = isTruncated ? NRT_TRUNCATED_REMAINDER : NRT_REMAINDER
      lowering.define(node, try lowering.pair(try lowering.value(node, 0), try lowering.value(node, 1), kind))
    },
    "Max": { lowering, node, _ in try lowering.extreme(node, NRT_LARGER) },
    "Min": { lowering, node, _ in try lowering.extreme(node, NRT_SMALLER) },
    "Mean": { lowering, node, _ in try lowering.mean(node) },
    "Where": { lowering, node, _ in try lowering.choose(node) },
  ]

  /// Operators whose outputs are integers or truth values whatever their inputs are.
  static let integerOperators: Set<String> = [
    "Less", "LessOrEqual", "Greater", "GreaterOrEqual", "Equal", "And", "Or", "Xor", "Not", "IsNaN", "IsInf", "ArgMax",
    "ArgMin", "QuantizeLinear",
  ]

  private static func pairing(_ pairing: nrt_pairing) -> Rule {
    { lowering, node, _ in
      lowering.define(node, try lowering.pair(try lowering.value(node, 0), try lowering.value(node, 1), pairing))
    }
  }

  /// `a` and `b` paired, the one of lower rank extended by leading axes of extent 1.
  func pair(
    _ a: ComputationGraph.Value, _ b: ComputationGraph.Value, _ pairing: nrt_pairing
  ) throws -> ComputationGraph.Value {
    let shape = try broadcastShape([a, b])
    let (left, right) = (try graph.raised(a, to: shape.count), try graph.raised(b, to: shape.count))
    return try graph.make { nrt_pair($0, left, right, Int32(pairing.rawValue)) }
  }

  /// The shape of values broadcast together.
  func broadcastShape(_ values: [ComputationGraph.Value]) throws -> [Int] {
    var result: [Int] = []
    for shape in values.map({ graph.shape(of: $0) }) {
      let rank = max(result.count, shape.count)
      let left = [Int](repeating: 1, count: rank - result.count) + result
      let right = [Int](repeating: 1, count: rank - shape.count) + shape
      result = try zip(left, right).map { a, b in
        guard a == b || a == 1 || b == 1 else { throw failure("shapes \(left) and \(right) do not fit", .shape) }
        return max(a, b)
      }
    }
    try ComputationGraph.check(result)
    return result
  }

  private mutating func power(_ node: ONNXModel.Node) throws {
    let x = try value(node, 0)
    if case .constant(let exponent) = try operand(node, 1), exponent.count == 1 {
      switch exponent.floats[0] {
      case 1: return define(node, x)
      case 2: return define(node, try combine(x, x, NRT_MUL))
      case 0.5: return define(node, try graph.activate(x, .init(kind: NRT_SQRT)))
      default: break
      }
    }
    define(node, try pair(x, try value(node, 1), NRT_POWER))
  }

  private mutating func extreme(_ node: ONNXModel.Node, _ pairing: nrt_pairing) throws {
    var result = try value(node, 0)
    for position in node.inputs.indices.dropFirst() { result = try pair(result, try value(node, position), pairing) }
    define(node, result)
  }

  private mutating func mean(_ node: ONNXModel.Node) throws {
    var total = try value(node, 0)
    for position in node.inputs.indices.dropFirst() { total = try combine(total, try value(node, position), NRT_ADD) }
    define(node, try graph.line(total, slope: 1 / Float(node.inputs.count)))
  }

  private mutating func choose(_ node: ONNXModel.Node) throws {
    let values = try (0..<3).map { try value(node, $0) }
    let rank = try broadcastShape(values).count
    let raised = try values.map { try graph.raised($0, to: rank) }
    let chosen = try graph.make { nrt_select($0, raised[0], raised[1], raised[2]) }
    define(node, chosen)
    if try isIntegral(node, 1), try isIntegral(node, 2) { integral.insert(chosen) }
  }
}
