import Concepts
import Engine
import Images
import RPC
import Structure

extension JSONValue {
  /// A number, null where it is not finite or absent.
  static func number(_ value: Double?) -> JSONValue {
    if let value, value.isFinite { .double(value) } else { .null }
  }

  static func count(_ value: Int) -> JSONValue { .int(Int64(value)) }

  static func strings(_ values: [String]) -> JSONValue { .array(values.map(JSONValue.string)) }

  static func numbers(_ values: [Double]) -> JSONValue { .array(values.map { number($0) }) }

  static func counts(_ values: [Int]) -> JSONValue { .array(values.map(count)) }

  /// Seconds by stage.
  static func seconds(_ values: [String: Double]) -> JSONValue { .object(values.mapValues { number($0) }) }

  /// This object with more members.
  func with(_ members: [String: JSONValue]) -> JSONValue {
    guard case .object(let own) = self else { return self }
    return .object(own.merging(members) { $1 })
  }
}

extension Box {
  /// [x, y, width, height].
  var json: JSONValue { .counts([x, y, width, height]) }
}

extension SkippedImage {
  var json: JSONValue { .object(["image": .string(image), "reason": .string(reason)]) }
}

extension ModelSummary {
  var json: JSONValue {
    .object([
      "model": .string(id), "name": .string(name), "sha256": .string(sha256), "inputShape": .counts(inputShape),
      "classCount": .count(classCount), "defaultLayer": .string(defaultLayer),
      "precision": .string(precision),
      "layers": .array(
        layers.map {
          .object([
            "name": .string($0.name), "shape": .counts($0.shape), "operator": .string($0.operatorName),
          ])
        }),
    ])
  }
}

extension Prediction {
  var json: JSONValue {
    .object([
      "index": .count(index), "label": .string(label), "probability": .number(probability), "logit": .number(logit),
    ])
  }
}

extension ConceptSummary {
  var json: JSONValue {
    .object([
      "id": .string(id), "name": .string(name), "class": .string(className), "rank": .count(rank),
      "tcav": tcav.json,
      "cavAccuracy": .number(cavAccuracy), "size": .count(size), "threshold": .number(threshold),
      "patches": .array(
        patches.map {
          .object(["image": .string($0.image), "box": $0.box.json, "distance": .number($0.distance)])
        }),
    ])
  }
}

extension TCAVSummary {
  var json: JSONValue {
    .object([
      "mean": .number(mean), "sd": .number(standardDeviation), "p": .number(pValue), "effect": .number(effect),
      "confidenceInterval": confidenceInterval.map { .numbers([$0.lowerBound, $0.upperBound]) } ?? .null,
      "randomSets": .count(scores.count), "measure": significance.map { .string($0.measure.rawValue) } ?? .null,
      "correctedP": .number(significance?.correctedPValue),
      "correction": significance.map { .string($0.correction.rawValue) } ?? .null,
      "tests": significance.map { .count($0.tests) } ?? .null,
    ])
  }
}

extension DiscoveryReport {
  var json: JSONValue {
    .object([
      "class": .string(className), "classIndex": .count(classIndex), "layer": .string(layer),
      "concepts": .array(concepts.map(\.json)), "images": .count(imageCount), "segments": .count(segmentCount),
      "reused": .object([
        "segments": .count(reusedSegments), "embeddings": .count(reusedEmbeddings), "whole": .bool(isReused),
      ]),
      "skipped": .array(skipped.map(\.json)), "seconds": .seconds(seconds),
      "degenerateLayer": .bool(degenerateLayer), "notes": .strings(notes),
    ])
  }
}

extension GraphNode {
  /// Where the concept is; the other members depend on the request.
  var json: JSONValue {
    .object([
      "concept": .string(conceptID), "name": .string(conceptName), "number": .count(number),
      "detected": .bool(detected), "distance": .number(distance),
      "center": center.map { .numbers([$0.x, $0.y]) } ?? .null, "box": box.map(\.json) ?? .null,
    ])
  }
}

extension MatchReport {
  var json: JSONValue {
    .object(["graphs": .array(graphs.map(\.json)), "skipped": .array(skipped.map(\.json))])
  }
}

extension MatchReport.Graph {
  var json: JSONValue {
    .object([
      "image": .string(image), "class": .string(className), "nodes": .array(nodes.map(\.json)),
      "edges": .array(
        edges.map { .object(["from": .count($0.from), "to": .count($0.to), "feature": .numbers($0.feature)]) }),
    ])
  }
}

extension Fidelity {
  var json: JSONValue {
    .object([
      "top1Agreement": .number(top1Agreement), "spearman": .number(spearman), "mse": .number(meanSquaredError),
      "images": .count(imageCount),
    ])
  }
}

extension TrainingControl {
  var json: JSONValue {
    .object([
      "kind": .string(kind.rawValue), "refits": .count(refits), "heldOut": heldOut.json, "masked": masked.json,
      "p": .number(heldOutTest.p), "clearlyBeaten": .bool(isClearlyBeaten),
      "tests": .object(["heldOut": heldOutTest.json, "masked": maskedTest.json]),
    ])
  }
}

