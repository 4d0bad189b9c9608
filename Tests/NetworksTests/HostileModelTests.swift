import Foundation
import Images
import Testing

@testable import Networks

/// Damaged files are refused or run; nothing else happens.
@Suite struct HostileModelTests {
  private static let side = 16

  /// Mutations of each model; VRX_FUZZ_MUTATIONS and VRX_FUZZ_SEED make a longer run of them.
  private static let mutations = ProcessInfo.processInfo.environment["VRX_FUZZ_MUTATIONS"].flatMap { Int($0) } ?? 60
  private static let seed = ProcessInfo.processInfo.environment["VRX_FUZZ_SEED"].flatMap { UInt64($0) } ?? 11

  /// Loads a model and runs it if that is possible; says whether it was refused. Anything but a `NetworkError` fails
  /// the test.
  private func attempt(_ bytes: [UInt8], _ comment: String = "") -> Bool {
    do {
      let classifier = try ONNXClassifier(
        bytes: bytes, preprocessing: try Preprocessing(width: Self.side, height: Self.side))
      guard classifier.inputWidth <= Self.largestSide, classifier.inputHeight <= Self.largestSide else { return false }
      let image = RGBImage(
        width: classifier.inputWidth, height: classifier.inputHeight, filledWith: (10, 200, 90))
      _ = try classifier.logits(of: [image], monitor: .silent)
      if let layer = classifier.layers.first {
        _ = try classifier.gradients(ofClass: 0, images: [image], at: layer.name, monitor: .silent)
      }
      return false
    } catch {
      #expect(error is NetworkError, "\(comment): \(error)")
      return true
    }
  }

  private static let largestSide = 256

  @Test(arguments: [
    "plain", "branches", "rearranged", "architectures/squeezenet", "architectures/vit", "architectures/shufflenet_v2",
  ])
  func mutatedFiles(name: String) throws {
    var fuzzing = try ModelFuzzing(name: name, seed: Self.seed)
    var refused = 0
    for count in 0..<Self.mutations where attempt(try fuzzing.mutation(), "\(name), mutation \(count)") { refused += 1 }
    // Most damages cannot be lived with, and some can.
    #expect(refused > Self.mutations / 4 && refused < Self.mutations, "\(refused) of \(Self.mutations) were refused")
  }

  @Test func truncatedEveryKilobyte() throws {
    let bytes = try CountedWeights.filling(TinyModel.folder.appendingPathComponent("architectures/mobilenet_v3.onnx"))
    let lengths = Array(stride(from: 0, to: bytes.count, by: 1024))
    // What is cut off at the end of a file is always missed, so each is refused.
    for length in lengths { #expect(attempt(Array(bytes[..<length])), "\(length) bytes") }
    #expect(lengths.count > 1000)
  }

  @Test func truncatedFiles() throws {
    let bytes = [UInt8](try TinyModel.data("branches.onnx"))
    let lengths = Array(stride(from: 0, to: bytes.count, by: 61))
    for length in lengths { #expect(attempt(Array(bytes[..<length])), "\(length) bytes") }
    #expect(lengths.count > 50 && !attempt(bytes), "the whole file is read")
  }

  @Test func namesEveryUnsupportedOperator() throws {
    var model = try Vrx_Onnx_Model(serializedBytes: [UInt8](try TinyModel.data("plain.onnx")))
    let indices = model.graph.node.indices.suffix(2)
    model.graph.node[indices[indices.startIndex]].opType = "Quux"
    model.graph.node[indices[indices.startIndex + 1]].opType = "Grault"
    let bytes: [UInt8] = try model.serializedBytes()
    let error = #expect(throws: NetworkError.self) {
      try ONNXClassifier(bytes: bytes, preprocessing: try Preprocessing())
    }
    #expect(error?.kind == .unsupported)
    #expect(error?.message.contains("Quux, Grault") == true)
    #expect(error?.operatorName == "Quux")
  }

  @Test func refusesCyclesAndAbsurdShapes() throws {
    let original = try Vrx_Onnx_Model(serializedBytes: [UInt8](try TinyModel.data("plain.onnx")))
    func refused(_ change: (inout Vrx_Onnx_Model) -> Void) throws {
      var model = original
      change(&model)
      let bytes: [UInt8] = try model.serializedBytes()
      #expect(throws: NetworkError.self) { try ONNXClassifier(bytes: bytes, preprocessing: try Preprocessing()) }
    }
    try refused { $0.graph.node[0].input[0] = $0.graph.node[$0.graph.node.count - 1].output[0] }
    try refused { $0.graph.initializer[0].dims = [1_000_000, 1_000_000, 1, 1] }
    try refused { $0.graph.initializer[0].dims = [-8, 3, 3, 3] }
    try refused { $0.graph.initializer[0].dataType = 99 }
    try refused { $0.graph.node.removeAll() }
    try refused { $0.graph.output.removeAll() }
    try refused { $0.opsetImport[0].version = 99 }
    try refused { model in
      for index in model.graph.node.indices where model.graph.node[index].opType == "Conv" {
        for attribute in model.graph.node[index].attribute.indices
        where model.graph.node[index].attribute[attribute].name == "strides" {
          model.graph.node[index].attribute[attribute].ints = [0, -1]
        }
      }
    }
  }
}
