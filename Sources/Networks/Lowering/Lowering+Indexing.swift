import NetworkRuntime

/// Operators that choose, repeat or move elements by known indices.
extension Lowering {
  static let indexingRules: [String: Rule] = [
    "Gather": { lowering, node, _ in try lowering.gather(node) },
    "GatherElements": { lowering, node, _ in try lowering.gatherElements(node) },
    "GatherND": { lowering, node, _ in try lowering.gatherPlaces(node) },
    "ScatterElements": { lowering, node, _ in try lowering.scatterElements(node) },
    "ScatterND": { lowering, node, _ in try lowering.scatterPlaces(node) },
    "Expand": { lowering, node, _ in try lowering.expand(node) },
    "Tile": { lowering, node, _ in try lowering.tile(node) },
    "DepthToSpace": { lowering, node, _ in try lowering.depthToSpace(node) },
    "SpaceToDepth": { lowering, node, _ in try lowering.spaceToDepth(node) },
    "CumSum": { lowering, node, _ in try lowering.cumulativeSum(node) },
    "Trilu": { lowering, node, _ in try lowering.triangle(node) },
  ]

  /// Most entries of a table of indices.
  private static let largestTable = 1 << 22

  private mutating func gather(_ node: ONNXModel.Node) throws {
    let x = try value(node, 0)
    let shape = graph.shape(of: x)
    let chosen = try axis(node.integer("axis", default: 0), rank: shape.count)
    let indices = try requiredConstant(node, 1)
    let places = try indices.integers.map { try axis($0, rank: shape[chosen]) }
    guard !places.isEmpty else { throw failure("it leaves nothing", .shape) }
    let gathered =
      places.count == 1
      ? try graph.part(of: x, axis: chosen, from: places[0], count: 1)
      : try graph.gather(x, axis: chosen, indices: places)
    define(node, try graph.reshape(gathered, to: shape[..<chosen] + indices.shape + shape[(chosen + 1)...]))
  }

  /// result[…, i, …] = x[…, indices[…, i, …], …].
  private mutating func gatherElements(_ node: ONNXModel.Node) throws {
    let x = try value(node, 0)
    let shape = graph.shape(of: x)
    let chosen = try axis(node.integer("axis", default: 0), rank: shape.count)
    let indices = try requiredConstant(node, 1)
    guard indices.shape.count == shape.count, indices.count > 0,
      shape.indices.allSatisfy({ $0 == chosen || indices.shape[$0] <= shape[$0] })
    else { throw failure("indices \(indices.shape) do not fit \(shape)", .shape) }
    define(
      node,
      try graph.take(x, places: try places(indices, in: shape, along: chosen), shape: indices.shape))
  }

  /// The places, in row-major order, of indices along an axis.
  private func places(_ indices: Constant, in shape: [Int], along chosen: Int) throws -> [Int] {
    let given = indices.integers
    guard given.count <= Self.largestTable else { throw failure("\(given.count) indices are not supported", .shape) }
    var result: [Int] = []
    result.reserveCapacity(given.count)
    try Self.forEachPlace(in: indices.shape) { place, position in
      var place = place
      place[chosen] = try axis(given[position], rank: shape[chosen])
      result.append(Constant.offset(of: place, in: shape))
    }
    return result
  }

  /// Calls `body` with every place in a tensor of `shape`, in row-major order, and its position there.
  private static func forEachPlace(in shape: [Int], _ body: ([Int], Int) throws -> Void) rethrows {
    var place = [Int](repeating: 0, count: shape.count)
    for position in 0..<shape.reduce(1, *) {
      try body(place, position)
      for axis in shape.indices.reversed() {
        place[axis] += 1
        if place[axis] < shape[axis] { break }
        place[axis] = 0
      }
    }
  }

  private mutating func gatherPlaces(_ node: ONNXModel.Node) throws {
    let x = try value(node, 0)
    let shape = graph.shape(of: x)
    let indices = try requiredConstant(node, 1)
    let batch = node.integer("batch_dims", default: 0)
    guard let depth = indices.shape.last, batch >= 0, depth > 0, batch < indices.shape.count,
      batch + depth <= shape.count, Array(indices.shape[..<batch]) == Array(shape[..<batch])
    else { throw failure("indices \(indices.shape) do not fit \(shape)", .shape) }
    let slice = Array(shape[(batch + depth)...])
    let result = Array(indices.shape.dropLast()) + slice
    let firsts = try starts(of: indices, in: shape, batch: batch)
    let size = slice.reduce(1, *)
    guard firsts.count.multipliedReportingOverflow(by: size).partialValue <= Self.largestTable else {
      throw failure("the result is too large", .shape)
    }
    define(node, try graph.take(x, places: firsts.flatMap { Array($0..<$0 + size) }, shape: result))
  }

