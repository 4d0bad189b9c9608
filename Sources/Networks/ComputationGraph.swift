import COneDNN
import Images
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
  /// The lane on which it is destroyed; nil where that is the caller's thread.
  private let lane: Lane?
  /// What must outlive the graph.
  private let memory: (weights: PackedWeights, arena: Arena)?
  private(set) var last: Value = -1
  private(set) var wanted: Value = -1

  /// Most elements of one value: larger tensors are not made.
  static let maxElements = 1 << 28

  /// A graph for the caller's thread, which must also run it and let go of it.
  convenience init() throws { try self.init(oned_graph_create(nil, nil, Int32(ONED_F32.rawValue), 0)) }

  /// A graph for `lane`, on which it must be made and run, that computes on `threads` threads.
  convenience init(weights: PackedWeights, arena: Arena, precision: Precision, threads: Int, lane: Lane) throws {
    let kind = precision == .bf16 ? ONED_BF16 : ONED_F32
    try self.init(
      oned_graph_create(weights.store, arena.store, Int32(kind.rawValue), Int32(threads)), lane: lane,
      memory: (weights, arena))
  }

  /// A graph that knows the shapes of its values, but cannot run.
  static func outline() throws -> ComputationGraph { try ComputationGraph(oned_graph_create_outline()) }

  private init(
    _ made: OpaquePointer?, lane: Lane? = nil, memory: (weights: PackedWeights, arena: Arena)? = nil
  ) throws {
    guard let made else { throw NetworkError(.execution, "out of memory") }
    graph = made
    self.lane = lane
    self.memory = memory
  }

  deinit {
    guard let lane else { return oned_graph_destroy(graph) }
    nonisolated(unsafe) let graph = graph
    let memory = memory
    lane.add {
      oned_graph_destroy(graph)
      withExtendedLifetime(memory) {}
    }
  }

  /// The value that `make` made; throws what went wrong.
  func make(_ make: (OpaquePointer) -> Int32) throws -> Value {
    try checked(make(graph))
  }

  /// `value`, if it was made and is not absurdly large.
  private func checked(_ value: Value) throws -> Value {
    guard value >= 0 else { throw NetworkError(.shape, String(cString: oned_error(graph))) }
    let count = shape(of: value).reduce(1) { $0.multipliedReportingOverflow(by: $1).partialValue }
    guard (1...Self.maxElements).contains(count) else {
      throw NetworkError(.shape, "a tensor of shape \(shape(of: value)) is too large")
    }
    return value
  }

  /// The value of a layer with weights, which are asked for where the network does not have them yet in the layout that is wanted.
  func make(
    weights: () throws -> (kernel: [Float], bias: [Float]),
    _ make: (OpaquePointer, UnsafePointer<Float>?, UnsafePointer<Float>?) -> Int32
  ) throws -> Value {
    var value = make(graph, nil, nil)
    if value == Int32(ONED_WEIGHTS_NEEDED) {
      let (kernel, bias) = try weights()
      value = kernel.withUnsafeBufferPointer { kernel in
        bias.withUnsafeBufferPointer { make(graph, kernel.baseAddress, $0.baseAddress) }
      }
    }
    return try checked(value)
  }

  /// Whether a layer can take in an activation that follows it.
  func fuses(_ activation: Activation) -> Bool { oned_fuses(graph, Int32(activation.kind.rawValue)) != 0 }

  /// Makes all that follows so that it can be differentiated.
  func differentiate() { oned_differentiate(graph) }

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

  /// Writes an image of the input's size to its place in a batch.
  func write(_ image: RGBImage, to input: Value, position: Int, preprocessing: Preprocessing) throws {
    let status = image.samples.withUnsafeBufferPointer { samples in
      oned_write_pixels(
        graph, input, Int64(position), samples.baseAddress, Int64(image.width * image.height),
        preprocessing.factors, preprocessing.offsets, preprocessing.sources, preprocessing.layout == .nhwc ? 1 : 0)
    }
    guard status == 0 else { throw failure() }
  }

  /// Computes `last` from what the input holds.
  func forward() throws {
    guard oned_forward(graph) == 0 else { throw failure() }
  }

  /// Runs forward, timing each step.
  func profile() throws -> [oned_step] {
    var steps = [oned_step](repeating: oned_step(), count: Int(oned_step_count(graph)))
    guard oned_profile(graph, &steps) == 0 else { throw failure() }
    return steps
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
