import Foundation
import Images
import Tensors
import Testing

@testable import Networks

/// Damaged files are refused or run; nothing else happens.
@Suite struct HostileModelTests {
  private static let side = 16

  private func attempt(_ bytes: [UInt8]) {
    do {
      let classifier = try ONNXClassifier(
        bytes: bytes, preprocessing: try Preprocessing(width: Self.side, height: Self.side))
      guard classifier.inputWidth == Self.side, classifier.inputHeight == Self.side else { return }
      let image = RGBImage(width: Self.side, height: Self.side, filledWith: (10, 200, 90))
      _ = try classifier.logits(of: [image], monitor: .silent)
    } catch {
      #expect(error is NetworkError, "\(error)")
    }
  }

  @Test func truncatedFiles() throws {
    let bytes = [UInt8](try TinyModel.data("branches.onnx"))
    for length in stride(from: 0, to: bytes.count, by: 61) { attempt(Array(bytes[..<length])) }
  }

  @Test(arguments: ["plain", "branches", "rearranged"]) func flippedBits(name: String) throws {
    let bytes = [UInt8](try TinyModel.data("\(name).onnx"))
    var random = SeededRandom(seed: 11, purpose: name)
    for _ in 0..<120 {
      var damaged = bytes
      for _ in 0...random.index(below: 3) {
        damaged[random.index(below: damaged.count)] ^= 1 << UInt8(random.index(below: 8))
      }
      attempt(damaged)
    }
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
