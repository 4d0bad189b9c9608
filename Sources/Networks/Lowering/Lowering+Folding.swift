/// Computes before the network runs: constants, and arithmetic on shapes.
extension Lowering {
  /// Operators that are supported only where they can be folded.
  static let foldingRules: [String: Rule] = Dictionary(
    uniqueKeysWithValues: ["Constant", "ConstantOfShape", "Shape", "Range", "Size", "OneHot", "EyeLike"].map {
      ($0, foldingRule)
    })

  private static let foldingRule: Rule = { lowering, _, _ in
    throw lowering.failure("it is supported only for values that do not depend on the image")
  }

  /// Most elements of a folded result.
  private static let largest = 1 << 24

  /// Computes the node's output if all inputs it needs are known; returns whether it did.
  mutating func foldConstants(_ node: ONNXModel.Node) throws -> Bool {
    if node.operatorName == "Constant" {
      operands[node.outputs[0]] = .constant(try Self.constant(of: node))
      return true
    }
    if node.operatorName == "Shape" || node.operatorName == "Size" {
      let shape: [Int] =
        switch try operand(node, 0) {
        case .value(let value): graph.shape(of: value)
        case .constant(let constant): constant.shape
        case nil: []
        }
      let (first, last) = (node.integer("start", default: 0), node.integer("end", default: .max))
      let span = SliceRange(start: first, end: last, axis: 0, step: 1).resolved(extent: shape.count)
      let part = Array(shape[min(span.start, shape.count)...].prefix(span.count))
      operands[node.outputs[0]] = .constant(
        node.operatorName == "Size"
          ? Constant(shape: [], integers: [shape.reduce(1, *)]) : Constant(shape: [part.count], integers: part))
      return true
    }
    var inputs: [Constant?] = []
    for position in node.inputs.indices {
      switch try operand(node, position) {
      case .value: return false
      case .constant(let constant): inputs.append(constant)
      case nil: inputs.append(nil)
      }
    }
    guard let first = inputs.first.flatMap({ $0 }), let folded = try fold(node, first, inputs) else { return false }
    operands[node.outputs[0]] = .constant(folded)
    return true
  }

  /// Computes the outputs of a node with known inputs by running it once, separately; returns whether it did.
  mutating func foldByRunning(_ node: ONNXModel.Node, _ index: Int, _ rule: Rule) throws -> Bool {
    guard !node.inputs.isEmpty else { return false }
    var inputs: [String: Operand] = [:]
    for position in node.inputs.indices {
      switch try operand(node, position) {
      case .value: return false
      case .constant(let constant): inputs[node.inputs[position]] = .constant(constant)
      case nil: break
      }
    }
    let apart = try ComputationGraph()
    var lowering = Lowering(model: model, graph: apart, batch: batch, kept: [], fuses: false, operands: inputs)
    try rule(&lowering, node, index)
    try lowering.noteIntegers(node)
    for output in node.outputs where !output.isEmpty {
      guard case .value(let value) = lowering.operands[output] else {
        operands[output] = lowering.operands[output]
        continue
      }
      try apart.plan(last: value)
      try apart.run()
      var result = try apart.read(value)
      if result.count == 1, isScalar(node, inputs) { result = result.reshaped([]) }
      let floats = Constant(shape: result.shape, floats: result.elements)
      operands[output] = .constant(
        lowering.integral.contains(value) ? Constant(shape: result.shape, integers: floats.integers) : floats)
    }
    return true
  }

  /// Whether a single output element is a scalar: values of the graph have at least one axis.
  private func isScalar(_ node: ONNXModel.Node, _ inputs: [String: Operand]) -> Bool {
    func rank(_ name: String) -> Int? {
      if case .constant(let constant) = inputs[name] { constant.shape.count } else { nil }
    }
    if node.operatorName.hasPrefix("Reduce") || node.operatorName.hasPrefix("Arg") {
      guard node.integer("keepdims", default: 1) == 0, let rank = rank(node.inputs[0]) else { return false }
      if node.operatorName.hasPrefix("Arg") { return rank == 1 }
      let axes =
        node.integers("axes")?.count
        ?? node.inputs.dropFirst().first.flatMap { name in
          if case .constant(let axes) = inputs[name] { axes.count } else { nil }
        }
      return axes == nil || axes == 0 || axes == rank
    }
    return inputs.keys.allSatisfy { rank($0) == 0 }
  }

