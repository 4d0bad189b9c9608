import Tensors

/// Points minus their mean, read block by block: distances by |x|² + |c|² − 2 x·c lose digits unless the points lie
/// around 0.
struct CenteredPoints {
  /// The mean that is subtracted from each point: d values.
  let mean: [Float]
  /// The squared length of each.
  let norms: [Float]
  private let points: EmbeddingTable
  /// All points, where they fit in one block.
  private let whole: Tensor?

  /// Rows of a block, whose distances are computed by one matrix product.
  static let blockRows = 4096

  /// `points` around their mean, or around `mean` if it is given.
  init(_ points: EmbeddingTable, mean given: [Float]? = nil) throws {
    let mean = try given ?? Self.mean(of: points)
    self.mean = mean
    self.points = points
    var whole: Tensor?
    var norms: [Float] = []
    norms.reserveCapacity(points.count)
    try Self.forEachBlock(of: points, minus: mean) { rows, block in
      norms += LinearAlgebra.squaredRowNorms(block)
      if rows.count == points.count { whole = block }
    }
    self.norms = norms
    self.whole = whole
  }

  var count: Int { points.count }

  /// Gives `body` all points in order, block by block.
  func forEachBlock(_ body: (_ rows: Range<Int>, _ block: Tensor) throws -> Void) throws {
    if let whole { return try body(0..<count, whole) }
    try Self.forEachBlock(of: points, minus: mean, body)
  }

  /// The points at `indices`, in that order: [n, d].
  func rows(at indices: [Int]) throws -> Tensor {
    if let whole { return whole.gatheringRows(indices) }
    var rows = try points.rows(at: indices)
    Self.subtract(mean, from: &rows)
    return rows
  }

  private static func mean(of points: EmbeddingTable) throws -> [Float] {
    let dimensions = points.dimensions
    var sums = [Double](repeating: 0, count: dimensions)
    try points.forEachBlock(of: blockRows) { rows, block in
      block.elements.withUnsafeBufferPointer { block in
        sums.withUnsafeMutableBufferPointer { sums in
          for row in 0..<rows.count {
            for column in 0..<dimensions { sums[column] += Double(block[row * dimensions + column]) }
          }
        }
      }
    }
    return sums.map { Float($0 / Double(max(1, points.count))) }
  }

  private static func forEachBlock(
    of points: EmbeddingTable, minus mean: [Float], _ body: (_ rows: Range<Int>, _ block: Tensor) throws -> Void
  ) throws {
    var block = Tensor(shape: [0, mean.count])
    for start in stride(from: 0, to: points.count, by: blockRows) {
      let rows = start..<min(start + blockRows, points.count)
      try points.read(rows, into: &block)
      subtract(mean, from: &block)
      try body(rows, block)
    }
  }

  private static func subtract(_ mean: [Float], from block: inout Tensor) {
    let (rows, dimensions) = (block.rows, mean.count)
    block.elements.withUnsafeMutableBufferPointer { elements in
      mean.withUnsafeBufferPointer { mean in
        for row in 0..<rows {
          for column in 0..<dimensions { elements[row * dimensions + column] -= mean[column] }
        }
      }
    }
  }
}
