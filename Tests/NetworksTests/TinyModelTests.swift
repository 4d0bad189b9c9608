import Base
import Foundation
import Images
import Testing

@testable import Networks

/// Logits, activations and gradients against PyTorch's, on tiny models made by Tests/Fixtures/networks/make.py.
@Suite struct TinyModelTests {
  private struct Record: Decodable {
    var samples: [UInt8]
    var logits: [Float]
    var layer: String
    var shape: [Int]
    var activations: [Float]
    var gradient: [Float]
  }

  private static let side = 16
  private static let classes = 5

  private func load(_ name: String) throws -> (classifier: ONNXClassifier, record: Record, images: [RGBImage]) {
    let record = try JSONDecoder().decode(Record.self, from: try TinyModel.data("\(name).json"))
    let classifier = try ONNXClassifier(
      bytes: [UInt8](try TinyModel.data("\(name).onnx")),
      preprocessing: try Preprocessing(width: Self.side, height: Self.side))
    let size = Self.side * Self.side * 3
    let images = (0..<2).map {
      RGBImage(width: Self.side, height: Self.side, samples: Array(record.samples[$0 * size..<($0 + 1) * size]))
    }
    return (classifier, record, images)
  }

  private func worstError(_ values: [Float], _ wanted: [Float]) -> Float {
    let size = wanted.map(abs).max() ?? 1
    guard values.count == wanted.count, !values.contains(where: { !$0.isFinite }) else { return .infinity }
    return zip(values, wanted).map { abs($0 - $1) }.max().map { $0 / size } ?? .infinity
  }

  @Test(arguments: ["plain", "branches", "rearranged", "plain_half"])
  func agreesWithPyTorch(name: String) throws {
    let (classifier, record, images) = try load(name)
    #expect(classifier.classCount == Self.classes)
    let logits = try classifier.logits(of: images, monitor: .silent)
    #expect(logits.shape == [2, Self.classes])
    #expect(worstError(logits.elements, record.logits) < 1e-4)

    let activations = try classifier.activations(of: images, at: record.layer, monitor: .silent)
    #expect(activations.shape == [2] + record.shape)
    #expect(worstError(activations.elements, record.activations) < 1e-4)
    let embeddings = try classifier.embeddings(of: images, at: record.layer, monitor: .silent)
    #expect(worstError(embeddings.elements, activations.averagedOverSpace().elements) < 1e-6)

    let gradients = try classifier.gradients(ofClass: 1, images: images, at: record.layer, monitor: .silent)
    #expect(gradients.gradients.shape == activations.shape)
    #expect(worstError(gradients.gradients.elements, record.gradient) < 1e-3)
    #expect(worstError(gradients.activations.elements, record.activations) < 1e-4)
  }

  @Test(arguments: ["plain", "branches", "rearranged"]) func batchesDoNotMatter(name: String) throws {
    let (classifier, _, pair) = try load(name)
    let images = (0..<19).map { pair[$0 % 2] }
    let together = try classifier.logits(of: images, monitor: .silent)
    for (index, image) in images.enumerated().prefix(3) {
      let alone = try classifier.logits(of: [image], monitor: .silent)
      #expect(worstError(alone.elements, together[row: index].elements) < 1e-5)
    }
    #expect(worstError(together[row: 18].elements, together[row: 0].elements) < 1e-5)
  }

  @Test(arguments: ["plain", "branches", "rearranged"]) func everyLayerCanBeRead(name: String) throws {
    let (classifier, _, images) = try load(name)
    for layer in classifier.layers {
      let activations = try classifier.activations(of: images, at: layer.name, monitor: .silent)
      #expect(activations.shape == [2] + layer.shape, "\(layer.name)")
      #expect(!activations.elements.contains { !$0.isFinite })
    }
  }

  @Test func refusesWhatDoesNotFit() throws {
    let (classifier, _, images) = try load("plain")
    #expect(throws: NetworkError.self) {
      try classifier.activations(of: images, at: "no such layer", monitor: .silent)
    }
    #expect(throws: NetworkError.self) {
      try classifier.logits(of: [RGBImage(width: 4, height: 4, filledWith: (0, 0, 0))], monitor: .silent)
    }
    #expect(throws: CancellationError.self) {
      try classifier.logits(of: images, monitor: WorkMonitor(isCancelled: { true }))
    }
  }
}

/// Files beside the script that made them.
enum TinyModel {
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Fixtures/networks")

  static func data(_ name: String) throws -> Data { try Data(contentsOf: folder.appendingPathComponent(name)) }
}
