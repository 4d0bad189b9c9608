/// Any ONNX graph, to be described and run on tensors: what `vrxd check` does. Images are classified by
/// `ONNXClassifier`.
package struct NetworkGraph: Sendable {
  /// A value that enters or leaves the graph.
  package struct Port: Sendable {
    package var name: String
    /// Its element type, such as "float32"; nil where it is not a tensor.
    package var type: String?
    /// Extents, nil where they may vary; nil where the model does not state the rank.
    package var shape: [Int?]?
  }

  let model: ONNXModel

  /// Reads a graph; throws `NetworkError` where the bytes are not a graph. Unsupported operators are not an error yet.
  package init(bytes: [UInt8]) throws { model = try ONNXModel(graphIn: bytes) }

  package var inputs: [Port] { model.inputs.map { Port(name: $0.name, type: $0.type?.name, shape: $0.shape) } }
  package var outputs: [Port] { model.outputs.map { Port(name: $0.name, type: $0.type?.name, shape: $0.shape) } }
  package var opset: Int { model.opset }
  package var operators: [String: Int] {
    Dictionary(model.nodes.map { ($0.operatorName, 1) }, uniquingKeysWith: +)
  }
  /// Unsupported operators, each with its first node.
  package var unsupportedOperators: [(name: String, node: String)] {
    model.unsupported.map { ($0.name, $0.node) }
  }
  /// Elements of all weights.
  package var parameterCount: Int {
    model.constants.values.reduce(0) { $0 + ($1.isInteger && $1.count < Self.leastWeight ? 0 : $1.count) }
  }

  /// Integer constants of fewer elements are shapes and indices, not quantised weights.
  private static let leastWeight = 64

  /// Computes every output from `inputs`, which are in the order of the graph's.
  ///
  /// Integers decide shapes, so they are taken as known when the graph is planned. So are, where an operator needs it,
  /// all float inputs but the first (as weights are), or all: `taken` names them.
  package func run(_ inputs: [GraphTensor]) throws -> (outputs: [GraphTensor], taken: [String]) {
    try model.checkOperators()
    guard inputs.count <= model.inputs.count else {
      throw NetworkError(.shape, "\(inputs.count) inputs for a graph that takes \(model.inputs.count)")
    }
    let given = zip(model.inputs, inputs).map { (name: $0.name, constant: $1.constant) }
    let floats = given.filter { !$0.constant.isInteger && $0.constant.count > 0 }.map(\.name)
    var failure: (any Error)?
    for open in [floats, Array(floats.prefix(1)), []] {
      do {
        let outputs = try model.outputs.map { try compute($0.name, from: given, open: Set(open)) }
        return (outputs, floats.filter { !open.contains($0) })
      } catch let error as NetworkError where error.kind == .unsupported || error.kind == .shape {
        // The first failure counts: it is that of the graph as intended.
        failure = failure ?? error
      }
    }
    throw failure ?? NetworkError(.execution, "the graph was not run")
  }

  private func compute(
    _ output: String, from inputs: [(name: String, constant: Constant)], open: Set<String>
  ) throws -> GraphTensor {
    let graph = try ComputationGraph()
    let exported = model.inputShape.first.flatMap { $0 } ?? 1
    var lowering = Lowering(model: model, graph: graph, batch: exported, kept: [output], fuses: true)
    var values: [(value: ComputationGraph.Value, elements: [Float])] = []
    for (name, constant) in inputs {
      guard open.contains(name) else {
        lowering.operands[name] = .constant(constant)
        continue
      }
      let value = try graph.input(constant.shape.isEmpty ? [1] : constant.shape)
      lowering.operands[name] = .value(value)
      values.append((value, constant.floats))
    }
    try lowering.lowerNodes(until: [output])
    switch lowering.operands[output] {
    case .constant(let constant): return GraphTensor(name: output, constant: constant)
    case .value(let value):
      try graph.plan(last: value)
      for (input, elements) in values { try graph.write(elements, to: input) }
      try graph.run()
      let result = try graph.read(value)
      let isInteger = lowering.integral.contains(value)
      return GraphTensor(
        name: output,
        constant: isInteger
          ? Constant(shape: result.shape, integers: Constant(shape: [], floats: result.elements).integers)
          : Constant(shape: result.shape, floats: result.elements))
    case nil: throw NetworkError(.unreadable, "the output \"\(output)\" is made by no node")
    }
  }
}