extension PairedComparison {
  var json: JSONValue {
    .object([
      "agreementP": .number(agreementP), "marginP": .number(marginP), "p": .number(p), "better": .bool(isBetter),
    ])
  }
}

extension TrainingReport {
  var json: JSONValue {
    .object([
      "graphModel": .string(graphModel), "classes": .strings(classes), "epochs": .count(epochs),
      "reused": .bool(isReused),
      "fidelity": .object(["heldOut": heldOut.json, "masked": masked.json]),
      "history": .array(history.map { Self.epoch($0.epoch, loss: $0.loss, heldOutLoss: $0.heldOutLoss) }),
      "loss": .string(loss), "skipped": .array(skipped.map(\.json)), "seconds": .seconds(seconds),
      "controls": .array(controls.map(\.json)), "doubts": .strings(doubts), "notes": .strings(notes),
    ])
  }

  /// One pass.
  static func epoch(_ epoch: Int, loss: Double, heldOutLoss: Double) -> JSONValue {
    .object(["epoch": .count(epoch), "loss": .number(loss), "heldOutLoss": .number(heldOutLoss)])
  }
}

extension ExplanationReport {
  var json: JSONValue {
    .object([
      "image": .string(image), "model": .string(model), "graphModel": .string(graphModel),
      "prediction": .object([
        "class": .string(predictedClass),
        "classes": .array(
          prediction.map {
            .object([
              "class": .string($0.label), "index": .count($0.index), "probability": .number($0.probability),
              "logit": .number($0.logit),
            ])
          }),
      ]),
      "graphPrediction": .object([
        "class": .string(graphClass),
        "classes": .array(
          graphScores.map { .object(["class": .string($0.className), "score": .number($0.score)]) }),
      ]),
      "fidelity": fidelity.json, "localFidelity": localFidelity.json,
      "explanations": .array(explanations.map(\.json)), "summary": .string(summary),
    ])
  }
}

extension ExplanationReport.ClassExplanation {
  var json: JSONValue {
    .object([
      "class": .string(className), "role": .string(isWhy ? "why" : "whyNot"), "score": .number(score),
      "nodes": .array(nodes.map(\.json)),
      "edges": .array(
        edges.map { edge in
          var members: [String: JSONValue] = [
            "from": .count(edge.from), "to": .count(edge.to), "contribution": .number(edge.contribution),
          ]
          members["verified"] = edge.verified?.json
          return .object(members)
        }),
      "otherGraphs": .array(
        otherGraphs.map {
          .object(["class": .string($0.className), "contribution": .number($0.contribution)])
        }),
      "bias": .number(bias),
    ])
  }
}

extension Verification {
  var json: JSONValue {
    var members: [String: JSONValue] = [
      "logitChange": .number(logitChange), "marginChange": .number(marginChange), "agrees": .bool(agrees),
    ]
    members["verdict"] = verdict.map { .string($0.rawValue) }
    members["exemplarChange"] = exemplarChange.map { .number($0) }
    if let control {
      members["effect"] = .number(control.effect)
      members["interval"] = .array([.number(control.interval.lowerBound), .number(control.interval.upperBound)])
      members["p"] = .number(control.pValue)
      members["random"] = .object([
        "patches": .count(control.count), "mean": .number(control.mean), "sd": .number(control.standardDeviation),
      ])
    }
    return .object(members)
  }
}

extension LocalFidelity {
  var json: JSONValue {
    var members: [String: JSONValue] = ["low": .bool(isLow), "cautions": .array(cautions.map { .string($0) })]
    if let measured {
      members["pictures"] = .count(measured.pictures)
      members["top1Agreement"] = .number(measured.top1Agreement)
      members["correlation"] = measured.correlation.map { .number($0) } ?? .null
    }
    return .object(members)
  }
}

extension ExplanationReport.Node {
  var json: JSONValue {
    var members: [String: JSONValue] = [
      "contribution": .number(contribution), "maskingValue": .number(maskingValue),
    ]
    members["verified"] = verified?.json
    return node.json.with(members)
  }
}

extension EngineStatus {
  var json: JSONValue {
    .object([
      "models": .count(models), "loadedModels": .count(loadedModels), "classes": .count(classes),
      "concepts": .count(concepts), "names": .count(names), "graphModels": .count(graphModels),
      "images": .count(images), "stages": .count(stages), "bytes": .count(bytes), "memoryBytes": .count(memoryBytes),
      "fileBytes": .count(fileBytes), "workspace": workspace.map(JSONValue.string) ?? .null,
      "workspaceBytes": workspace == nil ? .null : .count(workspaceBytes), "hits": .count(hits),
      "misses": .count(misses), "longestLockWait": .number(longestLockWait),
    ])
  }
}
