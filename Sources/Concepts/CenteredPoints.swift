import Tensors

/// Points minus their mean, read block by block: distances by |x|² + |c|² − 2 x·c lose digits unless the points lie around 0.
struct CenteredPoints {
  /// What is subtracted from each: d values.
  let mean: [Float]
  /// The squared length of each.
  let norms: [Float]
  private let points: EmbeddingTable
  /// All of them, where they are one block.
  private let whole: Tensor?

  /// Rows of a block, whose distances are computed by one matrix product.
  static let blockRows = 4096

  /// `points` around their mean, or around `mean` if it is given.
  init(_ points: EmbeddingTable, mean given: [Float]? = nil) throws {
    let mean = try given ?? Self.mean(of: points)
    self.mean = mean
    self.points = points
    whole =
      points.count <= Self.blockRows ? Self.subtracting(mean, from: try points.rows(0..<points.count)) : nil
    var norms: [Float] = []
    norms.reserveCapacity(points.count)
    if let whole {
      norms = LinearAlgebra.squaredRowNorms(whole)
    } else {
      try points.forEachBlock(of: Self.blockRows) { _, block in
        norms += LinearAlgebra.squaredRowNorms(Self.subtracting(mean, from: block))
      }
    }
    self.norms = norms
  }

  /// The number of points.
  var count: Int { points.count }

  /// Gives `body` all points in order, block by block.
  func forEachBlock(_ body: (_ rows: Range<Int>, _ block: Tensor) throws -> Void) throws {
    if let whole { return count > 0 ? try body(0..<count, whole) : () }
    try points.forEachBlock(of: Self.blockRows) { rows, block in
      try body(rows, Self.subtracting(mean, from: block))
    }
  }

  /// The points at `indices`, in that order: [n, d].
  func rows(at indices: [Int]) throws -> Tensor {
    if let whole { return whole.gatheringRows(indices) }
    return Self.subtracting(mean, from: try points.rows(at: indices))
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

  private static func subtracting(_ mean: [Float], from block: consuming Tensor) -> Tensor {
    let (rows, dimensions) = (block.rows, mean.count)
    block.elements.withUnsafeMutableBufferPointer { elements in
      mean.withUnsafeBufferPointer { mean in
        for row in 0..<rows {
          for column in 0..<dimensions { elements[row * dimensions + column] -= mean[column] }
        }
      }
    }
    return block
  }
}
