import NetworkRuntime

/// Turns an ONNX graph into oneDNN primitives for one batch size, up to one value.
///
/// Everything that does not depend on the image is computed here: weights, and the shape arithmetic that exporters
/// leave. A convolution is fused with the normalisation, the sum and the activation after it, unless somebody asks for
/// a value between.
struct Lowering {
  /// What a name of the ONNX graph stands for.
  enum Operand {
    case constant(Constant)
    case value(ComputationGraph.Value)
  }

  let model: ONNXModel
  let graph: ComputationGraph
  /// Names that must stand for values of their own.
  let kept: Set<String>
  /// Whether convolutions may be fused with what follows them.
  let fuses: Bool
  /// The value from which on the graph must be differentiable; nil where no gradient is wanted.
  var gradientAt: String?
  var operands: [String: Operand] = [:]
  /// Values that hold integers or truth values.
  var integral: Set<ComputationGraph.Value> = []
  /// Nodes that are fused with another.
  var absorbed: Set<Int> = []
  /// The nodes that read a name.
  let readers: [String: [Int]]
  /// The batch that the model's file was exported with; 1 where the file leaves it open.
  let exportedBatch: Int
  let batch: Int

  typealias Rule = @Sendable (inout Lowering, ONNXModel.Node, Int) throws -> Void

  static let rules: [String: Rule] = convolutionRules.merging(arithmeticRules) { $1 }
    .merging(poolingRules) { $1 }.merging(shapeRules) { $1 }.merging(foldingRules) { $1 }
    .merging(functionRules) { $1 }.merging(comparisonRules) { $1 }.merging(reductionRules) { $1 }
    .merging(normalizationRules) { $1 }.merging(indexingRules) { $1 }.merging(paddingRules) { $1 }
    .merging(productRules) { $1 }.merging(quantizationRules) { $1 }.merging(volumeRules) { $1 }
    .merging(resizingRules) { $1 }

  /// Operators that are supported.
  static var operators: Set<String> { Set(rules.keys) }

  /// A lowering of one node, which sees `operands` only.
  init(
    model: ONNXModel, graph: ComputationGraph, batch: Int, kept: Set<String>, fuses: Bool, operands: [String: Operand]
  ) {
    (self.model, self.graph, self.batch, self.kept, self.fuses) = (model, graph, batch, kept, fuses)
    exportedBatch = model.inputShape.first.flatMap { $0 } ?? 1
    readers = [:]
    self.operands = operands
  }

  init(model: ONNXModel, graph: ComputationGraph, batch: Int, kept: Set<String>, fuses: Bool) {
    self.model = model
    self.graph = graph
    self.batch = batch
    self.kept = kept
    self.fuses = fuses
    exportedBatch = model.inputShape.first.flatMap { $0 } ?? 1
    var readers: [String: [Int]] = [:]
    for (index, node) in model.nodes.enumerated() {
      for name in node.inputs { readers[name, default: []].append(index) }
    }
    self.readers = readers
    for (name, constant) in model.constants { operands[name] = .constant(constant) }
  }

  /// Lowers nodes in order, until all of `targets` are known. Returns the input's value.
  mutating func run(inputShape: [Int], until targets: Set<String>) throws -> ComputationGraph.Value {
    let input = try graph.input(inputShape)
    operands[model.input] = .value(input)
    try lowerNodes(until: targets)
    return input
  }

  /// Lowers nodes in order, until all of `targets` are known; the graph's inputs are operands already.
  mutating func lowerNodes(until targets: Set<String>) throws {
    let needed = nodes(for: targets)
    // All constants first: a layer is fused with nodes after it.
    for (index, node) in model.nodes.enumerated() where needed.contains(index) && node.operatorName == "Constant" {
      try lower(node, index)
      absorbed.insert(index)
    }
    for (index, node) in model.nodes.enumerated() where needed.contains(index) && !absorbed.contains(index) {
      if targets.allSatisfy({ operands[$0] != nil }) { break }
      if let layer = gradientAt, operands[layer] != nil { graph.differentiate() }
      try lower(node, index)
    }
  }

  /// The nodes that `targets` depend on.
  private func nodes(for targets: Set<String>) -> Set<Int> {
    var wanted = targets
    var found: Set<Int> = []
    for (index, node) in model.nodes.enumerated().reversed() where node.outputs.contains(where: wanted.contains) {
      found.insert(index)
      wanted.formUnion(node.inputs)
    }
    return found
  }