  static func constant(of node: ONNXModel.Node) throws -> Constant {
    if let attribute = node.attributes["value"], attribute.hasT { return try Constant(attribute.t) }
    if let attribute = node.attributes["value_float"] { return Constant(shape: [], floats: [attribute.f]) }
    if let attribute = node.attributes["value_int"] {
      return Constant(shape: [], integers: [Int(clamping: attribute.i)])
    }
    if let attribute = node.attributes["value_floats"] {
      return Constant(shape: [attribute.floats.count], floats: attribute.floats)
    }
    if let attribute = node.attributes["value_ints"] {
      return Constant(shape: [attribute.ints.count], integers: attribute.ints.map { Int(clamping: $0) })
    }
    throw NetworkError(.unsupported, "a constant without a numeric value")
  }

  /// The result of an operator on constants; nil for those that are not worth folding.
  private func fold(_ node: ONNXModel.Node, _ first: Constant, _ inputs: [Constant?]) throws -> Constant? {
    switch node.operatorName {
    case "Identity": return first
    case "Cast": return try converted(first, to: node.integer("to", default: 1))
    case "CastLike" where first.count == 0: return first
    case "ConstantOfShape":
      let shape = first.integers
      let filling = try node.attributes["value"].flatMap { $0.hasT ? try Constant($0.t) : nil }
      let count = try Self.checkedCount(shape)
      if case .integers(let values) = filling?.elements {
        return Constant(shape: shape, integers: [Int](repeating: values.first ?? 0, count: count))
      }
      return Constant(shape: shape, floats: [Float](repeating: filling?.floats.first ?? 0, count: count))
    case "Range":
      guard inputs.count == 3, let end = inputs[1], let step = inputs[2] else {
        throw failure("its bounds are missing", .unreadable)
      }
      return try range(first, end, step)
    case "OneHot": return try oneHot(node, first)
    case "EyeLike":
      guard first.shape.count == 2, first.count <= Self.largest else { throw failure("a matrix is needed", .shape) }
      let diagonal = node.integer("k", default: 0)
      return first.rearranging(first.shape) { $0[1] - $0[0] == diagonal ? 1 : 0 }
    case "Reshape":
      let wanted = try node.integers("shape") ?? requiredConstant(node, 1).integers
      let isEmpty = first.count == 0
      let shape =
        isEmpty
        ? wanted : try resolve(wanted, from: first.shape, keepsZeros: node.integer("allowzero", default: 0) == 1)
      return Constant(shape: shape, elements: first.elements)
    case "Squeeze":
      let given = try node.integers("axes") ?? constant(node, 1)?.integers
      let axes = try given.map { try Set($0.map { try axis($0, rank: first.shape.count) }) }
      return Constant(shape: try Self.squeezed(first.shape, axes: axes), elements: first.elements)
    case "Unsqueeze":
      let axes = try node.integers("axes") ?? requiredConstant(node, 1).integers
      return Constant(shape: try unsqueezed(first.shape, axes: axes), elements: first.elements)
    case "Concat": return try concatenated(inputs.compactMap { $0 })
    case "Gather": return try gathered(node, first)
    case "Slice": return try sliced(node, first)
    case "Transpose": return try transposed(node, first)
    case "Add", "Sub", "Mul", "Div":
      guard let second = inputs.dropFirst().first.flatMap({ $0 }) else { return nil }
      return try combined(node.operatorName, first, second)
    default: return nil
    }
  }

  private static func checkedCount(_ shape: [Int]) throws -> Int {
    guard let count = Constant.elementCount(shape, most: largest) else {
      throw NetworkError(.shape, "shape \(shape) is too large")
    }
    return count
  }

