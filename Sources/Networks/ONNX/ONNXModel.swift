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

  /// In order of computation.
  var nodes: [Node]
  /// Weights and other constants by name.
  var constants: [String: Constant]
  /// Name of the image input.
  var input: String
  /// Extents of the input as the model states them; nil where they may vary.
  var inputShape: [Int?]
  /// Name of the logits.
  var output: String
  /// Version of the operator set.
  var opset: Int

  /// Versions of the operator set that are read.
  static let opsets = 7...21

  /// Reads a model; throws `NetworkError` where the bytes are none or need what is not supported.
  init(bytes: [UInt8]) throws {
    let model: Vrx_Onnx_Model
    do {
      model = try Vrx_Onnx_Model(serializedBytes: bytes)
    } catch {
      throw NetworkError(.unreadable, "the file is no ONNX model, or is damaged")
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
    try Self.checkOperators(nodes, graph: graph, opset: opset)
    var constants: [String: Constant] = [:]
    for tensor in graph.initializer { constants[tensor.name] = try Constant(tensor) }
    self.constants = constants
    let inputs = graph.input.filter { [constants] input in constants[input.name] == nil }
    guard let image = inputs.first, inputs.count == 1 else {
      throw NetworkError(
        .unsupported,
        "the model takes \(inputs.count) inputs (\(inputs.map(\.name).joined(separator: ", "))), one is needed")
    }
    input = image.name
    let shape = image.type.tensorType.shape.dim
    guard shape.count == 4 || shape.isEmpty else {
      throw NetworkError(.unsupported, "the input \"\(image.name)\" has \(shape.count) axes; an image batch has 4")
    }
    inputShape = shape.map { dimension in
      if case .dimValue(let extent) = dimension.value, extent > 0 { Int(exactly: extent) } else { nil }
    }
    guard let first = graph.output.first else { throw NetworkError(.unreadable, "the model has no output") }
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

  private static func checkOperators(_ nodes: [Node], graph: Vrx_Onnx_Graph, opset: Int) throws {
    var unsupported: [String] = []
    for (node, original) in zip(nodes, graph.node) {
      let isForeign = !original.domain.isEmpty && original.domain != "ai.onnx"
      guard isForeign || !Lowering.operators.contains(node.operatorName) else { continue }
      let name = isForeign ? "\(original.domain).\(node.operatorName)" : node.operatorName
      if !unsupported.contains(name) { unsupported.append(name) }
    }
    guard let first = unsupported.first else { return }
    let node = nodes.first { first.hasSuffix($0.operatorName) }
    throw NetworkError(
      .unsupported,
      "operators that are not supported: \(unsupported.joined(separator: ", ")) (first at \(node?.name ?? "?"), operator set \(opset))",
      node: node?.name, operatorName: first, opset: opset)
  }
}
