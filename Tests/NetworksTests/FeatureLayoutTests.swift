import Foundation
import Images
import Tensors
import Testing

@testable import Networks

/// Where channels and places of a layer are.
@Suite struct FeatureLayoutTests {
  @Test(arguments: [
    ([512, 7, 7], FeatureLayout.channelsFirst(rows: 7, columns: 7)),
    ([64, 64, 64], .channelsFirst(rows: 64, columns: 64)),
    ([1280, 1, 1], .channelsFirst(rows: 1, columns: 1)),
    ([7, 7, 768], .channelsLast(rows: 7, columns: 7)),
    ([197, 192], .tokens(others: 1, rows: 14, columns: 14)),
    ([198, 192], .tokens(others: 2, rows: 14, columns: 14)),
    ([577, 576], .tokens(others: 1, rows: 24, columns: 24)),
    ([49, 768], .tokens(others: 0, rows: 7, columns: 7)),
    ([768, 49], .flattened(rows: 7, columns: 7)),
    ([1000], .vector),
    ([3, 2], .sequence),
    ([60, 6], .sequence),
    ([1, 192], .sequence),
    ([192, 1], .vector),
    ([2, 3, 4, 5], .vector),
  ])
  func squareImages(shape: [Int], expected: FeatureLayout) {
    #expect(FeatureLayout(shape: shape, inputWidth: 224, inputHeight: 224) == expected)
  }

  @Test func theGridHasTheProportionsOfTheImage() {
    let layout = FeatureLayout(shape: [1 + 4 * 8, 16], inputWidth: 128, inputHeight: 64)
    #expect(layout == .tokens(others: 1, rows: 4, columns: 8))
    #expect(FeatureLayout(shape: [4, 8, 20], inputWidth: 128, inputHeight: 64) == .channelsLast(rows: 4, columns: 8))
    #expect(FeatureLayout(shape: [1 + 16, 16], inputWidth: 128, inputHeight: 64) == .sequence)
  }

  @Test func tokensBecomeTheGrid() {
    // Two images, a class token and 2 × 2 places of 3 channels.
    let tokens = Tensor(shape: [2, 5, 3], elements: (0..<30).map { Float($0) })
    let grid = FeatureLayout.tokens(others: 1, rows: 2, columns: 2).channelsFirst(tokens)
    #expect(grid.shape == [2, 3, 2, 2])
    #expect(Array(grid.elements[..<12]) == [3, 6, 9, 12, 4, 7, 10, 13, 5, 8, 11, 14])
    #expect(grid.averagedOverSpace().elements == [7.5, 8.5, 9.5, 22.5, 23.5, 24.5])
  }

  @Test func tokensWithoutAGridAreAveraged() {
    let tokens = Tensor(shape: [2, 3, 2], elements: [1, 10, 2, 20, 6, 60, 0, 1, 0, 2, 3, 3])
    let turned = FeatureLayout.sequence.channelsFirst(tokens)
    #expect(turned.shape == [2, 2, 3])
    #expect(turned.averagedOverSpace().elements == [3, 30, 1, 2])
    #expect(FeatureLayout.sequence.grid == nil)
    let widths = [[60, 6], [1, 192], [192, 1], [7, 7, 768], [512, 7, 7], [197, 192], [768, 49], [1000]].map { shape in
      FeatureLayout(shape: shape, inputWidth: 224, inputHeight: 224).channels(of: shape)
    }
    #expect(widths == [6, 192, 192, 768, 512, 192, 768, 1000])
  }

  /// The class token does not enter an embedding: without it, the mean over tokens is that of the transformer's grid.
  @Test func embeddingsOfATransformerAreMeansOverItsTokens() throws {
    let file = TinyModel.folder.appendingPathComponent("architectures/vit.onnx")
    let classifier = try ONNXClassifier(
      bytes: try CountedWeights.filling(file), preprocessing: try Preprocessing(width: 64, height: 64))
    let spatial = classifier.spatialLayers
    #expect(spatial.contains { $0.name == "blocks.1.mlp" })
    // Heads are [3, tokens, …], and no maps.
    #expect(classifier.layers.contains { $0.shape == [3, 17, 17] })
    #expect(!spatial.contains { $0.shape.first == 3 && $0.shape.count == 3 && $0.shape[1] == 17 })
    #expect(classifier.layout(of: "blocks.1.mlp") == .tokens(others: 1, rows: 4, columns: 4))
    let image = RGBImage(
      width: 64, height: 64, samples: CountedWeights.uniform(counter: 3, count: 64 * 64 * 3).map { UInt8($0 * 256) })
    let activations = try classifier.activations(of: [image], at: "blocks.1.mlp", monitor: .silent)
    #expect(activations.shape == [1, 17, 192])
    let embedding = try classifier.embeddings(of: [image], at: "blocks.1.mlp", monitor: .silent)
    #expect(embedding.shape == [1, 192])
    for channel in 0..<192 {
      let mean = (1..<17).reduce(Float(0)) { $0 + activations.elements[$1 * 192 + channel] } / 16
      #expect(abs(embedding.elements[channel] - mean) < 1e-5)
    }
  }
}
