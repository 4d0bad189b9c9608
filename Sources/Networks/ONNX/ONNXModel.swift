import Foundation
import SwiftProtobuf

/// The graph of an ONNX model, checked and with its weights as constants.
struct ONNXModel: Sendable {
  /// One operator applied.
  struct Node: Sendable {
    var name: String
    var operatorName: String
    var inputs: [String]
    var outputs: [String]
    var attributes: [String: Vrx_Onnx_Attribute]
  }

  /// A value that enters or leaves the graph.
  struct Port: Sendable {
    var name: String
    /// nil where it is not a tensor, or its type is unknown.
    var type: ElementType?
    /// Extents as the model states them, nil where they may vary; nil where it does not state the rank.
    var shape: [Int?]?
  }

  /// An unsupported operator and its first node.
  struct UnsupportedOperator: Sendable {
    var name: String
    var node: String
  }

  /// In order of computation.
  var nodes: [Node]
  /// Weights and other constants by name.
  var constants: [String: Constant]
  /// The inputs without constants.
  var inputs: [Port]
  var outputs: [Port]
  var input: String
  /// Extents of the input as the model states them; nil where they may vary.
  var inputShape: [Int?]
  var output: String
  var opset: Int
  /// Unsupported operators, each once.
  var unsupported: [UnsupportedOperator]

  /// Versions of the operator set that are read.
  static let opsets = 7...28

  /// Reads an image classifier; throws `NetworkError` where the bytes are not a model or need an unsupported operator.
  init(bytes: [UInt8]) throws {
    self = try ONNXModel(graphIn: bytes)
    try checkOperators()
    try checkImageInput()
  }

  /// Reads any graph, even with unsupported operators.
  init(graphIn bytes: [UInt8]) throws {
    let model: Vrx_Onnx_Model
    do {
      model = try Vrx_Onnx_Model(serializedBytes: bytes)
    } catch {
      throw NetworkError(.unreadable, "the file is not an ONNX model, or is damaged")
    }
    guard model.hasGraph, !model.graph.node.isEmpty else {
      throw NetworkError(.unreadable, "the file holds no ONNX graph")
    }
    let version = model.opsetImport.first { $0.domain.isEmpty || $0.domain == "ai.onnx" }?.version ?? 0
    guard let opset = Int(exactly: version), Self.opsets.contains(opset) else {
      throw NetworkError(
        .unsupported,
        "operator set \(version) is not supported; export the model with \(Self.opsets.lowerBound) to \(Self.opsets.upperBound)",
        opset: Int(exactly: version))
    }
    self.opset = opset
    let graph = model.graph
    nodes = graph.node.enumerated().map { index, node in
      Node(
        name: node.name.isEmpty ? "node \(index)" : node.name, operatorName: node.opType, inputs: node.input,
        outputs: node.output,
        attributes: Dictionary(node.attribute.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first }))
    }
    unsupported = Self.unsupportedOperators(nodes, graph: graph)
    var constants: [String: Constant] = [:]
    for tensor in graph.initializer { constants[tensor.name] = try Constant(tensor) }
    // A lowering may look ahead past a constant, so all constants are known from the start.
    for node in nodes where node.operatorName == "Constant" && node.outputs.count == 1 {
      constants[node.outputs[0]] = try Lowering.constant(of: node)
    }
    nodes.removeAll { $0.operatorName == "Constant" && $0.outputs.count == 1 }
    self.constants = constants
    inputs = graph.input.filter { [constants] input in constants[input.name] == nil }.map { Port($0) }
    outputs = graph.output.map { Port($0) }
    guard let first = outputs.first else { throw NetworkError(.unreadable, "the model has no output") }
    input = inputs.first?.name ?? ""
    inputShape = inputs.first?.shape ?? []
    output = Self.logits(before: first.name, nodes: nodes)
  }

  /// The value before a softmax that ends the graph, or `output` itself.
  private static func logits(before output: String, nodes: [Node]) -> String {
    var name = output
    while let node = nodes.last(where: { $0.outputs.contains(name) }), let input = node.inputs.first,
      ["Identity", "Dropout", "Softmax", "Cast"].contains(node.operatorName), input != name
    {
      name = input
      if node.operatorName == "Softmax" { return name }
    }
    return output
  }

  private static func unsupportedOperators(_ nodes: [Node], graph: Vrx_Onnx_Graph) -> [UnsupportedOperator] {
    var unsupported: [UnsupportedOperator] = []
    for (node, original) in zip(nodes, graph.node) {
      let isForeign = !original.domain.isEmpty && original.domain != "ai.onnx"
      guard isForeign || !Lowering.operators.contains(node.operatorName) else { continue }
      let name = isForeign ? "\(original.domain).\(node.operatorName)" : node.operatorName
      if !unsupported.contains(where: { $0.name == name }) { unsupported.append(.init(name: name, node: node.name)) }
    }
    return unsupported
  }

  /// Throws with the names of all unsupported operators.
  func checkOperators() throws {
    guard let first = unsupported.first else { return }
    let names = unsupported.map(\.name).joined(separator: ", ")
    throw NetworkError(
      .unsupported,
      "operators that are not supported: \(names) (first at \(first.node), operator set \(opset))",
      node: first.node, operatorName: first.name, opset: opset)
  }

  /// Throws where the graph does not take one batch of images.
  private func checkImageInput() throws {
    guard let image = inputs.first, inputs.count == 1 else {
      throw NetworkError(
        .unsupported,
        "the model takes \(inputs.count) inputs (\(inputs.map(\.name).joined(separator: ", "))), one is needed")
    }
    guard inputShape.count == 4 || inputShape.isEmpty else {
      throw NetworkError(
        .unsupported, "the input \"\(image.name)\" has \(inputShape.count) axes; an image batch has 4")
    }
  }
}

extension ONNXModel.Port {
  init(_ info: Vrx_Onnx_ValueInfo) {
    name = info.name
    guard info.type.hasTensorType else {
      (type, shape) = (nil, nil)
      return
    }
    let tensor = info.type.tensorType
    type = ElementType(rawValue: tensor.elemType)
    shape =
      tensor.hasShape
      ? tensor.shape.dim.map { dimension in
        if case .dimValue(let extent) = dimension.value, extent > 0 { Int(exactly: extent) } else { nil }
      } : nil
  }
}
