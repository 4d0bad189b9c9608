import Foundation
import Images
import Networks
import SyntheticScenes
import Tensors
import TestSupport
import Testing

/// A result must not depend on what else was computed with it: a run that goes on after it was cut short has other
/// batches.
@Suite struct BatchIndependenceTests {
  private func images(_ count: Int, of classifier: ONNXClassifier) -> [RGBImage] {
    var random = SeededRandom(seed: 1, purpose: "batch independence")
    return (0..<count).map { _ in
      RGBImage(
        width: classifier.inputWidth, height: classifier.inputHeight,
        samples: (0..<3 * classifier.inputWidth * classifier.inputHeight).map { _ in
          UInt8(truncatingIfNeeded: random.next())
        })
    }
  }

  private func check(_ classifier: ONNXClassifier, layer: String) throws {
    let images = images(5, of: classifier)
    let all = (
      try classifier.embeddings(of: images, at: layer, monitor: .silent),
      try classifier.logits(of: images, monitor: .silent),
      try classifier.gradients(ofClass: 1, images: images, at: layer, monitor: .silent)
    )
    for part in [[3, 1], [4, 0, 2], [2]] {
      let some = part.map { images[$0] }
      #expect(try classifier.embeddings(of: some, at: layer, monitor: .silent) == all.0.gatheringRows(part))
      #expect(try classifier.logits(of: some, monitor: .silent) == all.1.gatheringRows(part))
      let gradients = try classifier.gradients(ofClass: 1, images: some, at: layer, monitor: .silent)
      #expect(gradients.activations == all.2.activations.gatheringRows(part))
      #expect(gradients.gradients == all.2.gradients.gatheringRows(part))
    }
  }

  @Test func theEmbeddedNetwork() throws {
    let described = try EmbeddedNetwork.description()
    let size = described.preprocessing.size
    let classifier = try ONNXClassifier(
      bytes: EmbeddedNetwork.onnxBytes(), preprocessing: Preprocessing(width: size[0], height: size[1]))
    try check(classifier, layer: described.layer)
  }

  @Test(.enabled(if: Assets.root != nil, "needs the asset folder: set VRX_ASSETS")) func aRealNetwork() throws {
    let file = try #require(Assets.root).appendingPathComponent("models/mobilenet_v2.onnx")
    let classifier = try ONNXClassifier(bytes: [UInt8](Data(contentsOf: file)), preprocessing: Preprocessing())
    try check(classifier, layer: try #require(classifier.layers.last { $0.shape.count == 3 }?.name))
  }
}
