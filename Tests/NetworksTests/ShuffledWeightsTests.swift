import Foundation
import Images
import Testing

@testable import Networks

@Suite struct ShuffledWeightsTests {
  @Test func weightsKeepTheirValuesAndLoseTheirPlaces() throws {
    let model = try ONNXModel(bytes: [UInt8](try TinyModel.data("plain.onnx")))
    var shuffled = model
    shuffled.shuffleWeights(seed: 3)
    var moved = 0
    for (name, constant) in model.constants {
      let other = try #require(shuffled.constants[name])
      #expect(other.shape == constant.shape && other.floats.sorted() == constant.floats.sorted())
      if other != constant { moved += 1 }
      if constant.shape.count < 2 { #expect(other == constant) }
    }
    #expect(moved > 0)
    var again = model
    again.shuffleWeights(seed: 3)
    #expect(again.constants == shuffled.constants)
    again.shuffleWeights(seed: 4)
    #expect(again.constants != shuffled.constants)
  }

  /// Convolutions, attention with its masks and tables, and 8-bit weights.
  @Test(arguments: [("architectures/mobilenet_v2", 64), ("architectures/vit", 64), ("exporters", 24)])
  func aShuffledNetworkRunsAndSaysSomethingElse(name: String, side: Int) throws {
    let layout = name == "exporters" ? Preprocessing.Layout.nhwc : .nchw
    let classifier = try ONNXClassifier(
      bytes: try CountedWeights.filling(TinyModel.folder.appendingPathComponent("\(name).onnx")),
      preprocessing: try Preprocessing(width: side, height: side, layout: layout))
    let shuffled = try classifier.withShuffledWeights(seed: 1)
    let (width, height) = (classifier.inputWidth, classifier.inputHeight)
    let image = RGBImage(
      width: width, height: height,
      samples: CountedWeights.uniform(counter: 0, count: width * height * 3).map { UInt8($0 * 256) })
    let own = try classifier.logits(of: [image], monitor: .silent)
    let other = try shuffled.logits(of: [image], monitor: .silent)
    #expect(own.shape == other.shape && own.elements != other.elements)
    #expect(other.elements.allSatisfy { $0.isFinite })
    #expect(shuffled.layers == classifier.layers)
  }
}
