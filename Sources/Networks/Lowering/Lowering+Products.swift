import NetworkRuntime

/// Products of matrices of any rank, and Einstein sums.
extension Lowering {
  static let productRules: [String: Rule] = [
    "Einsum": { lowering, node, _ in try lowering.einsteinSum(node) }
  ]

  /// a b over the last two axes, the axes before them broadcast; a vector stands for a row on the left, a column on the
  /// right.
  func broadcastProduct(_ a: ComputationGraph.Value, _ b: ComputationGraph.Value) throws -> ComputationGraph.Value {
    let (leftShape, rightShape) = (graph.shape(of: a), graph.shape(of: b))
    let left = leftShape.count == 1 ? try graph.reshape(a, to: [1] + leftShape) : a
    let right = rightShape.count == 1 ? try graph.reshape(b, to: rightShape + [1]) : b
    let rank = max(graph.shape(of: left).count, graph.shape(of: right).count)
    let (first, second) = (try graph.raised(left, to: rank), try graph.raised(right, to: rank))
    let (from, to) = (graph.shape(of: first), graph.shape(of: second))
    let batch = try (0..<rank - 2).map { axis in
      guard from[axis] == to[axis] || from[axis] == 1 || to[axis] == 1 else {
        throw failure("shapes \(leftShape) and \(rightShape) do not fit", .shape)
      }
      return max(from[axis], to[axis])
    }
    guard from[rank - 1] == to[rank - 2] else {
      throw failure("shapes \(leftShape) and \(rightShape) do not fit", .shape)
    }
    try ComputationGraph.check(batch + [from[rank - 2], to[rank - 1]])
    let expanded = (
      try graph.expand(first, to: batch + from[(rank - 2)...]), try graph.expand(second, to: batch + to[(rank - 2)...])
    )
    let product = try graph.make { nrt_product($0, expanded.0, expanded.1) }
    guard leftShape.count == 1 || rightShape.count == 1 else { return product }
    return try graph.reshape(
      product,
      to: batch + (leftShape.count == 1 ? [] : [from[rank - 2]]) + (rightShape.count == 1 ? [] : [to[rank - 1]]))
  }

  /// α A B + β C, either transposed; any of them may be constant.
  mutating func generalProduct(_ node: ONNXModel.Node) throws {
    var (a, b) = (try value(node, 0), try value(node, 1))
    guard graph.shape(of: a).count == 2, graph.shape(of: b).count == 2 else {
      throw failure("matrices are needed", .shape)
    }
    if node.integer("transA", default: 0) != 0 { a = try graph.transpose(a, [1, 0]) }
    if node.integer("transB", default: 0) != 0 { b = try graph.transpose(b, [1, 0]) }
    var product = try broadcastProduct(a, b)
    let (alpha, beta) = (node.float("alpha", default: 1), node.float("beta", default: 1))
    if alpha != 1 { product = try graph.line(product, slope: alpha) }
    if try operand(node, 2) != nil {
      let bias = try value(node, 2)
      product = try combine(product, beta == 1 ? bias : try graph.line(bias, slope: beta), NRT_ADD)
    }
    define(node, product)
  }

  // MARK: Einstein sums

  private mutating func einsteinSum(_ node: ONNXModel.Node) throws {
    let equation = (node.text("equation") ?? "").filter { $0 != " " }
    var values = try node.inputs.indices.map { try value(node, $0) }
    if equation == "->", let scalar = values.first { return define(node, scalar) }
    let (terms, result) = try Self.einsteinTerms(equation, ranks: values.map { graph.shape(of: $0).count })
    guard terms.count == values.count, (1...2).contains(values.count) else {
      throw failure("equation \"\(equation)\" for \(values.count) inputs is not supported")
    }
    var labels = terms
    for position in values.indices {
      (values[position], labels[position]) = try diagonal(values[position], labels[position])
      // A label in neither the result nor the other term is summed first.
      let others = Set(result).union(values.count == 2 ? terms[1 - position] : [])
      (values[position], labels[position]) = try summing(values[position], labels[position], keeping: others)
    }
    if values.count == 1 {
      guard Set(labels[0]) == Set(result) else { throw failure("equation \"\(equation)\" is not supported") }
      define(node, try arranged(values[0], labels[0], as: result))
      return
    }
    let product = try contracted(values, labels, result)
    define(node, product)
  }

