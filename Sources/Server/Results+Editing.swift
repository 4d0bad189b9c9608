import Engine
import Foundation
import Images
import RPC

extension ComparisonReport {
  var json: JSONValue {
    .object([
      "left": left.json, "right": right.json, "differences": .array(differences.map(\.json)),
      "remainder": .object([
        "left": .number(remainder.left), "right": .number(remainder.right),
        "delta": .number(remainder.left - remainder.right),
      ]),
      "summary": .string(summary),
    ])
  }
}

extension ComparisonReport.Side {
  var json: JSONValue {
    .object([
      "model": .string(model), "graphModel": .string(graphModel), "image": .string(image), "class": .string(className),
      "score": .number(score), "logit": .number(prediction.logit), "probability": .number(prediction.probability),
      "fidelity": fidelity.json,
    ])
  }
}

extension ComparisonReport.Difference {
  var json: JSONValue {
    let part: [String: JSONValue] =
      concepts.count == 2
      ? ["edge": .object(["from": .string(concepts[0].id), "to": .string(concepts[1].id)])]
      : ["concept": .string(concepts.first?.id ?? "")]
    func flag(_ value: Bool?) -> JSONValue { value.map(JSONValue.bool) ?? .null }
    return JSONValue.object([
      "class": .string(className), "name": .string(concepts.map(\.name).joined(separator: " → ")),
      "detected": .object(["left": flag(isSeen.left), "right": flag(isSeen.right)]), "left": .number(left),
      "right": .number(right), "delta": .number(delta),
    ]).with(part)
  }
}

extension InterventionReport {
  var json: JSONValue {
    .object([
      "image": .string(Data(picture.pngData()).base64EncodedString()), "before": before.json, "after": after.json,
      "changes": .array(changes.map(\.json)), "locality": .number(locality), "summary": .string(summary),
    ])
  }
}

extension InterventionReport.Change {
  var json: JSONValue {
    .object([
      "class": .string(className), "name": .string(part), "from": .count(from), "to": to.map(JSONValue.count) ?? .null,
      "before": .number(before), "after": .number(after), "delta": .number(delta), "edited": .bool(isEdited),
    ])
  }
}