  /// Vectors joined, as exporters build shapes.
  private func concatenated(_ parts: [Constant]) throws -> Constant? {
    guard parts.allSatisfy({ $0.shape.count == 1 }) else { return nil }
    let areIntegers = parts.allSatisfy { if case .integers = $0.elements { true } else { false } }
    return areIntegers
      ? Constant(shape: [parts.reduce(0) { $0 + $1.count }], integers: parts.flatMap(\.integers))
      : Constant(shape: [parts.reduce(0) { $0 + $1.count }], floats: parts.flatMap(\.floats))
  }

  private func gathered(_ node: ONNXModel.Node, _ data: Constant) throws -> Constant? {
    guard data.shape.count == 1 else { return nil }
    let indices = try requiredConstant(node, 1)
    let places = try indices.integers.map { try axis($0, rank: data.count) }
    return data.selecting(places, shape: indices.shape)
  }

  private func sliced(_ node: ONNXModel.Node, _ data: Constant) throws -> Constant {
    var result = data
    for range in try SliceRange.read(node, self, rank: data.shape.count) {
      let span = range.resolved(extent: result.shape[range.axis])
      var shape = result.shape
      shape[range.axis] = span.count
      let extent = result.shape
      result = result.rearranged(shape) { place in
        var place = place
        place[range.axis] = span.start + place[range.axis] * span.step
        return Constant.offset(of: place, in: extent)
      }
    }
    return result
  }

  private func transposed(_ node: ONNXModel.Node, _ data: Constant) throws -> Constant {
    let order = node.integers("perm") ?? Array(data.shape.indices.reversed())
    guard order.sorted() == Array(data.shape.indices) else {
      throw failure("perm \(order) of \(data.shape.count) axes", .unreadable)
    }
    return data.rearranged(order.map { data.shape[$0] }) { place in
      var source = place
      for (position, axis) in order.enumerated() { source[axis] = place[position] }
      return Constant.offset(of: source, in: data.shape)
    }
  }

  /// Arithmetic on constants, broadcast.
  private func combined(_ operatorName: String, _ a: Constant, _ b: Constant) throws -> Constant? {
    guard case .integers(let left) = a.elements, case .integers(let right) = b.elements else { return nil }
    let rank = max(a.shape.count, b.shape.count)
    let (from, to) = (a.raised(to: rank), b.raised(to: rank))
    let shape = try zip(from.shape, to.shape).map { x, y in
      guard x == y || x == 1 || y == 1 else { throw failure("shapes \(a.shape) and \(b.shape) do not fit", .shape) }
      return min(x, y) == 0 ? 0 : max(x, y)
    }
    let count = try Self.checkedCount(shape)
    var values: [Int] = []
    values.reserveCapacity(count)
    var place = [Int](repeating: 0, count: rank)
    func offset(in shape: [Int]) -> Int { zip(place, shape).reduce(0) { $0 * $1.1 + ($1.1 == 1 ? 0 : $1.0) } }
    for _ in 0..<count {
      let (x, y) = (left[offset(in: from.shape)], right[offset(in: to.shape)])
      switch operatorName {
      case "Add": values.append(x &+ y)
      case "Sub": values.append(x &- y)
      case "Mul": values.append(x &* y)
      default:
        guard y != 0 else { throw failure("division by zero", .unreadable) }
        values.append(x.dividedReportingOverflow(by: y).partialValue)
      }
      for axis in shape.indices.reversed() {
        place[axis] += 1
        if place[axis] < shape[axis] { break }
        place[axis] = 0
      }
    }
    return Constant(shape: shape, integers: values)
  }

