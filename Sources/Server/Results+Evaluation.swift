import Engine
import Evaluation
import RPC

extension EvaluationReport {
  var json: JSONValue {
    func byClass<Value>(_ values: [Value], _ json: (Value) -> JSONValue) -> JSONValue {
      .object(Dictionary(zip(classes, values.map(json)), uniquingKeysWith: { first, _ in first }))
    }
    return .object([
      "model": .string(model), "name": .string(modelName), "layer": .string(layer), "classes": .strings(classes),
      "seeds": .array(seeds.map { .int(Int64(clamping: $0)) }), "fitted": byClass(fittedCounts) { .count($0) },
      "heldOut": byClass(heldOut) { .strings($0) }, "measures": .array(measures.map(\.json)),
      "curves": .array(curves.map(\.json)), "controls": .array(controls.map { .array($0.map(\.json)) }),
      "verdicts": .array(verdicts.map(\.json)), "skipped": .array(skipped.map(\.json)),
      "seconds": .seconds(seconds), "notes": .strings(notes), "summary": .string(summary),
    ])
  }
}

extension EvaluationMeasure {
  var json: JSONValue {
    .object([
      "name": .string(name), "title": .string(title), "group": .string(group.rawValue),
      "better": .string(better.rawValue), "share": .bool(isShare), "mean": .number(mean),
      "sd": .number(standardDeviation), "values": .numbers(values),
      "confidenceInterval": interval.map { .numbers([$0.lowerBound, $0.upperBound]) } ?? .null,
      "p": .number(pValue), "count": .count(sampleCount),
    ])
  }
}

extension EvaluationCurve {
  var json: JSONValue {
    let last = Double(max(1, mean.count - 1))
    return .object([
      "kind": .string(kind.rawValue), "measure": .string(measure.rawValue), "order": .string(order.rawValue),
      "places": .numbers(mean.indices.map { Double($0) / last }), "mean": .numbers(mean), "margin": .numbers(margin),
    ])
  }
}

extension EvaluationVerdict {
  var json: JSONValue {
    .object([
      "measure": .string(measure), "threshold": .number(threshold), "value": .number(value), "met": .bool(isMet),
    ])
  }
}
