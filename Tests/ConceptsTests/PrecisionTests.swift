import Foundation
import Images
import Networks
import Tensors
import TestSupport
import Testing

@testable import Concepts

/// What bf16 changes about the patches of real images.
@Suite(
  .enabled(if: Assets.root != nil, "needs the asset folder: set VRX_ASSETS"),
  .enabled(if: Precision.bf16.isAvailable, "needs a processor that multiplies bf16"))
struct PrecisionTests {
  private static let images = 24
  private static let clusters = 25

  private func classifier(_ name: String, _ preprocessing: Preprocessing, _ precision: Precision) throws
    -> ONNXClassifier
  {
    let model = try #require(Assets.root).appendingPathComponent("models/\(name).onnx")
    return try ONNXClassifier(
      bytes: [UInt8](Data(contentsOf: model)), preprocessing: preprocessing, precision: precision)
  }

  @Test(arguments: ["fire4.concat", "fire9.concat"]) func convolutions(layer: String) throws {
    try check(
      "squeezenet1_1",
      try Preprocessing(mean: [0.485, 0.456, 0.406], standardDeviation: [0.229, 0.224, 0.225]), layer: layer)
  }

  /// Depthwise layers and linear bottlenecks: what is lost near the image is inherited by all layers behind.
  @Test(arguments: [
    ("mobilenet_v1", "conv13.pointwise.relu6"), ("mobilenet_v2", "block12.add"), ("mobilenet_v2", "conv_head.relu6"),
  ]) func depthwiseConvolutions(name: String, layer: String) throws {
    try check(name, try Preprocessing(mean: [0.5, 0.5, 0.5], standardDeviation: [0.5, 0.5, 0.5]), layer: layer)
  }

  /// Every patch's embedding keeps its direction, and nearly all keep their cluster.
  private func check(_ name: String, _ preprocessing: Preprocessing, layer: String) throws {
    let folder = try #require(Assets.root).appendingPathComponent("images/minivan")
    let exact = try classifier(name, preprocessing, .f32)
    let short = try classifier(name, preprocessing, .bf16)
    let extractor = PatchExtractor(options: DiscoveryOptions())
    var patches: [RGBImage] = []
    for name in try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted().prefix(Self.images) {
      let image = exact.preprocessing.prepare(
        try RGBImage.read(path: folder.appendingPathComponent(name).path))
      let regions = extractor.candidates(in: extractor.segmentations(of: image), attention: nil, rule: .inside)
      patches += regions.map { $0.patch(of: image, fill: 117, width: 224, height: 224) }
    }
    #expect(patches.count > 1000)
    let wanted = try exact.embeddings(of: patches, at: layer, monitor: .silent)
    let got = try short.embeddings(of: patches, at: layer, monitor: .silent)
    let cosines = patches.indices.map { cosine(wanted[row: $0].elements, got[row: $0].elements) }
    #expect(cosines.min() ?? 0 >= 0.999)

    let clustering = try KMeans.fit(wanted, clusters: Self.clusters, restarts: 3, seed: 1)
    let same = patches.indices.filter {
      nearest(clustering.centers, to: got[row: $0].elements) == clustering.assignments[$0]
    }
    #expect(Double(same.count) >= 0.95 * Double(patches.count), "\(same.count) of \(patches.count)")
  }

  private func cosine(_ a: [Float], _ b: [Float]) -> Double {
    var (product, left, right) = (0.0, 0.0, 0.0)
    for (x, y) in zip(a, b) {
      product += Double(x) * Double(y)
      left += Double(x) * Double(x)
      right += Double(y) * Double(y)
    }
    return product / (left * right).squareRoot()
  }

  private func nearest(_ centers: Tensor, to point: [Float]) -> Int? {
    let distances = (0..<centers.rows).map { row in
      zip(centers[row: row].elements, point).reduce(Float(0)) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    }
    return distances.indices.min { distances[$0] < distances[$1] }
  }
}