  /// The first place of each slice that a tuple of indices names.
  private func starts(of indices: Constant, in shape: [Int], batch: Int) throws -> [Int] {
    let depth = indices.shape.last ?? 1
    let given = indices.integers
    let count = given.count / max(depth, 1)
    let batches = indices.shape[..<batch].reduce(1, *)
    let perBatch = max(1, count / max(1, batches))
    let batchSize = shape[batch...].reduce(1, *)
    let sliceSize = shape[(batch + depth)...].reduce(1, *)
    return try (0..<count).map { tuple in
      var offset = 0
      for level in 0..<depth {
        offset = offset * shape[batch + level] + (try axis(given[tuple * depth + level], rank: shape[batch + level]))
      }
      return tuple / perBatch * batchSize + offset * sliceSize
    }
  }

  /// Elements of `x`, replaced by those of `updates` whose places `replaced` gives.
  private func replacing(
    _ x: ComputationGraph.Value, by updates: ComputationGraph.Value, _ replaced: [(place: Int, update: Int)]
  ) throws -> ComputationGraph.Value {
    let shape = graph.shape(of: x)
    let count = shape.reduce(1, *)
    guard count <= Self.largestTable else { throw failure("an input of shape \(shape) is too large", .shape) }
    var places = Array(0..<count)
    for (place, update) in replaced { places[place] = count + update }
    let parts = [
      try graph.reshape(x, to: [count]),
      try graph.reshape(updates, to: [graph.shape(of: updates).reduce(1, *)]),
    ]
    let all = try graph.make { nrt_concatenate($0, parts, 2, 0) }
    return try graph.take(all, places: places, shape: shape)
  }

  private func requireReplacement(_ node: ONNXModel.Node) throws {
    let reduction = node.text("reduction") ?? "none"
    guard reduction == "none" else { throw failure("reduction \(reduction) is not supported") }
  }

  private mutating func scatterElements(_ node: ONNXModel.Node) throws {
    try requireReplacement(node)
    let (x, updates) = (try value(node, 0), try value(node, 2))
    let shape = graph.shape(of: x)
    let chosen = try axis(node.integer("axis", default: 0), rank: shape.count)
    let indices = try requiredConstant(node, 1)
    guard indices.shape.count == shape.count, graph.shape(of: updates) == indices.shape,
      shape.indices.allSatisfy({ $0 == chosen || indices.shape[$0] <= shape[$0] })
    else { throw failure("indices \(indices.shape) do not fit \(shape)", .shape) }
    let replaced = try places(indices, in: shape, along: chosen).enumerated().map { (place: $1, update: $0) }
    define(node, try replacing(x, by: updates, replaced))
  }

  private mutating func scatterPlaces(_ node: ONNXModel.Node) throws {
    try requireReplacement(node)
    let (x, updates) = (try value(node, 0), try value(node, 2))
    let shape = graph.shape(of: x)
    let indices = try requiredConstant(node, 1)
    guard let depth = indices.shape.last, depth > 0, depth <= shape.count,
      graph.shape(of: updates) == Array(indices.shape.dropLast()) + shape[depth...]
    else { throw failure("indices \(indices.shape) do not fit \(shape)", .shape) }
    let size = shape[depth...].reduce(1, *)
    let replaced = try starts(of: indices, in: shape, batch: 0).enumerated().flatMap { tuple, start in
      (0..<size).map { (place: start + $0, update: tuple * size + $0) }
    }
    define(node, try replacing(x, by: updates, replaced))
  }

  private mutating func expand(_ node: ONNXModel.Node) throws {
    let x = try value(node, 0)
    let wanted = try requiredConstant(node, 1).integers
    let shape = graph.shape(of: x)
    let rank = max(wanted.count, shape.count)
    let left = [Int](repeating: 1, count: rank - shape.count) + shape
    let right = [Int](repeating: 1, count: rank - wanted.count) + wanted
    let result = try zip(left, right).map { a, b in
      guard b > 0, a == b || a == 1 || b == 1 else {
        throw failure("\(shape) cannot be broadcast to \(wanted)", .shape)
      }
      return max(a, b)
    }
    define(node, try graph.expand(try graph.raised(x, to: rank), to: result))
  }

