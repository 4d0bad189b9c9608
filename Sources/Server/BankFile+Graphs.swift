import Engine
import RPC
import Structure
import Tensors
import Wire

// Reasoning networks. The weights of the one named `name` are the tensors `name`.weights.X, where X are the published names
// (`ReasoningNetwork.publishedTensors`).

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
      "dummyValue": .number(Double(graph.network.dummyValue)), "report": graph.report.json,
      "origin": .string(graph.origin.rawValue), "created": .number(graph.created),
    ]).with(tensors.areInline ? ["weights": .object(weights)] : [:])
  }

  // Reading.

  static func exportedGraph(
    _ reader: ParameterReader, named name: String, _ reading: BankReading
  ) throws -> ExportedGraph {
    let weights: any NamedTensors =
      if let file = reading.tensors {
        PrefixedTensors(file, prefix: "\(name).weights.")
      } else {
        try reader.required("weights", FieldType<[String: ParameterReader]>.map(of: .record)).mapValues(tensor)
      }
    let network = try ReasoningNetwork(
      published: weights, dummyValue: Float(try reader.required("dummyValue", .number())))
    try check(network.shape, against: reader.object("shape"))
    return ExportedGraph(
      id: try reader.required("graphModel", .string), digest: try reader.required("digest", .string),
      model: try text(reader, "model"), modelName: try text(reader, "modelName"), layer: try text(reader, "layer"),
      classes: try reader.required("classes", .list(of: .record)).enumerated().map {
        try exportedClass($1, named: "\(name).classes.\($0)", reading)
      }, network: network, report: try report(reader.object("report")),
      origin: try reader.required("origin", .word(GraphOrigin.self)),
      created: try reader.required("created", .number(in: 0...Double.greatestFiniteMagnitude)))
  }

  /// Throws where the weights imply other extents than the file tells.
  private static func check(_ shape: NetworkShape, against reader: ParameterReader) throws {
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

  private static func tensor(_ reader: ParameterReader) throws -> Tensor {
    let shape = try reader.required("shape", .list(of: .int(in: 0...Int(Int32.max)), allowsEmpty: true))
    let values = try reader.required("values", .list(of: .number(), allowsEmpty: true))
    var count = 1
    for extent in shape {
      let (product, overflow) = count.multipliedReportingOverflow(by: extent)
      guard !overflow else { throw reader.failure("shape", accepted: "extents of \(values.count) values") }
      count = product
    }
    guard count == values.count else { throw reader.failure("values", accepted: "\(count) numbers, as the shape says") }
    return Tensor(shape: shape, elements: values.map { Float($0) })
  }

  private static func report(_ reader: ParameterReader) throws -> TrainingReport {
    var report = TrainingReport.blank
    report.epochs = try reader.required("epochs", .int(in: 0...Int.max))
    let fidelity = try reader.object("fidelity")
    report.heldOut = try self.fidelity(fidelity.object("heldOut"))
    report.masked = try self.fidelity(fidelity.object("masked"))
    report.history = try reader.required("history", .list(of: .record, allowsEmpty: true)).map { pass in
      (
        epoch: try pass.required("epoch", .int(in: 0...Int.max)), loss: try number(pass, "loss"),
        heldOutLoss: try number(pass, "heldOutLoss")
      )
    }
    report.loss = try text(reader, "loss")
    report.skipped = try reader.required("skipped", .list(of: .record, allowsEmpty: true)).map { image in
      SkippedImage(image: try text(image, "image"), reason: try text(image, "reason"))
    }
    let seconds = try reader.object("seconds")
    for stage in seconds.names { report.seconds[stage] = try number(seconds, stage) }
    report.controls = try (reader.optional("controls", .list(of: .record, allowsEmpty: true)) ?? []).map(control)
    report.notes = try reader.required("notes", .list(of: .anyString, allowsEmpty: true))
    return report
  }

  private static func control(_ reader: ParameterReader) throws -> TrainingControl {
    let tests = try reader.object("tests")
    return TrainingControl(
      kind: try reader.required("kind", .word(TrainingControlKind.self)),
      refits: try reader.required("refits", .int(in: 0...Int.max)), heldOut: try fidelity(reader.object("heldOut")),
      masked: try fidelity(reader.object("masked")), heldOutTest: try comparison(tests.object("heldOut")),
      maskedTest: try comparison(tests.object("masked")))
  }

  private static func comparison(_ reader: ParameterReader) throws -> PairedComparison {
    PairedComparison(
      agreementP: try number(reader, "agreementP"), marginP: try number(reader, "marginP"),
      isBetter: try reader.required("better", .bool))
  }

  private static func fidelity(_ reader: ParameterReader) throws -> Fidelity {
    Fidelity(
      top1Agreement: try number(reader, "top1Agreement"), spearman: try number(reader, "spearman"),
      meanSquaredError: try number(reader, "mse"), imageCount: try reader.required("images", .int(in: 0...Int.max)))
  }

  /// A number; null stands for one that is not finite.
  private static func number(_ reader: ParameterReader, _ name: String) throws -> Double {
    try reader.optional(name, .number()) ?? .nan
  }
}
