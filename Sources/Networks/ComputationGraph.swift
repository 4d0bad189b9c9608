import Base
import Images
import NetworkRuntime
import Tensors

/// oneDNN primitives for one batch size, computing one value and, if wanted, its gradient. Used by one thread at a
/// time.
final class ComputationGraph {
  typealias Value = Int32

  /// An activation function; alpha and beta are its parameters.
  struct Activation {
    var kind: nrt_activation
    var alpha: Float = 0
    var beta: Float = 0
  }

  let graph: OpaquePointer
  /// The thread on which it is destroyed; nil where that is the caller's.
  private let thread: NetworkThread?
  /// What must outlive the graph.
  private let memory: (weights: PackedWeights, arena: Arena)?
  private(set) var last: Value = -1
  private(set) var wanted: Value = -1

  /// Most elements of one value: larger tensors are not made.
  static let maxElements = 1 << 28

  /// A graph for the caller's thread, which must also run and release it.
  convenience init() throws {
    try self.init(nrt_graph_create(nil, nil, Int32(NRT_F32.rawValue), Int32(clamping: ThreadBudget.cores)))
  }

  /// A graph for `thread`, on which it must be made and run, that computes on `teamSize` OpenMP threads.
  convenience init(
    weights: PackedWeights, arena: Arena, precision: Precision, teamSize: Int, thread: NetworkThread
  ) throws {
    let kind = precision == .bf16 ? NRT_BF16 : NRT_F32
    try self.init(
      nrt_graph_create(weights.store, arena.store, Int32(kind.rawValue), Int32(clamping: teamSize)),
      thread: thread, memory: (weights, arena))
  }

  /// A graph that knows the shapes of its values, but cannot run.
  static func outline() throws -> ComputationGraph { try ComputationGraph(nrt_graph_create_outline()) }

  private init(
    _ made: OpaquePointer?, thread: NetworkThread? = nil, memory: (weights: PackedWeights, arena: Arena)? = nil
  ) throws {
    guard let made else { throw NetworkError(.execution, "out of memory") }
    graph = made
    self.thread = thread
    self.memory = memory
  }

  deinit {
    guard let thread else { return nrt_graph_destroy(graph) }
    nonisolated(unsafe) let graph = graph
    let memory = memory
    thread.add {
      nrt_graph_destroy(graph)
      withExtendedLifetime(memory) {}
    }
  }

  /// The value that `make` made; throws its failure.
  func make(_ make: (OpaquePointer) -> Int32) throws -> Value {
    try checked(make(graph))
  }

  /// `value`, if it was made and is not too large.
  private func checked(_ value: Value) throws -> Value {
    guard value >= 0 else { throw NetworkError(.shape, String(cString: nrt_error(graph))) }
    let shape = shape(of: value)
    guard let count = Extents.product(shape), (1...Self.maxElements).contains(count) else {
      throw NetworkError(.shape, "a tensor of shape \(shape) is too large")
    }
    return value
  }

  /// The value of a layer with weights, which are asked for where the network does not have them yet in the layout that
  /// is wanted.
  func make(
    weights: () throws -> (kernel: [Float], bias: [Float]),
    _ make: (OpaquePointer, UnsafePointer<Float>?, UnsafePointer<Float>?) -> Int32
  ) throws -> Value {
    var value = make(graph, nil, nil)
    if value == Int32(NRT_WEIGHTS_NEEDED) {
      let (kernel, bias) = try weights()
      value = kernel.withUnsafeBufferPointer { kernel in
        bias.withUnsafeBufferPointer { make(graph, kernel.baseAddress, $0.baseAddress) }
      }
    }
    return try checked(value)
  }

  /// Whether a layer can be fused with an activation after it.
  func fuses(_ activation: Activation) -> Bool { nrt_fuses(graph, Int32(activation.kind.rawValue)) != 0 }

  /// Makes all later steps differentiable.
  func differentiate() { nrt_differentiate(graph) }

  /// Extents of a value, with the batch.
  func shape(of value: Value) -> [Int] {
    var extents = [Int64](repeating: 0, count: Int(nrt_rank(graph, value)))
    nrt_dims(graph, value, &extents)
    return extents.map { Int($0) }
  }

  func input(_ shape: [Int]) throws -> Value {
    try Self.check(shape)
    return try make { nrt_input($0, shape.map { Int64($0) }, Int32(shape.count)) }
  }

  /// A value of known elements; a scalar has one axis of extent 1.
  func constant(_ constant: Constant) throws -> Value {
    let shape = constant.shape.isEmpty ? [1] : constant.shape
    try Self.check(shape)
    let floats = constant.floats
    return try make { nrt_constant($0, shape.map { Int64($0) }, Int32(shape.count), floats) }
  }

  /// The same elements under another shape; a scalar has one axis of extent 1.
  func reshape(_ value: Value, to shape: [Int]) throws -> Value {
    let shape = shape.isEmpty ? [1] : shape
    if self.shape(of: value) == shape { return value }
    try Self.check(shape)
    return try make { nrt_reshape($0, value, shape.map { Int64($0) }, Int32(shape.count)) }
  }

  func activate(_ value: Value, _ activation: Activation) throws -> Value {
    try make { nrt_activate($0, value, Int32(activation.kind.rawValue), activation.alpha, activation.beta) }
  }

  /// Fixes what the graph computes: `last`, and its gradient with respect to `wanted` if given.
  func plan(last: Value, wanted: Value? = nil) throws {
    guard nrt_plan(graph, last, wanted ?? -1) == 0 else { throw failure() }
    self.last = last
    self.wanted = wanted ?? -1
  }

  /// Writes an image of the input's size to its place in a batch.
  func write(_ image: RGBImage, to input: Value, position: Int, preprocessing: Preprocessing) throws {
    let status = image.samples.withUnsafeBufferPointer { samples in
      nrt_write_pixels(
        graph, input, Int64(position), samples.baseAddress, Int64(image.width * image.height),
        preprocessing.factors, preprocessing.offsets, preprocessing.sources, preprocessing.layout == .nhwc ? 1 : 0)
    }
    guard status == 0 else { throw failure() }
  }

  /// Computes `last` from the input.
  func forward() throws {
    guard nrt_forward(graph) == 0 else { throw failure() }
  }

  /// Runs forward, timing each step.
  func profile() throws -> [nrt_step] {
    var steps = [nrt_step](repeating: nrt_step(), count: Int(nrt_step_count(graph)))
    guard nrt_profile(graph, &steps) == 0 else { throw failure() }
    return steps
  }

  /// The elements of a value that the graph keeps.
  func read(_ value: Value) throws -> Tensor {
    var result = Tensor(shape: shape(of: value))
    guard nrt_read(graph, value, &result.elements) == 0 else { throw failure() }
    return result
  }

  /// The gradient of Σ seed · last with respect to `wanted`.
  func backward(seed: [Float]) throws -> Tensor {
    var result = Tensor(shape: shape(of: wanted))
    guard nrt_backward(graph, seed, &result.elements) == 0 else { throw failure() }
    return result
  }

  /// Bytes of the arena that the planned graph needs.
  var bytes: Int { Int(nrt_bytes(graph)) }

  private func failure() -> NetworkError { NetworkError(.execution, String(cString: nrt_error(graph))) }

  /// Refuses shapes that are too large before memory is allocated.
  static func check(_ shape: [Int]) throws {
    guard shape.allSatisfy({ $0 > 0 }), let count = Extents.product(shape), count <= maxElements else {
      throw NetworkError(.shape, "a tensor of shape \(shape) cannot be made")
    }
  }
}
