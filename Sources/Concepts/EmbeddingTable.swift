import Base
import Tensors

/// Embeddings of one length, one per row, that become known in any order: [count, d].
struct EmbeddingTable: Sendable {
  let count: Int
  private let layer: String
  private var width: Int?
  private let file = ScratchFile(memoryBytes: Self.memoryBytes)

  /// Bytes that stay in memory.
  static let memoryBytes = 2 << 20

  init(count: Int, layer: String) {
    (self.count, self.layer) = (count, layer)
  }

  /// A table of the rows of a matrix: [n, d].
  init(_ rows: Tensor) throws {
    self.init(count: rows.rows, layer: "")
    width = rows.rowStride
    try rows.elements.withUnsafeBytes { try file.write($0, at: 0) }
  }

  /// Values in a row; 0 while no row is set.
  var dimensions: Int { width ?? 0 }

  /// Sets a row, once. Throws where it is not as long as the others.
  mutating func set(_ index: Int, to embedding: [Float]) throws {
    if width == nil { width = embedding.count }
    guard embedding.count == width else {
      throw DiscoveryError.unexpectedShape(layer: layer, shape: [count, embedding.count])
    }
    try embedding.withUnsafeBytes { try file.write($0, at: index * $0.count) }
  }

  func row(_ index: Int) throws -> [Float] { try rows(index..<index + 1).elements }

  /// The rows of `range`: [n, d].
  func rows(_ range: Range<Int>) throws -> Tensor {
    var block = Tensor(shape: [0, dimensions])
    try read(range, into: &block)
    return block
  }

  /// Reads the rows of `range` into `block`, [n, d], and reuses its memory where the shape is the same.
  func read(_ range: Range<Int>, into block: inout Tensor) throws {
    if block.shape != [range.count, dimensions] { block = Tensor(shape: [range.count, dimensions]) }
    let offset = range.lowerBound * dimensions * MemoryLayout<Float>.stride
    try block.elements.withUnsafeMutableBytes { try file.read(into: $0, at: offset) }
  }

  /// The rows at `indices`, in that order: [n, d].
  func rows(at indices: [Int]) throws -> Tensor {
    Tensor(shape: [indices.count, dimensions], elements: try indices.flatMap { try row($0) })
  }

  /// Calls `body` with all rows in order, up to `size` at a time.
  func forEachBlock(of size: Int, _ body: (_ rows: Range<Int>, _ block: Tensor) throws -> Void) throws {
    var block = Tensor(shape: [0, dimensions])
    for start in stride(from: 0, to: count, by: size) {
      let range = start..<min(start + size, count)
      try read(range, into: &block)
      try body(range, block)
    }
  }
}