  private mutating func tile(_ node: ONNXModel.Node) throws {
    var result = try value(node, 0)
    let repeats = try requiredConstant(node, 1).integers
    let shape = graph.shape(of: result)
    guard repeats.count == shape.count, repeats.allSatisfy({ (1...Self.largestTable).contains($0) }) else {
      throw failure("repeats \(repeats) of a tensor of \(shape.count) axes", .shape)
    }
    for (axis, count) in repeats.enumerated() where count > 1 {
      let (extent, overflow) = shape[axis].multipliedReportingOverflow(by: count)
      guard !overflow, extent <= Self.largestTable else { throw failure("the result is too large", .shape) }
      result = try graph.gather(result, axis: axis, indices: (0..<extent).map { $0 % shape[axis] })
    }
    define(node, result)
  }

  private mutating func depthToSpace(_ node: ONNXModel.Node) throws {
    let x = try value(node, 0)
    let (shape, size) = (graph.shape(of: x), node.integer("blocksize", default: 0))
    guard shape.count == 4, (1...shape[1]).contains(size), shape[1] % (size * size) == 0 else {
      throw failure("blocks of \(size) do not fit \(shape)", .shape)
    }
    let depth = shape[1] / (size * size)
    let isColumnsFirst = node.text("mode") == "CRD"
    let split = isColumnsFirst ? [depth, size, size] : [size, size, depth]
    let order = isColumnsFirst ? [0, 1, 4, 2, 5, 3] : [0, 3, 4, 1, 5, 2]
    let blocks = try graph.reshape(x, to: [shape[0]] + split + shape[2...])
    let turned = try graph.transpose(blocks, order)
    define(node, try graph.reshape(turned, to: [shape[0], depth, shape[2] * size, shape[3] * size]))
  }

  private mutating func spaceToDepth(_ node: ONNXModel.Node) throws {
    let x = try value(node, 0)
    let (shape, size) = (graph.shape(of: x), node.integer("blocksize", default: 0))
    guard shape.count == 4, size > 0, shape[2] % size == 0, shape[3] % size == 0 else {
      throw failure("blocks of \(size) do not fit \(shape)", .shape)
    }
    let (rows, columns) = (shape[2] / size, shape[3] / size)
    let blocks = try graph.reshape(x, to: [shape[0], shape[1], rows, size, columns, size])
    let isColumnsFirst = node.text("mode") == "CRD"
    let turned = try graph.transpose(blocks, isColumnsFirst ? [0, 1, 3, 5, 2, 4] : [0, 3, 5, 1, 2, 4])
    define(node, try graph.reshape(turned, to: [shape[0], shape[1] * size * size, rows, columns]))
  }

  private mutating func cumulativeSum(_ node: ONNXModel.Node) throws {
    let x = try value(node, 0)
    let shape = graph.shape(of: x)
    let chosen = try axis(try requiredConstant(node, 1).integers.first ?? 0, rank: shape.count)
    let extent = shape[chosen]
    guard extent <= Self.longestSum else { throw failure("an axis of \(extent) is too long", .shape) }
    let isExclusive = node.integer("exclusive", default: 0) == 1
    let isReversed = node.integer("reverse", default: 0) == 1
    let rows = (0..<extent).map { row -> [(column: Int, weight: Float)] in
      let columns = isReversed ? row + (isExclusive ? 1 : 0)..<extent : 0..<row + (isExclusive ? 0 : 1)
      return columns.map { ($0, 1) }
    }
    define(node, try graph.mix(x, axis: chosen, rows: rows))
  }

  private static let longestSum = 4096

  /// The upper or lower triangle of the last two axes, 0 elsewhere.
  private mutating func triangle(_ node: ONNXModel.Node) throws {
    let x = try value(node, 0)
    let shape = graph.shape(of: x)
    guard shape.count >= 2 else { throw failure("an input of \(shape.count) axes", .shape) }
    let (rows, columns) = (shape[shape.count - 2], shape[shape.count - 1])
    let diagonal = min(max(try constant(node, 1)?.integers.first ?? 0, -rows), columns)
    let isUpper = node.integer("upper", default: 1) == 1
    let mask = (0..<rows).flatMap { row in
      (0..<columns).map { column in (isUpper ? column - row >= diagonal : column - row <= diagonal) ? 1 : 0 }
    }
    let ones = [Int](repeating: 1, count: shape.count - 2)
    let kept = try graph.constant(Constant(shape: ones + [rows, columns], integers: mask))
    let zero = try graph.constant(Constant(shape: [Int](repeating: 1, count: shape.count), integers: [0]))
    define(node, try graph.make { nrt_select($0, kept, x, zero) })
  }
}
