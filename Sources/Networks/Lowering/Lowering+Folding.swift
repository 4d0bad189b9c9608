/// What can be computed before the network runs: constants, and arithmetic on shapes.
extension Lowering {
  /// Operators that are supported only where they can be folded.
  static let foldingRules: [String: Rule] = Dictionary(
    uniqueKeysWithValues: ["Constant", "ConstantOfShape", "Shape", "Range", "Floor", "Size"].map { ($0, foldingRule) })

  private static let foldingRule: Rule = { lowering, _, _ in
    throw lowering.failure("it is supported for what does not depend on the image only")
  }

  /// Most elements of a folded result.
  private static let largest = 1 << 24

  /// Computes the node's output if all it needs is known; says whether it did.
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

  private static func constant(of node: ONNXModel.Node) throws -> Constant {
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
    case "Identity", "Dropout": return first
    case "Cast":
      let isInteger = [2, 3, 6, 7, 9].contains(node.integer("to", default: 1))
      return isInteger
        ? Constant(shape: first.shape, integers: first.integers) : Constant(shape: first.shape, floats: first.floats)
    case "Floor": return Constant(shape: first.shape, floats: first.floats.map { $0.rounded(.down) })
    case "ConstantOfShape":
      let shape = first.integers
      let filling = try node.attributes["value"].flatMap { $0.hasT ? try Constant($0.t) : nil }
      let count = try Self.checkedCount(shape)
      if case .integers(let values) = filling?.elements {
        return Constant(shape: shape, integers: [Int](repeating: values.first ?? 0, count: count))
      }
      return Constant(shape: shape, floats: [Float](repeating: filling?.floats.first ?? 0, count: count))
    case "Range":
      guard inputs.count == 3, let last = inputs[1]?.integers.first, let step = inputs[2]?.integers.first,
        let start = first.integers.first, step != 0
      else { throw failure("its bounds are missing", .unreadable) }
      let span = Double(last) - Double(start)
      let count = max(0, (span / Double(step)).rounded(.up))
      guard count <= Double(Self.largest) else { throw failure("it is too long", .shape) }
      return Constant(shape: [Int(count)], integers: (0..<Int(count)).map { start &+ $0 &* step })
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
    var count = 1
    for extent in shape {
      let (product, overflow) = count.multipliedReportingOverflow(by: extent)
      guard extent >= 0, !overflow, product <= largest else {
        throw NetworkError(.shape, "shape \(shape) is too large")
      }
      count = product
    }
    return count
  }

  /// Vectors joined: what shapes are put together from.
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

  /// Arithmetic on constants of one shape, or with a single element.
  private func combined(_ operatorName: String, _ a: Constant, _ b: Constant) throws -> Constant? {
    guard a.shape == b.shape || a.count == 1 || b.count == 1 else { return nil }
    let shape = a.count >= b.count && a.shape.count >= b.shape.count ? a.shape : b.shape
    let count = max(a.count, b.count)
    if case .integers(let left) = a.elements, case .integers(let right) = b.elements {
      let values = try (0..<count).map { position in
        let (x, y) = (left[a.count == 1 ? 0 : position], right[b.count == 1 ? 0 : position])
        switch operatorName {
        case "Add": return x &+ y
        case "Sub": return x &- y
        case "Mul": return x &* y
        default:
          guard y != 0 else { throw failure("division by zero", .unreadable) }
          return x.dividedReportingOverflow(by: y).partialValue
        }
      }
      return Constant(shape: shape, integers: values)
    }
    let (left, right) = (a.floats, b.floats)
    return Constant(
      shape: shape,
      floats: (0..<count).map { position in
        let (x, y) = (left[a.count == 1 ? 0 : position], right[b.count == 1 ? 0 : position])
        switch operatorName {
        case "Add": return x + y
        case "Sub": return x - y
        case "Mul": return x * y
        default: return x / y
        }
      })
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
