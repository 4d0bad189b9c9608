import Foundation
import Images
import Testing

@testable import Networks

/// Every operator with a gradient, each on a branch of one graph made by Tests/Fixtures/networks/operators.py, against
/// ONNX Runtime and PyTorch.
@Suite struct OperatorTests {
  private struct Record: Decodable {
    struct Layer: Decodable {
      var name: String
      var shape: [Int]
      var gradient: ArchitectureTests.Sample
    }

    var side: Int
    var logits: [Float]
    var layers: [Layer]
  }

  @Test func agreesWithReferences() throws {
    let record = try JSONDecoder().decode(Record.self, from: try TinyModel.data("operators.json"))
    let classifier = try ONNXClassifier(
      bytes: try CountedWeights.filling(TinyModel.folder.appendingPathComponent("operators.onnx")),
      preprocessing: try Preprocessing(width: record.side, height: record.side))
    let image = RGBImage(
      width: record.side, height: record.side,
      samples: CountedWeights.uniform(counter: 0, count: record.side * record.side * 3).map { UInt8($0 * 256) })
    let logits = try classifier.logits(of: [image], monitor: .silent).elements
    let largest = record.logits.map(abs).max() ?? 0
    for (found, wanted) in zip(logits, record.logits) { #expect(abs(found - wanted) <= 1e-4 * largest) }
    #expect(record.layers.count > 90)
    for layer in record.layers {
      let found = try classifier.gradients(ofClass: 1, images: [image], at: layer.name, monitor: .silent)
      #expect(found.gradients.shape == [1] + layer.shape)
      let error = layer.gradient.error(of: found.gradients)
      #expect(error < 1e-3, "\(layer.name): gradients differ by \(error)")
    }
  }
}
