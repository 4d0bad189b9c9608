import Foundation
import Networks

/// A report for other programs.
extension CheckReport {
  private struct Record: Encodable {
    struct Port: Encodable {
      var name: String
      var type: String?
      var shape: [Int?]?
    }

    struct Unsupported: Encodable {
      var `operator`: String
      var node: String
    }

    struct Layer: Encodable {
      var name: String
      var shape: [Int]
      var `operator`: String
    }

    struct Case: Encodable {
      var name: String
      var agrees: Bool
      var greatestDifference: Float?
      var message: String?
      var takenAsWeights: [String]
    }

    var model: String
    var ok: Bool
    var error: String?
    var opset: Int?
    var inputs: [Port]?
    var outputs: [Port]?
    var operators: [String: Int]?
    var unsupported: [Unsupported]?
    var parameters: Int?
    var inputShape: [Int]?
    var outputShape: [Int]?
    var layers: [Layer]?
    var gigaFLOP: Double?
    var activationBytes: Int?
    var cases: [Case]
  }

  func json() throws -> String {
    let record = Record(
      model: name, ok: isGood, error: failure, opset: graph?.opset,
      inputs: graph?.inputs.map { .init(name: $0.name, type: $0.type, shape: $0.shape) },
      outputs: graph?.outputs.map { .init(name: $0.name, type: $0.type, shape: $0.shape) },
      operators: graph?.operators,
      unsupported: graph?.unsupportedOperators.map { .init(operator: $0.name, node: $0.node) },
      parameters: graph?.parameterCount, inputShape: cost == nil ? nil : inputShape, outputShape: cost?.outputShape,
      layers: cost?.layers.map { .init(name: $0.name, shape: $0.shape, operator: $0.operatorName) },
      gigaFLOP: cost.map { Double($0.operations) / 1e9 }, activationBytes: cost?.activationBytes,
      cases: comparisons.map {
        .init(
          name: $0.name, agrees: $0.agrees, greatestDifference: $0.greatest.flatMap { $0.isFinite ? $0 : nil },
          message: $0.message, takenAsWeights: $0.taken)
      })
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(record), as: UTF8.self)
  }
}
