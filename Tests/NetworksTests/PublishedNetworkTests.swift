import Foundation
import Images
import TestSupport
import Testing

@testable import Networks

/// Real networks against their recorded outputs.
@Suite(.enabled(if: Assets.root != nil, "needs the asset folder: set VRX_ASSETS")) struct PublishedNetworkTests {
  private struct Prediction {
    var index: Int
    var logit: Float
  }

  private func preprocessing(of name: String) throws -> Preprocessing {
    switch name {
    case "squeezenet1_1":
      try Preprocessing(mean: [0.485, 0.456, 0.406], standardDeviation: [0.229, 0.224, 0.225])
    case "squeezenet1_1_bgr":
      try Preprocessing(mean: [104, 117, 123], scale: 255, channelOrder: .bgr)
    default: try Preprocessing(mean: [0.5, 0.5, 0.5], standardDeviation: [0.5, 0.5, 0.5])
    }
  }

  @Test(arguments: ["squeezenet1_1", "squeezenet1_1_bgr", "mobilenet_v1", "mobilenet_v2"])
  func agreesWithRecordedLogits(name: String) throws {
    let root = try #require(Assets.root)
    let golden = try JSONSerialization.jsonObject(
      with: Data(contentsOf: root.appendingPathComponent("models/golden_top5.json")))
    let classifier = try ONNXClassifier(
      bytes: [UInt8](Data(contentsOf: root.appendingPathComponent("models/\(name).onnx"))),
      preprocessing: try preprocessing(of: name))
    let records = try #require(Self.records(of: name, in: golden))
    #expect(records.count == 16)
    for (file, top) in records {
      let image = try RGBImage.read(path: root.appendingPathComponent("images/known/\(file)").path)
      let logits = try classifier.logits(of: [classifier.preprocessing.prepare(image)], monitor: .silent).elements
      for wanted in top { #expect(abs(logits[wanted.index] - wanted.logit) < 1e-3, "\(file)") }
      #expect(logits.indices.max { logits[$0] < logits[$1] } == top[0].index, "\(file)")
    }
  }

  private struct Layer: Decodable {
    var name: String
    var shape: [Int]
    var gradient: ArchitectureTests.Sample
  }

  @Test(arguments: ["squeezenet1_1", "squeezenet1_1_bgr", "mobilenet_v1", "mobilenet_v2"])
  func agreesWithRecordedGradients(name: String) throws {
    let root = try #require(Assets.root)
    let record = try JSONDecoder().decode([String: [Layer]].self, from: try TinyModel.data("published.json"))
    let classifier = try ONNXClassifier(
      bytes: [UInt8](Data(contentsOf: root.appendingPathComponent("models/\(name).onnx"))),
      preprocessing: try preprocessing(of: name))
    let (width, height) = (classifier.inputWidth, classifier.inputHeight)
    let image = RGBImage(
      width: width, height: height,
      samples: CountedWeights.uniform(counter: 0, count: width * height * 3).map { UInt8($0 * 256) })
    let layers = try #require(record[name])
    #expect(layers.count == 3)
    for layer in layers {
      let found = try classifier.gradients(ofClass: 1, images: [image], at: layer.name, monitor: .silent).gradients
      #expect(found.shape == [1] + layer.shape)
      let error = layer.gradient.error(of: found)
      #expect(error < 1e-3, "\(layer.name): gradients differ by \(error)")
    }
  }

  /// The five best classes of each image: index, label, logit and probability.
  private static func records(of name: String, in golden: Any) -> [(String, [Prediction])]? {
    guard let models = (golden as? [String: Any])?["models"] as? [String: Any],
      let images = models[name] as? [String: [[Any]]]
    else { return nil }
    return images.sorted { $0.key < $1.key }.map { file, entries in
      (
        file,
        entries.compactMap { entry in
          guard entry.count == 4, let index = entry[0] as? Int, let logit = entry[2] as? Double else { return nil }
          return Prediction(index: index, logit: Float(logit))
        }
      )
    }
  }
}
