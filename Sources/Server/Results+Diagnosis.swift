import Engine
import RPC

extension DiagnosisReport {
  var json: JSONValue {
    .object([
      "graphModel": .string(graphModel),
      "confusion": .object(["classes": .strings(classes), "counts": .array(confusion.map(JSONValue.counts))]),
      "errors": .array(mistakes.map(\.json)), "suggestions": .strings(suggestions),
      "skipped": .array(skipped.map(\.json)), "summary": .string(summary),
    ])
  }
}

extension DiagnosisReport.Mistake {
  var json: JSONValue {
    let shares = Dictionary(uniqueKeysWithValues: shares.map { ($0.key.rawValue, JSONValue.number($0.value)) })
    return JSONValue.object([
      "image": .string(image), "truth": .string(truth), "predicted": .string(predicted),
      "type": type.map { .string($0.rawValue) } ?? .null, "shares": .object(shares),
      "evidence": .array(evidence.map(\.json)), "followed": .bool(isFollowed),
    ]).with(correction.map { ["correction": $0.json] } ?? [:])
  }
}

extension DiagnosisReport.Evidence {
  var json: JSONValue {
    .object([
      "class": .string(className), "name": .string(part), "contribution": .number(contribution),
      "detected": .bool(isSeen), "type": .string(type.rawValue),
    ])
  }
}

extension DiagnosisReport.Correction {
  var json: JSONValue {
    .object([
      "replaced": .string(replaced), "by": .string(by), "corrects": .bool(corrects),
      "marginChange": .number(marginChange), "randomCorrects": .bool(randomCorrects),
    ])
  }
}
