import Drawing
import Images
import Networks
import SyntheticScenes
import Testing

/// The embedded network, run by this package, on scenes that its training never saw.
@Suite("Embedded network on unseen scenes")
struct EmbeddedNetworkAccuracyTests {
  /// Far from every seed that a scene set of the training seed holds.
  private static let firstSeed: UInt64 = 5_000_000
  private static let scenesPerKind = 110
  private static let requiredAccuracy = 0.97

  private func classifier() throws -> ONNXClassifier {
    let described = try EmbeddedNetwork.description().preprocessing
    let resize = try #require(Preprocessing.Resize(rawValue: described.resize))
    let order = try #require(Preprocessing.ChannelOrder(rawValue: described.channelOrder))
    let preprocessing = try Preprocessing(
      width: described.size[0], height: described.size[1], resize: resize, mean: described.mean,
      standardDeviation: described.std, scale: described.scale, channelOrder: order)
    return try ONNXClassifier(bytes: EmbeddedNetwork.onnxBytes(), preprocessing: preprocessing)
  }

  private func logits(of scenes: [Scene], with classifier: ONNXClassifier) throws -> [[Float]] {
    let logits = try classifier.logits(of: scenes.map(\.image), monitor: .silent)
    return (0..<scenes.count).map { logits[row: $0].elements }
  }

  private func scenes(
    of kind: VehicleKind, count: Int, options: SceneOptions = SceneOptions()
  ) throws -> [Scene] {
    let generator = SceneGenerator()
    return try (0..<count).map {
      try generator.scene(kind: kind, seed: Self.firstSeed + UInt64($0), options: options)
    }
  }

  @Test("At least 97 % of the scenes are classified rightly")
  func accuracyIsHigh() throws {
    let classifier = try classifier()
    let labels = try EmbeddedNetwork.labels()
    var right = 0
    for kind in VehicleKind.allCases {
      for row in try logits(of: scenes(of: kind, count: Self.scenesPerKind), with: classifier) {
        if let best = row.indices.max(by: { row[$0] < row[$1] }), labels[best] == kind.rawValue { right += 1 }
      }
    }
    let total = Self.scenesPerKind * VehicleKind.allCases.count
    #expect(Double(right) >= Self.requiredAccuracy * Double(total), "\(right) of \(total)")
  }

  @Test(
    "Omitting a class's own parts takes away most of its margin, another paint little", arguments: VehicleKind.allCases)
  func networkGoesByParts(kind: VehicleKind) throws {
    let classifier = try classifier()
    let index = try #require(EmbeddedNetwork.labels().firstIndex(of: kind.rawValue))
    func meanMargin(_ options: SceneOptions) throws -> Float {
      let rows = try logits(of: scenes(of: kind, count: 20, options: options), with: classifier)
      let margins = rows.map { row in row[index] - (row.reduce(0, +) - row[index]) / Float(row.count - 1) }
      return margins.reduce(0, +) / Float(margins.count)
    }
    let whole = try meanMargin(SceneOptions())
    #expect(try meanMargin(SceneOptions(omitted: Set(kind.distinctiveParts))) < 0.4 * whole)
    #expect(try meanMargin(SceneOptions(bodyColor: Color(0.85, 0.1, 0.1))) > 0.7 * whole)
  }

  @Test("The recommended layer exists, is spatial, and its gradient differs from picture to picture")
  func layerIsNotDegenerate() throws {
    let classifier = try classifier()
    let name = try EmbeddedNetwork.description().layer
    let layer = try #require(classifier.layers.first { $0.name == name })
    #expect(layer.shape.count == 3 && layer.shape[1] >= 8 && layer.shape[2] >= 8)
    let images = try scenes(of: .fireEngine, count: 2).map(\.image)
    let gradients = try classifier.gradients(ofClass: 0, images: images, at: name, monitor: .silent).gradients
    #expect(gradients[row: 0] != gradients[row: 1])
  }
}