  private mutating func lower(_ node: ONNXModel.Node, _ index: Int) throws {
    guard let rule = Self.rules[node.operatorName], !node.outputs.isEmpty else {
      throw NetworkError(
        .unsupported, "operator \(node.operatorName) at \(node.name) is not supported", node: node.name,
        operatorName: node.operatorName, opset: model.opset)
    }
    do {
      if try foldConstants(node) { return }
      if try foldByRunning(node, index, rule) { return }
      if try fuseGelu(node, index) { return }
      try rule(&self, node, index)
      try noteIntegers(node)
      try checkSizes(node)
    } catch var error as NetworkError {
      if error.node == nil {
        error.message = "\(node.operatorName) at \(node.name): \(error.message)"
        error.node = node.name
        error.operatorName = node.operatorName
        error.opset = model.opset
      }
      throw error
    }
  }

  // MARK: Operands

  func failure(_ message: String, _ kind: NetworkError.Kind = .unsupported) -> NetworkError {
    NetworkError(kind, message)
  }

  /// The operand at `position`; nil where the node leaves it out.
  func operand(_ node: ONNXModel.Node, _ position: Int) throws -> Operand? {
    guard position < node.inputs.count, !node.inputs[position].isEmpty else { return nil }
    guard let operand = operands[node.inputs[position]] else {
      throw failure(
        "its input \"\(node.inputs[position])\" is made by no earlier node: the graph is cyclic or out of order",
        .unreadable)
    }
    return operand
  }

  /// The value at `position`; a constant becomes a value.
  func value(_ node: ONNXModel.Node, _ position: Int) throws -> ComputationGraph.Value {
    switch try operand(node, position) {
    case .value(let value): return value
    case .constant(let constant): return try graph.constant(constant)
    case nil: throw failure("input \(position) is missing", .unreadable)
    }
  }

  /// The constant at `position`; nil where the node leaves it out.
  func constant(_ node: ONNXModel.Node, _ position: Int) throws -> Constant? {
    switch try operand(node, position) {
    case .constant(let constant): return constant
    case .value: throw failure("its input \(position) depends on the image, where a constant is needed")
    case nil: return nil
    }
  }

  func requiredConstant(_ node: ONNXModel.Node, _ position: Int) throws -> Constant {
    guard let constant = try constant(node, position) else {
      throw failure("input \(position) is missing", .unreadable)
    }
    return constant
  }

  /// Whether the operand at `position` holds integers or truth values.
  func isIntegral(_ node: ONNXModel.Node, _ position: Int) throws -> Bool {
    switch try operand(node, position) {
    case .value(let value): integral.contains(value)
    case .constant(let constant): constant.isInteger
    case nil: false
    }
  }

  /// Refuses values that are too large for an image of normal size.
  private func checkSizes(_ node: ONNXModel.Node) throws {
    for output in node.outputs {
      guard case .value(let value) = operands[output] else { continue }
      let shape = graph.shape(of: value)
      let perImage = shape.reduce(1, *) / max(1, min(batch, shape.first ?? 1))
      guard perImage <= Self.mostElements else {
        throw failure("its result of shape \(shape) is too large", .shape)
      }
    }
  }

  /// Most elements of one value for one image.
  private static let mostElements = 1 << 25

  /// Marks the outputs of a node that makes integers, or keeps the type of integer inputs.
  mutating func noteIntegers(_ node: ONNXModel.Node) throws {
    let operatorName = node.operatorName
    guard operatorName != "Cast", operatorName != "CastLike", operatorName != "DequantizeLinear" else { return }
    let isMade = Self.integerOperators.contains(operatorName)
    let given = node.inputs.indices.filter { !node.inputs[$0].isEmpty }
    guard try isMade || (!given.isEmpty && given.allSatisfy({ try isIntegral(node, $0) })) else { return }
    for output in node.outputs {
      if case .value(let value) = operands[output] { integral.insert(value) }
    }
  }

  /// Names the node's first output.
  mutating func define(_ node: ONNXModel.Node, _ value: ComputationGraph.Value) {
    operands[node.outputs[0]] = .value(value)
  }

  /// The axis `axis` of a tensor of `rank` axes, counted from its end if negative.
  func axis(_ axis: Int, rank: Int) throws -> Int {
    let resolved = axis < 0 ? axis + rank : axis
    guard (0..<rank).contains(resolved) else {
      throw failure("axis \(axis) of a tensor of \(rank) axes", .unreadable)
    }
    return resolved
  }
}

extension ONNXModel.Node {
  func integer(_ name: String, default value: Int) -> Int {
    guard let attribute = attributes[name], attribute.hasI else { return value }
    return Int(clamping: attribute.i)
  }

  func integers(_ name: String) -> [Int]? {
    guard let attribute = attributes[name], !attribute.ints.isEmpty else { return nil }
    return attribute.ints.map { Int(clamping: $0) }
  }

  func float(_ name: String, default value: Float) -> Float {
    guard let attribute = attributes[name], attribute.hasF else { return value }
    return attribute.f
  }

  func text(_ name: String) -> String? {
    attributes[name].flatMap { $0.hasS ? String(decoding: $0.s, as: UTF8.self) : nil }
  }
}
