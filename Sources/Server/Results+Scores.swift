import Concepts
import Engine
import RPC

extension ConceptScores {
  var json: JSONValue {
    .object([
      "image": .string(image), "class": .string(className), "concepts": .array(concepts.map(\.json)),
    ])
  }
}

extension ConceptScores.Score {
  var json: JSONValue {
    .object([
      "concept": .string(conceptID), "name": .string(conceptName), "rank": .count(rank), "presence": presence.json,
      "importance": .object([
        "derivative": .number(sensitivity?.mean), "sd": .number(sensitivity?.standardDeviation),
        "positive": .number(sensitivity?.positiveShare), "tcav": .number(tcav),
      ]),
      "place": place.map { place in
        .object(["center": .numbers([place.center.x, place.center.y]), "box": place.box.json])
      } ?? .null,
    ])
  }
}

extension ConceptPresence {
  fileprivate var json: JSONValue {
    .object([
      "detected": .bool(isDetected), "score": .number(score),
      "measure": .string(coefficient == nil ? "distance" : "coefficient"), "distance": .number(Double(distance)),
      "threshold": .number(Double(threshold)), "coefficient": .number(coefficient.map { Double($0.value) }),
      "reference": .number(coefficient.map { Double($0.reference) }),
    ])
  }
}