  /// Labels of each term and of the result; an ellipsis becomes upper-case digits of its own.
  private static func einsteinTerms(_ equation: String, ranks: [Int]) throws -> ([[Character]], [Character]) {
    let failure = NetworkError(.unsupported, "equation \"\(equation)\" is not supported")
    let sides = equation.split(separator: "->", omittingEmptySubsequences: false)
    let terms = sides[0].split(separator: ",", omittingEmptySubsequences: false)
    guard sides.count <= 2, terms.count == ranks.count else { throw failure }
    let spare = Array("0123456789")
    var widest = 0
    let expanded = try zip(terms, ranks).map { term, rank -> [Character] in
      guard let range = term.firstRange(of: "...") else {
        guard term.count == rank else { throw failure }
        return Array(term)
      }
      let width = rank - (term.count - 3)
      guard (0...spare.count).contains(width) else { throw failure }
      widest = max(widest, width)
      return Array(term[..<range.lowerBound]) + spare.suffix(width) + Array(term[range.upperBound...])
    }
    let all = expanded.flatMap { $0 }
    guard all.allSatisfy({ $0.isLetter || $0.isNumber }) else { throw failure }
    let ellipsis = Array(spare.suffix(widest))
    guard sides.count == 2 else {
      // Without a result: labels that occur once, in alphabetical order.
      let once = Set(all).filter { label in all.filter { $0 == label }.count == 1 && !label.isNumber }
      return (expanded, ellipsis + once.sorted())
    }
    guard let range = sides[1].firstRange(of: "...") else { return (expanded, Array(sides[1])) }
    return (expanded, Array(sides[1][..<range.lowerBound]) + ellipsis + Array(sides[1][range.upperBound...]))
  }

  /// Where a label occurs twice: the elements with equal indices.
  private func diagonal(
    _ x: ComputationGraph.Value, _ labels: [Character]
  ) throws -> (ComputationGraph.Value, [Character]) {
    var (value, labels) = (x, labels)
    while let (first, second) = labels.indices.lazy.compactMap({ first in
      labels[(first + 1)...].firstIndex(of: labels[first]).map { (first, $0) }
    }).first {
      let shape = graph.shape(of: value)
      guard shape[first] == shape[second] else { throw failure("shape \(shape) does not fit the equation", .shape) }
      let order = labels.indices.filter { $0 != first && $0 != second } + [first, second]
      let extent = shape[first]
      let rest = order.dropLast(2).map { shape[$0] }
      let flat = try graph.reshape(try graph.transpose(value, order), to: rest + [extent * extent])
      value = try graph.gather(flat, axis: rest.count, indices: (0..<extent).map { $0 * (extent + 1) })
      labels = order.dropLast(2).map { labels[$0] } + [labels[first]]
    }
    return (value, labels)
  }

  private func summing(
    _ x: ComputationGraph.Value, _ labels: [Character], keeping kept: Set<Character>
  ) throws -> (ComputationGraph.Value, [Character]) {
    let dropped = Set(labels.indices.filter { !kept.contains(labels[$0]) })
    if dropped.isEmpty { return (x, labels) }
    let shape = graph.shape(of: x)
    let rest = labels.indices.filter { !dropped.contains($0) }
    let sum = try graph.reduce(x, NRT_SUM, axes: dropped)
    return (try graph.reshape(sum, to: rest.map { shape[$0] }), rest.map { labels[$0] })
  }

  private func arranged(
    _ x: ComputationGraph.Value, _ labels: [Character], as wanted: [Character]
  ) throws -> ComputationGraph.Value {
    try graph.transpose(
      x,
      try wanted.map { label in
        guard let place = labels.firstIndex(of: label) else { throw failure("label \(label) is in no term") }
        return place
      })
  }

  /// A product of matrices: labels of both terms and the result are its batch, those of both terms alone are summed.
  private func contracted(
    _ values: [ComputationGraph.Value], _ labels: [[Character]], _ result: [Character]
  ) throws -> ComputationGraph.Value {
    let (left, right) = (labels[0], labels[1])
    let shared = left.filter { right.contains($0) }
    let batch = shared.filter { result.contains($0) }
    let summed = shared.filter { !result.contains($0) }
    let (rows, columns) = (left.filter { !shared.contains($0) }, right.filter { !shared.contains($0) })
    guard Set(batch + rows + columns) == Set(result) else { throw failure("labels of the result are in no term") }
    func extents(_ wanted: [Character]) throws -> [Int] {
      wanted.map { label in
        zip(labels, values).map { term, value in
          term.firstIndex(of: label).map { graph.shape(of: value)[$0] } ?? 1
        }.max() ?? 1
      }
    }
    func matrix(_ position: Int, _ order: [Character]) throws -> ComputationGraph.Value {
      let turned = try arranged(values[position], labels[position], as: order)
      return try graph.expand(turned, to: try extents(order))
    }
    func size(_ wanted: [Character]) throws -> Int { try extents(wanted).reduce(1, *) }
    let a = try graph.reshape(
      try matrix(0, batch + rows + summed), to: [try size(batch), try size(rows), try size(summed)])
    let b = try graph.reshape(
      try matrix(1, batch + summed + columns), to: [try size(batch), try size(summed), try size(columns)])
    let product = try graph.make { nrt_product($0, a, b) }
    let order = batch + rows + columns
    let shaped = try graph.reshape(product, to: try extents(order).isEmpty ? [1] : try extents(order))
    return result.isEmpty ? shaped : try arranged(shaped, order, as: result)
  }
}
