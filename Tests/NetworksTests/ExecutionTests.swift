import Foundation
import Images
import Tensors
import Testing

@testable import Networks

/// How a network is executed: parts of batches, layouts, precision.
@Suite struct ExecutionTests {
  private func classifier(_ name: String, precision: Precision = .f32, batchSize: Int = 16) throws -> ONNXClassifier {
    try ONNXClassifier(
      bytes: [UInt8](try TinyModel.data("\(name).onnx")), preprocessing: try Preprocessing(width: 16, height: 16),
      batchSize: batchSize, precision: precision)
  }

  private func noise(_ count: Int) -> [RGBImage] {
    var random = SeededRandom(seed: 3, purpose: "images")
    return (0..<count).map { _ in
      RGBImage(
        width: 16, height: 16, samples: (0..<16 * 16 * 3).map { _ in UInt8(truncatingIfNeeded: random.next()) })
    }
  }

  @Test func batchesAreSplitByTheNumberOfCores() {
    for count in 1...40 {
      for cores in [1, 2, 3, 8, 64] {
        for most in [1, 2, 4, 8] {
          let split = BatchSplit(count, most: most, cores: cores)
          #expect(split.groupSize <= most && split.groups * split.groupSize >= count)
          #expect((split.groups - 1) * split.groupSize < count)
          #expect(split.networkThreads * split.teamSize <= cores)
        }
      }
    }
    #expect(BatchSplit(1, most: 8, cores: 4).teamSize == 4)
    #expect(BatchSplit(16, most: 4, cores: 2).groups == 4)
  }

  @Test(arguments: ["plain", "branches", "rearranged"]) func resultsDoNotDependOnTheTimeOfDay(name: String) throws {
    let images = noise(13)
    let classifier = try classifier(name)
    let layer = try #require(classifier.layers.first { $0.shape.count == 3 }?.name)
    let first = try classifier.logits(of: images, monitor: .silent)
    let gradients = try classifier.gradients(ofClass: 2, images: images, at: layer, monitor: .silent)
    for _ in 0..<3 {
      #expect(try classifier.logits(of: images, monitor: .silent) == first)
      let again = try classifier.gradients(ofClass: 2, images: images, at: layer, monitor: .silent)
      #expect(again.gradients == gradients.gradients && again.activations == gradients.activations)
    }
  }

  @Test func callersOnManyThreadsGetTheirOwnResults() throws {
    let classifier = try classifier("branches", batchSize: 4)
    let images = noise(12)
    let wanted = try classifier.logits(of: images, monitor: .silent)
    DispatchQueue.concurrentPerform(iterations: 24) { index in
      let image = images[index % images.count]
      let row = wanted[row: index % images.count].elements
      guard let got = try? classifier.logits(of: [image], monitor: .silent).elements else {
        Issue.record("no result")
        return
      }
      #expect(zip(got, row).allSatisfy { abs($0 - $1) < 1e-4 })
    }
  }

  @Test func everyStepIsListed() throws {
    let classifier = try classifier("plain")
    let rows = try classifier.profile(images: noise(4))
    #expect(rows.contains { $0.kind == "convolution" && $0.gigaflops > 0 && !$0.implementation.isEmpty })
    #expect(rows.contains { $0.kind == "linear" })
    #expect(rows.allSatisfy { !$0.result.isEmpty && $0.seconds > 0 })
    // Three convolutions, of which two take in an activation; what is folded or fused makes no step.
    #expect(rows.filter { $0.kind.hasSuffix("convolution") }.count == 3)
    #expect(!rows.contains { $0.layer.contains("BatchNormalization") })
  }

  @Test func bf16IsCloseAndSaysSo() throws {
    guard Precision.bf16.isAvailable else {
      #expect(throws: NetworkError.self) { try classifier("plain", precision: .bf16) }
      return
    }
    let images = noise(9)
    for name in ["plain", "branches", "rearranged"] {
      let (exact, short) = (try classifier(name), try classifier(name, precision: .bf16))
      #expect(short.precision == .bf16)
      let wanted = try exact.logits(of: images, monitor: .silent).elements
      let got = try short.logits(of: images, monitor: .silent).elements
      let size = wanted.map(abs).max() ?? 1
      let error = zip(wanted, got).map { abs($0 - $1) }.max() ?? 0
      #expect(error < 0.03 * size, "\(name): \(error / size)")
      #expect(error > 0, "\(name) was not computed in bf16")
    }
  }
}
