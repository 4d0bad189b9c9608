import Engine
import Foundation
import RPC

extension GraphSummary {
  var json: JSONValue {
    .object([
      "graphModel": .string(id), "model": model.map { .string($0.id) } ?? .null,
      "modelName": model.map { .string($0.name) } ?? .null, "layer": layer.map(JSONValue.string) ?? .null,
      "classes": .strings(classes.map(\.name)), "concepts": .count(shape.nodes),
      "embeddingWidth": .count(shape.embeddingWidth), "epochs": .count(report.epochs), "loss": .string(report.loss),
      "fidelity": isMeasured ? report.json["fidelity"] ?? .null : .null, "origin": .string(origin.rawValue),
      "created": created.map { .string($0.formatted(.iso8601)) } ?? .null,
    ])
  }

  var details: JSONValue {
    json.with([
      "nodeWidths": .counts(shape.nodeWidths), "edgeWidth": .count(shape.edgeWidth), "dummyValue": .number(dummyValue),
      "nodes": .array(
        classes.map { entry in
          .object([
            "class": .string(entry.name),
            "concepts": .array(entry.concepts.map { .object(["id": .string($0.id), "name": .string($0.name)]) }),
          ])
        }),
      "training": isMeasured ? report.json : .null, "notes": .strings(report.notes),
    ])
  }
}
