import NetworkRuntime

/// Runs a graph with any number of inputs, and names the steps that make its values.
extension ComputationGraph {
  func write(_ elements: [Float], to value: Value) throws {
    guard elements.count == shape(of: value).reduce(1, *) else {
      throw NetworkError(.shape, "\(elements.count) elements for an input of shape \(shape(of: value))")
    }
    guard nrt_write(graph, value, elements) == 0 else { throw executionFailure() }
  }

  /// Computes the planned value from the inputs.
  func run() throws {
    guard nrt_forward(graph) == 0 else { throw executionFailure() }
  }

  private func executionFailure() -> NetworkError { NetworkError(.execution, String(cString: nrt_error(graph))) }

  /// Extents for the C interface.
  func extents(of value: Value) -> [Int64] { shape(of: value).map { Int64($0) } }

  func map(_ value: Value, _ function: nrt_function, alpha: Float = 0, beta: Float = 0) throws -> Value {
    try make { nrt_map($0, value, Int32(function.rawValue), alpha, beta) }
  }

  /// α x + β, as a new value.
  func line(_ value: Value, slope: Float = 1, offset: Float = 0) throws -> Value {
    try activate(value, .init(kind: NRT_LINEAR, alpha: slope, beta: offset))
  }

  /// With leading axes of extent 1, up to `rank`.
  func raised(_ value: Value, to rank: Int) throws -> Value {
    let shape = shape(of: value)
    return try reshape(value, to: [Int](repeating: 1, count: max(0, rank - shape.count)) + shape)
  }

  /// Broadcast to `shape` of the same rank.
  func expand(_ value: Value, to shape: [Int]) throws -> Value {
    if self.shape(of: value) == shape { return value }
    try Self.check(shape)
    return try make { nrt_expand($0, value, shape.map { Int64($0) }) }
  }

  func transpose(_ value: Value, _ order: [Int]) throws -> Value {
    if order == Array(order.indices) { return value }
    return try make { nrt_transpose($0, value, order.map { Int32($0) }) }
  }

  /// Over `axes`, which stay with extent 1.
  func reduce(_ value: Value, _ reduction: nrt_reduction, axes: Set<Int>) throws -> Value {
    let shape = shape(of: value)
    let kept = shape.indices.map { axes.contains($0) ? 1 : Int64(shape[$0]) }
    return try make { nrt_reduce($0, value, Int32(reduction.rawValue), kept) }
  }

  /// The elements at `places` in row-major order, under a shape.
  func take(_ value: Value, places: [Int], shape: [Int]) throws -> Value {
    try Self.check(shape)
    guard places.count == shape.reduce(1, *) else { throw NetworkError(.shape, "indices do not fit shape \(shape)") }
    return try make {
      nrt_take($0, value, shape.map { Int64($0) }, Int32(shape.count), places.map { Int64($0) })
    }
  }

  /// Slices of an axis, by their indices there.
  func gather(_ value: Value, axis: Int, indices: [Int]) throws -> Value {
    let rows = indices.map { index -> [(column: Int, weight: Float)] in [(index, 1)] }
    return try mix(value, axis: axis, rows: rows)
  }

  /// Slice r of the result is the weighted sum of the slices that `rows[r]` names.
  func mix(_ value: Value, axis: Int, rows: [[(column: Int, weight: Float)]]) throws -> Value {
    var shape = shape(of: value)
    shape[axis] = rows.count
    try Self.check(shape)
    var starts: [Int64] = [0]
    for row in rows { starts.append((starts.last ?? 0) + Int64(row.count)) }
    let columns = rows.flatMap { $0.map { Int64($0.column) } }
    let weights = rows.flatMap { $0.map(\.weight) }
    return try make { nrt_mix($0, value, Int32(axis), Int64(rows.count), starts, columns, weights) }
  }

  /// Indices from `start` on along an axis.
  func part(of value: Value, axis: Int, from start: Int, count: Int, step: Int = 1) throws -> Value {
    let shape = shape(of: value)
    var starts = [Int64](repeating: 0, count: shape.count)
    var counts = shape.map { Int64($0) }
    var steps = [Int64](repeating: 1, count: shape.count)
    (starts[axis], counts[axis], steps[axis]) = (Int64(start), Int64(count), Int64(step))
    return try make { nrt_slice($0, value, starts, counts, steps) }
  }
}
