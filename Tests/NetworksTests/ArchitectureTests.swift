import Foundation
import Images
import Tensors
import Testing

@testable import Networks

/// Published architectures at full width against ONNX Runtime's logits and PyTorch's gradients. Their weights are made
/// from a counter here and in Tests/Fixtures/networks/architectures.py alike.
@Suite struct ArchitectureTests {
  fileprivate struct Record: Decodable {
    struct Layer: Decodable {
      var name: String
      var shape: [Int]
      var activations: Sample
      var gradient: Sample
    }

    var side: Int
    var logits: [Float]
    var layers: [Layer]
  }

  /// Some elements of a tensor, the largest of all, and the norm.
  struct Sample: Decodable {
    var indices: [Int]
    var values: [Float]
    var norm: Double
    var largest: Float

    /// The greatest difference of an element, and that of the norm, each relative.
    func error(of tensor: Tensor) -> Double {
      guard let last = indices.last, last == tensor.count - 1 else { return .infinity }
      let greatest = zip(indices, values).map { abs(tensor.elements[$0] - $1) }.max() ?? .infinity
      let found = tensor.elements.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
      return max(Double(greatest / largest), abs(found - norm) / norm)
    }
  }

  fileprivate static let folder = TinyModel.folder.appendingPathComponent("architectures")

  static let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? [])
    .filter { $0.hasSuffix(".onnx") }.map { String($0.dropLast(5)) }.sorted()

  @Test func coversEnough() { #expect(Self.names.count >= 20) }

  @Test(arguments: names) func agreesWithReferences(name: String) throws {
    #expect(try compare("architectures/\(name)", layout: .nchw) >= 3)
  }

  /// A graph as tf2onnx and quantisers write them: channels last, SAME padding, 8-bit and float16 weights.
  @Test func agreesWhereChannelsAreLast() throws {
    #expect(try compare("exporters", layout: .nhwc) == 2)
    let layout = FeatureLayout(shape: [12, 12, 8], inputWidth: 24, inputHeight: 24)
    #expect(layout == .channelsLast(rows: 12, columns: 12))
  }

  /// Compares logits, activations and gradients with those recorded; returns of how many layers.
  private func compare(_ name: String, layout: Preprocessing.Layout) throws -> Int {
    let record = try JSONDecoder().decode(Record.self, from: try TinyModel.data("\(name).json"))
    let classifier = try ONNXClassifier(
      bytes: try CountedWeights.filling(TinyModel.folder.appendingPathComponent("\(name).onnx")),
      preprocessing: try Preprocessing(width: record.side, height: record.side, layout: layout))
    let image = RGBImage(
      width: record.side, height: record.side,
      samples: CountedWeights.uniform(counter: 0, count: record.side * record.side * 3).map { UInt8($0 * 256) })

    let logits = try classifier.logits(of: [image], monitor: .silent).elements
    let largest = record.logits.map(abs).max() ?? 0
    #expect(logits.count == record.logits.count)
    let error = zip(logits, record.logits).map { abs($0 - $1) }.max() ?? .infinity
    #expect(error <= 1e-4 * largest, "logits differ by \(error) of \(largest)")

    for layer in record.layers {
      let found = try classifier.gradients(ofClass: 1, images: [image], at: layer.name, monitor: .silent)
      #expect(found.activations.shape == [1] + layer.shape)
      let activation = layer.activations.error(of: found.activations)
      #expect(activation < 1e-4, "\(layer.name): activations differ by \(activation)")
      let gradient = layer.gradient.error(of: found.gradients)
      #expect(gradient < 1e-3, "\(layer.name): gradients differ by \(gradient)")
    }
    return record.layers.count
  }
}

extension ArchitectureTests {
  /// Batches do not matter, not even to graphs that were exported for one image.
  @Test(arguments: ["vit", "vit_fixed", "swin", "swin_fixed", "deit", "mixer", "shufflenet_v2", "efficientnet_b0"])
  func batchesDoNotMatter(name: String) throws {
    let record = try JSONDecoder().decode(
      Record.self, from: Data(contentsOf: Self.folder.appendingPathComponent("\(name).json")))
    let classifier = try ONNXClassifier(
      bytes: try CountedWeights.filling(Self.folder.appendingPathComponent("\(name).onnx")),
      preprocessing: try Preprocessing(width: record.side, height: record.side), batchSize: 3)
    let images = (0..<3).map { index in
      RGBImage(
        width: record.side, height: record.side,
        samples: CountedWeights.uniform(counter: index, count: record.side * record.side * 3).map { UInt8($0 * 256) })
    }
    let layer = try #require(record.layers.first).name
    let together = try classifier.logits(of: images, monitor: .silent)
    let gradients = try classifier.gradients(ofClass: 1, images: images, at: layer, monitor: .silent).gradients
    func close(_ a: Tensor, _ b: Tensor) -> Bool {
      let largest = b.elements.map(abs).max() ?? 0
      return a.count == b.count && zip(a.elements, b.elements).allSatisfy { abs($0 - $1) <= 1e-4 * largest }
    }
    for (index, image) in images.enumerated() {
      #expect(close(together[row: index], try classifier.logits(of: [image], monitor: .silent)))
      let alone = try classifier.gradients(ofClass: 1, images: [image], at: layer, monitor: .silent).gradients
      #expect(close(gradients[row: index], alone))
    }
  }
}

/// Weights that are made rather than stored: the name of an initializer without data tells its kind and its counter.
enum CountedWeights {
  /// `count` numbers in [0, 1) with 24 bits: SplitMix64 started at `counter` << 32.
  static func uniform(counter: Int, count: Int) -> [Float] {
    let start = UInt64(counter) << 32
    return (1...UInt64(count)).map { step in
      var z = start &+ step &* 0x9E37_79B9_7F4A_7C15
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      z ^= z >> 31
      return Float(z >> 40) * 0x1p-24
    }
  }

  /// The bytes of a model whose initializers named w…, s…, v… and b… are given their numbers.
  static func filling(_ file: URL) throws -> [UInt8] {
    var model = try Vrx_Onnx_Model(serializedBytes: [UInt8](Data(contentsOf: file)))
    for position in model.graph.initializer.indices {
      let tensor = model.graph.initializer[position]
      guard !tensor.hasRawData, tensor.floatData.isEmpty, let kind = tensor.name.first,
        let index = Int(tensor.name.dropFirst()), tensor.dataType == 1
      else { continue }
      let count = tensor.dims.reduce(1) { $0 * Int($1) }
      let fanIn = count / Int(tensor.dims[0])
      let bound = Float((6 / Double(max(1, fanIn))).squareRoot())
      let (low, high): (Float, Float) =
        switch kind {
        case "w": (-bound, bound)
        case "s": (0.75, 1.25)
        case "v": (0.5, 1.5)
        default: (-0.125, 0.125)
        }
      let values = uniform(counter: index + 1, count: count).map { low + (high - low) * $0 }
      model.graph.initializer[position].rawData = values.withUnsafeBytes { Data($0) }
    }
    return try model.serializedBytes()
  }
}
