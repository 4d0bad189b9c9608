import COneDNN
import Tensors

/// oneDNN primitives for one batch size, computing one value and, if wanted, its gradient. Used by one thread at a time.
final class ComputationGraph {
  /// A value's number in the graph.
  typealias Value = Int32

  /// An activation function; alpha and beta are its parameters.
  struct Activation {
    var kind: oned_activation
    var alpha: Float = 0
    var beta: Float = 0
  }

  let graph: OpaquePointer
  private(set) var last: Value = -1
  private(set) var wanted: Value = -1

  /// Most elements of one value: larger tensors are not made.
  static let maxElements = 1 << 28

  init() throws {
    guard let made = oned_graph_create() else { throw NetworkError(.execution, "out of memory") }
    graph = made
  }

  deinit { oned_graph_destroy(graph) }

  /// The value that `make` made; throws what went wrong.
  func make(_ make: (OpaquePointer) -> Int32) throws -> Value {
    let value = make(graph)
    guard value >= 0 else { throw NetworkError(.shape, String(cString: oned_error(graph))) }
    let count = shape(of: value).reduce(1) { $0.multipliedReportingOverflow(by: $1).partialValue }
    guard (1...Self.maxElements).contains(count) else {
      throw NetworkError(.shape, "a tensor of shape \(shape(of: value)) is too large")
    }
    return value
  }

  /// Extents of a value, with the batch.
  func shape(of value: Value) -> [Int] {
    var extents = [Int64](repeating: 0, count: Int(oned_rank(graph, value)))
    oned_dims(graph, value, &extents)
    return extents.map { Int($0) }
  }

  func input(_ shape: [Int]) throws -> Value {
    try Self.check(shape)
    return try make { oned_input($0, shape.map { Int64($0) }, Int32(shape.count)) }
  }

  /// A value of known elements; a scalar has one axis of extent 1.
  func constant(_ constant: Constant) throws -> Value {
    let shape = constant.shape.isEmpty ? [1] : constant.shape
    try Self.check(shape)
    let floats = constant.floats
    return try make { oned_constant($0, shape.map { Int64($0) }, Int32(shape.count), floats) }
  }

  /// The same elements under another shape; a scalar has one axis of extent 1.
  func reshape(_ value: Value, to shape: [Int]) throws -> Value {
    let shape = shape.isEmpty ? [1] : shape
    if self.shape(of: value) == shape { return value }
    try Self.check(shape)
    return try make { oned_reshape($0, value, shape.map { Int64($0) }, Int32(shape.count)) }
  }

  func activate(_ value: Value, _ activation: Activation) throws -> Value {
    try make { oned_activate($0, value, Int32(activation.kind.rawValue), activation.alpha, activation.beta) }
  }

  /// Fixes what the graph computes: `last`, and its gradient with respect to `wanted` if there is one.
  func plan(last: Value, wanted: Value? = nil) throws {
    guard oned_plan(graph, last, wanted ?? -1) == 0 else { throw failure() }
    self.last = last
    self.wanted = wanted ?? -1
  }

  /// Computes `last` from the elements of `input`.
  func forward(input: Value, _ elements: [Float]) throws {
    guard oned_write(graph, input, elements) == 0, oned_forward(graph) == 0 else { throw failure() }
  }

  /// The elements of a value that the graph keeps.
  func read(_ value: Value) throws -> Tensor {
    var result = Tensor(shape: shape(of: value))
    guard oned_read(graph, value, &result.elements) == 0 else { throw failure() }
    return result
  }

  /// The gradient of Σ seed · last with respect to `wanted`.
  func backward(seed: [Float]) throws -> Tensor {
    var result = Tensor(shape: shape(of: wanted))
    guard oned_backward(graph, seed, &result.elements) == 0 else { throw failure() }
    return result
  }

  /// Bytes of the buffers.
  var bytes: Int { Int(oned_bytes(graph)) }

  private func failure() -> NetworkError { NetworkError(.execution, String(cString: oned_error(graph))) }

  /// Refuses shapes that are absurd before memory is asked for.
  static func check(_ shape: [Int]) throws {
    var count = 1
    for extent in shape {
      let (product, overflow) = count.multipliedReportingOverflow(by: extent)
      guard extent > 0, !overflow, product <= maxElements else {
        throw NetworkError(.shape, "a tensor of shape \(shape) cannot be made")
      }
      count = product
    }
  }
}
