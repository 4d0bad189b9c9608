import Base
import Engine
import Fields
import JSON
import RPC
import Reports
import Structure
import Tensors
import Wire

// Reasoning networks. The weights of the one named `name` are the tensors `name`.weights.X, where X are the published
// names (`ReasoningNetwork.publishedTensors`).

extension BankFile {
  // Writing.

  static func json(_ graph: ExportedGraph, named name: String, tensors: inout WrittenTensors) -> JSONValue {
    let shape = graph.network.shape
    var classes: [JSONValue] = []
    for (number, entry) in graph.classes.enumerated() {
      classes.append(json(entry, named: "\(name).classes.\(number)", tensors: &tensors))
    }
    var weights: [String: JSONValue] = [:]
    for (key, tensor) in graph.network.publishedTensors {
      if tensors.areInline {
        weights[key] = .object([
          "shape": .counts(tensor.shape), "values": .numbers(tensor.elements.map(Double.init)),
        ])
      } else {
        tensors.add(tensor, named: "\(name).weights.\(key)")
      }
    }
    return JSONValue.object([
      "graphModel": .string(graph.id), "digest": .string(graph.digest), "model": .string(graph.model),
      "modelName": .string(graph.modelName), "layer": .string(graph.layer), "classes": .array(classes),
      "shape": .object([
        "classes": .count(shape.classes), "nodes": .count(shape.nodes),
        "embeddingWidth": .count(shape.embeddingWidth), "nodeWidths": .counts(shape.nodeWidths),
        "edgeWidth": .count(shape.edgeWidth),
      ]),
      "dummyValue": .double(Double(graph.network.dummyValue)), "report": graph.report.json,
      "origin": .string(graph.origin.rawValue), "created": .finite(graph.created),
    ]).with(tensors.areInline ? ["weights": .object(weights)] : [:])
  }

  // Reading.

  static func exportedGraph(
    _ reader: FieldReader, named name: String, _ reading: BankReading
  ) throws -> ExportedGraph {
    let weights: any NamedTensors =
      if let file = reading.tensors {
        PrefixedTensors(file, prefix: "\(name).weights.")
      } else {
        try reader.required("weights", FieldType<[String: FieldReader]>.map(of: .record)).mapValues(tensor)
      }
    let network = try ReasoningNetwork(
      published: weights, dummyValue: Float(try reader.required("dummyValue", .number())))
    try check(network.shape, against: reader.object("shape"))
    return ExportedGraph(
      id: try reader.required("graphModel", .string), digest: try reader.required("digest", .string),
      model: try text(reader, "model"), modelName: try text(reader, "modelName"), layer: try text(reader, "layer"),
      classes: try reader.required("classes", .list(of: .record)).enumerated().map {
        try exportedClass($1, named: "\(name).classes.\($0)", reading)
      }, network: network, report: try reader.required("report", TrainingReport.type),
      origin: try reader.required("origin", .word(GraphOrigin.self)),
      created: try reader.required("created", .number(.from(0))))
  }

  /// Throws where the weights imply other extents than the file says.
  private static func check(_ shape: NetworkShape, against reader: FieldReader) throws {
    let count = FieldType<Int>.int(in: 0...Int.max)
    for (name, extent) in [
      ("classes", shape.classes), ("nodes", shape.nodes), ("embeddingWidth", shape.embeddingWidth),
      ("edgeWidth", shape.edgeWidth),
    ] where try reader.required(name, count) != extent {
      throw reader.failure(name, accepted: "\(extent), which the weights imply")
    }
    guard try reader.required("nodeWidths", .list(of: count)) == shape.nodeWidths else {
      throw reader.failure("nodeWidths", accepted: "\(shape.nodeWidths), which the weights imply")
    }
  }

  private static func tensor(_ reader: FieldReader) throws -> Tensor {
    let shape = try reader.required("shape", .list(of: .int(in: 0...Int(Int32.max)), allowsEmpty: true))
    let values = try reader.required("values", .list(of: .number(), allowsEmpty: true))
    guard Extents.product(shape) == values.count else {
      throw reader.failure("shape", accepted: "extents of \(values.count) values")
    }
    return Tensor(shape: shape, elements: values.map { Float($0) })
  }
}