  private func converted(_ constant: Constant, to number: Int) throws -> Constant {
    guard let type = Int32(exactly: number).flatMap(ElementType.init(rawValue:)), type != .string else {
      throw failure("a conversion to element type \(number) is not supported")
    }
    if type == .bool {
      return Constant(
        shape: constant.shape,
        integers: constant.isInteger
          ? constant.integers.map { $0 == 0 ? 0 : 1 } : constant.floats.map { $0 == 0 ? 0 : 1 })
    }
    return type.isInteger
      ? Constant(shape: constant.shape, integers: constant.integers)
      : Constant(shape: constant.shape, floats: constant.floats)
  }

  private func range(_ start: Constant, _ end: Constant, _ step: Constant) throws -> Constant {
    guard let first = start.floats.first, let last = end.floats.first, let stride = step.floats.first, stride != 0
    else { throw failure("its bounds are missing", .unreadable) }
    let count = max(0, ((Double(last) - Double(first)) / Double(stride)).rounded(.up))
    guard count <= Double(Self.largest) else { throw failure("it is too long", .shape) }
    if start.isInteger, step.isInteger, let first = start.integers.first, let stride = step.integers.first {
      return Constant(shape: [Int(count)], integers: (0..<Int(count)).map { first &+ $0 &* stride })
    }
    return Constant(shape: [Int(count)], floats: (0..<Int(count)).map { first + Float($0) * stride })
  }

  /// The second of `values` where an index along the new axis is the given one, else the first.
  private func oneHot(_ node: ONNXModel.Node, _ indices: Constant) throws -> Constant {
    let values = try requiredConstant(node, 2)
    guard let depth = try requiredConstant(node, 1).integers.first, depth > 0, values.count == 2 else {
      throw failure("depth and two values are needed", .unreadable)
    }
    let chosen = try axis(node.integer("axis", default: -1), rank: indices.shape.count + 1)
    var shape = indices.shape
    shape.insert(depth, at: chosen)
    _ = try Self.checkedCount(shape)
    let given = indices.integers
    return values.selecting(
      Constant(shape: [], integers: []).rearranging(shape) { place in
        var rest = place
        rest.remove(at: chosen)
        let index = given[Constant.offset(of: rest, in: indices.shape)]
        return (index < 0 ? index &+ depth : index) == place[chosen] ? 1 : 0
      }.integers, shape: shape)
  }
}

extension Constant {
  init(shape: [Int], elements: Elements) {
    self.shape = shape
    self.elements = elements
  }

  /// Position in row-major order of an element of a tensor of these extents.
  static func offset(of place: [Int], in shape: [Int]) -> Int {
    zip(place, shape).reduce(0) { $0 * $1.1 + $1.0 }
  }

  /// The same with leading axes of extent 1, up to `rank`.
  func raised(to rank: Int) -> Constant {
    Constant(shape: [Int](repeating: 1, count: max(0, rank - shape.count)) + shape, elements: elements)
  }

  /// Integers of `shape` by their places.
  func rearranging(_ shape: [Int], _ element: ([Int]) -> Int) -> Constant {
    var values: [Int] = []
    _ = Constant(shape: shape, integers: [Int](repeating: 0, count: shape.reduce(1, *))).rearranged(shape) { place in
      values.append(element(place))
      return 0
    }
    return Constant(shape: shape, integers: values)
  }

  /// A tensor of `shape` whose elements are those at the offsets that `source` gives for their places.
  func rearranged(_ shape: [Int], _ source: ([Int]) -> Int) -> Constant {
    let count = shape.reduce(1, *)
    var place = [Int](repeating: 0, count: shape.count)
    var offsets: [Int] = []
    offsets.reserveCapacity(count)
    for _ in 0..<count {
      offsets.append(source(place))
      for axis in shape.indices.reversed() {
        place[axis] += 1
        if place[axis] < shape[axis] { break }
        place[axis] = 0
      }
    }
    return selecting(offsets, shape: shape)
  }

  /// The elements at `places`, under another shape.
  func selecting(_ places: [Int], shape: [Int]) -> Constant {
    switch elements {
    case .floats(let values): Constant(shape: shape, floats: places.map { values[$0] })
    case .integers(let values): Constant(shape: shape, integers: places.map { values[$0] })
    }
  }
}
