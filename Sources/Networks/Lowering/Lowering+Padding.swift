import NetworkRuntime

/// Padding by a number or by the input's own elements.
extension Lowering {
  static let paddingRules: [String: Rule] = ["Pad": { lowering, node, _ in try lowering.pad(node) }]

  /// Largest padding on one side.
  private static let largestPad = 1 << 14

  private mutating func pad(_ node: ONNXModel.Node) throws {
    var x = try value(node, 0)
    let shape = graph.shape(of: x)
    let mode = node.text("mode") ?? "constant"
    let given = try node.integers("pads") ?? requiredConstant(node, 1).integers
    let filling = try constant(node, 2)?.floats.first ?? node.float("value", default: 0)
    let axes = try (constant(node, 3)?.integers ?? Array(shape.indices)).map { try axis($0, rank: shape.count) }
    guard given.count == 2 * axes.count, given.allSatisfy({ (-Self.largestPad...Self.largestPad).contains($0) }) else {
      throw failure("pads \(given) of a tensor of \(shape.count) axes are not supported")
    }
    var (begin, end) = (shape.map { _ in 0 }, shape.map { _ in 0 })
    for (position, axis) in axes.enumerated() {
      (begin[axis], end[axis]) = (given[position], given[axes.count + position])
    }
    // Negative padding cuts off.
    for axis in shape.indices where begin[axis] < 0 || end[axis] < 0 {
      let (before, behind) = (max(0, -begin[axis]), max(0, -end[axis]))
      let count = shape[axis] - before - behind
      guard count > 0 else { throw failure("it leaves nothing", .shape) }
      x = try graph.part(of: x, axis: axis, from: before, count: count)
    }
    (begin, end) = (begin.map { max(0, $0) }, end.map { max(0, $0) })
    let inner = graph.shape(of: x)
    try ComputationGraph.check(inner.indices.map { inner[$0] + begin[$0] + end[$0] })
    guard mode != "constant" else {
      return define(
        node, try graph.make { nrt_pad($0, x, begin.map { Int64($0) }, end.map { Int64($0) }, filling) })
    }
    for axis in inner.indices where begin[axis] + end[axis] > 0 {
      let indices = try (-begin[axis]..<inner[axis] + end[axis]).map {
        try Self.source(of: $0, extent: inner[axis], mode: mode)
      }
      x = try graph.gather(x, axis: axis, indices: indices)
    }
    define(node, x)
  }

  /// The element of an axis that stands at `place`, which may be outside.
  private static func source(of place: Int, extent: Int, mode: String) throws -> Int {
    func wrapped(_ place: Int, _ period: Int) -> Int { (place % period + period) % period }
    switch mode {
    case "edge": return min(max(place, 0), extent - 1)
    case "wrap": return wrapped(place, extent)
    case "reflect":
      guard extent > 1 else { return 0 }
      let folded = wrapped(place, 2 * (extent - 1))
      return folded < extent ? folded : 2 * (extent - 1) - folded
    default: throw NetworkError(.unsupported, "mode \(mode) is not supported")
    }
  }
}
