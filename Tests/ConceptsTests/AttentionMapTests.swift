import Base
import Images
import Networks
import Tensors
import Testing

@testable import Concepts

@Suite struct AttentionMapTests {
  @Test func mapsAgreeWithGradCAMInPyTorch() throws {
    let cases: [Golden.Attention] = try Golden.load("attention")
    #expect(cases.count >= 5)
    for golden in cases {
      let attention = try #require(
        AttentionMap(
          activations: Tensor(shape: golden.shape, elements: golden.activations),
          gradients: Tensor(shape: golden.shape, elements: golden.gradients), width: golden.width,
          height: golden.height))
      #expect(attention.map.width == golden.width && attention.map.values.count == golden.map.count)
      let largest = golden.map.max() ?? 0
      #expect(zip(attention.map.values, golden.map).allSatisfy { abs($0 - $1) <= 1e-5 * largest })
    }
  }

  @Test func mapIsTheRectifiedWeightedSum() throws {
    // Channel weights: mean gradient 1 and −1. Sum = first − second channel, below 0 in the lower row.
    let activations = Tensor(shape: [2, 2, 2], elements: [4, 2, 1, 0, 0, 1, 3, 2])
    let gradients = Tensor(shape: [2, 2, 2], elements: [2, 0, 1, 1, -1, -1, -2, 0])
    let attention = try #require(AttentionMap(activations: activations, gradients: gradients, width: 2, height: 2))
    #expect(attention.map.values == [4, 1, 0, 0])
  }

  @Test func cellsThatSpeakLeastAgainstTheClassComeFirstWhereNoneSpeaksForIt() throws {
    let activations = Tensor(shape: [1, 1, 4], elements: [3, 1, 2, 5])
    let gradients = Tensor(shape: [1, 1, 4], repeating: -1)
    let attention = try #require(AttentionMap(activations: activations, gradients: gradients, width: 4, height: 1))
    #expect(attention.map.values == [2, 4, 3, 0])
    let mask = attention.mask(keepPercent: 50)
    #expect(mask.area == 2 && mask[1] && mask[2])
  }

  @Test func theShareIsKeptWhereEvidenceIsScarce() throws {
    func mask(keepPercent: Double, isRectified: Bool) throws -> [Bool] {
      // The sums are 4, 1, −1 and −2.
      let attention = try #require(
        AttentionMap(
          activations: Tensor(shape: [2, 1, 4], elements: [4, 1, 0, 0, 0, 0, 1, 2]),
          gradients: Tensor(shape: [2, 1, 4], elements: [1, 1, 1, 1, -1, -1, -1, -1]), width: 4, height: 1,
          isRectified: isRectified))
      let mask = attention.mask(keepPercent: keepPercent)
      return (0..<4).map { mask[$0] }
    }
    #expect(try mask(keepPercent: 75, isRectified: true) == [true, true, false, false])
    #expect(try mask(keepPercent: 75, isRectified: false) == [true, true, true, false])
    #expect(try mask(keepPercent: 50, isRectified: false) == [true, true, false, false])
    #expect(try mask(keepPercent: 100, isRectified: false) == [true, true, true, true])
  }

  @Test func mapIsEnlargedToTheInput() throws {
    let map = try #require(
      AttentionMap(
        activations: Tensor(shape: [1, 1, 2], elements: [0, 1]), gradients: Tensor(shape: [1, 1, 2], repeating: 1),
        width: 4, height: 2))
    #expect(map.map.values == [0, 0.25, 0.75, 1, 0, 0.25, 0.75, 1])
  }

  @Test func layersWithoutSpaceHaveNoMap() {
    let vector = Tensor(shape: [3], elements: [1, 2, 3])
    #expect(AttentionMap(activations: vector, gradients: vector, width: 4, height: 4) == nil)
  }

  @Test func maskKeepsTheLargestShare() throws {
    let values = (0..<100).map { Float(($0 * 37) % 100) }
    var attention = try #require(
      AttentionMap(
        activations: Tensor(shape: [1, 10, 10], elements: values), gradients: Tensor(shape: [1, 10, 10], repeating: 1),
        width: 10, height: 10))
    let mask = attention.mask(keepPercent: 30)
    #expect(mask.area == 30)
    #expect(values.indices.allSatisfy { mask[$0] == (values[$0] >= 70) })
    #expect(attention.mask(keepPercent: 100).area == 99, "a pixel without evidence is not attended")
    attention.map.values = [Float](repeating: 0, count: 100)
    #expect(attention.mask(keepPercent: 50).area == 100, "no evidence anywhere prefers no pixel")
  }

  @Test func summariesHoldThePooledGradient() throws {
    let images = ToyScenes.classImages(3)
    let classifier = ToyClassifier()
    let spatial = try GradientSummary.summaries(
      of: images, classIndex: 0, layer: "features", classifier: classifier, keepPercent: 50, monitor: .silent)
    let pooled = try GradientSummary.summaries(
      of: images, classIndex: 0, layer: "pooled", classifier: classifier, keepPercent: 50, monitor: .silent)
    for (a, b) in zip(spatial, pooled) {
      #expect(zip(a.pooledGradient, b.pooledGradient).allSatisfy { abs($0 - $1) < 1e-4 })
      #expect(a.attention != nil && b.attention == nil)
    }
    // Attention lies on the red and blue squares: neither grey nor green is evidence.
    let attention = try #require(spatial[0].attention)
    let features = classifier.features(images[0])
    attention.forEachPixel { x, y in
      let cell = (x / 8, y / 8)
      let near = (-1...1).contains { dx in
        (-1...1).contains { dy in
          let (cx, cy) = (cell.0 + dx, cell.1 + dy)
          guard (0..<8).contains(cx), (0..<8).contains(cy) else { return false }
          return features.elements[cy * 8 + cx] > 0 || features.elements[2 * 64 + cy * 8 + cx] > 0
        }
      }
      #expect(near)
    }
  }

  /// A transformer whose tokens are the toy network's features, behind a class token that nothing should see.
  private struct TokenClassifier: Classifier {
    let toy = ToyClassifier()
    var inputWidth: Int { toy.inputWidth }
    var inputHeight: Int { toy.inputHeight }
    var classCount: Int { toy.classCount }
    var layers: [LayerDescription] {
      toy.layers.map { layer in
        guard layer.shape.count == 3 else { return layer }
        let tokens = 1 + layer.shape[1] * layer.shape[2]
        return LayerDescription(name: layer.name, shape: [tokens, layer.shape[0]], operatorName: layer.operatorName)
      }
    }

    func logits(of images: [RGBImage], monitor: WorkMonitor) throws -> Tensor {
      try toy.logits(of: images, monitor: monitor)
    }

    func activations(of images: [RGBImage], at layer: String, monitor: WorkMonitor) throws -> Tensor {
      Self.tokens(try toy.activations(of: images, at: layer, monitor: monitor), classToken: 1000)
    }

    func embeddings(of images: [RGBImage], at layer: String, monitor: WorkMonitor) throws -> Tensor {
      try toy.embeddings(of: images, at: layer, monitor: monitor)
    }

    func gradients(
      ofClass classIndex: Int, images: [RGBImage], at layer: String, monitor: WorkMonitor
    ) throws -> (activations: Tensor, gradients: Tensor) {
      let found = try toy.gradients(ofClass: classIndex, images: images, at: layer, monitor: monitor)
      return (Self.tokens(found.activations, classToken: 1000), Self.tokens(found.gradients, classToken: -7))
    }

    private static func tokens(_ features: Tensor, classToken: Float) -> Tensor {
      guard features.rank == 4 else { return features }
      let (images, channels) = (features.shape[0], features.shape[1])
      let places = features.shape[2] * features.shape[3]
      var elements: [Float] = []
      for image in 0..<images {
        elements += [Float](repeating: classToken, count: channels)
        for place in 0..<places {
          for channel in 0..<channels {
            elements.append(features.elements[(image * channels + channel) * places + place])
          }
        }
      }
      return Tensor(shape: [images, places + 1, channels], elements: elements)
    }
  }

  @Test func tokensAreAttendedToAsTheGridTheyStandFor() throws {
    let images = ToyScenes.classImages(3)
    func summaries(_ classifier: any Classifier) throws -> [GradientSummary] {
      try GradientSummary.summaries(
        of: images, classIndex: 0, layer: "features", classifier: classifier, keepPercent: 50, monitor: .silent)
    }
    let (grid, tokens) = (try summaries(ToyClassifier()), try summaries(TokenClassifier()))
    #expect(grid == tokens)
    #expect(grid.allSatisfy { $0.attention != nil })
  }

  @Test func layersOfTokensAreChosen() throws {
    let images = ToyScenes.classImages(3)
    let grid = try LayerChoice.latestInformativeLayer(
      of: ToyClassifier(), classIndex: 0, images: images, monitor: .silent)
    let tokens = try LayerChoice.latestInformativeLayer(
      of: TokenClassifier(), classIndex: 0, images: images, monitor: .silent)
    #expect(grid == tokens)
  }
}
