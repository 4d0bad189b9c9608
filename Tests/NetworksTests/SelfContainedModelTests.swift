import Foundation
import Testing

@testable import Networks

/// Weights in files beside the model.
@Suite struct SelfContainedModelTests {
  private let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("vrx-test-\(UUID().uuidString)")
    try FileManager.default.createDirectory(
      at: folder.appendingPathComponent("model/deeper"), withIntermediateDirectories: true)
  }

  /// The tiny model with its largest weight at byte 12 of a file, as `location` names it.
  private func model(location: String, length: String? = nil, offset: String = "12") throws -> (
    bytes: [UInt8], weight: Data
  ) {
    var model = try Vrx_Onnx_Model(serializedBytes: [UInt8](try TinyModel.data("plain.onnx")))
    let largest = try #require(
      model.graph.initializer.indices.max {
        model.graph.initializer[$0].rawData.count < model.graph.initializer[$1].rawData.count
      })
    let weight = model.graph.initializer[largest].rawData
    model.graph.initializer[largest].clearRawData()
    model.graph.initializer[largest].dataLocation = 1
    let fields = ["location": location, "offset": offset, "length": length ?? "\(weight.count)"]
    model.graph.initializer[largest].externalData = fields.map { key, value in
      var entry = Vrx_Onnx_StringEntry()
      (entry.key, entry.value) = (key, value)
      return entry
    }
    return (try model.serializedBytes(), weight)
  }

  private func read(_ bytes: [UInt8]) throws -> [UInt8] {
    try SelfContainedModel.bytes(bytes, at: folder.appendingPathComponent("model/m.onnx").path)
  }

  private func write(_ weight: Data, to path: String) throws {
    try (Data(repeating: 7, count: 12) + weight).write(to: folder.appendingPathComponent(path))
  }

  @Test func readsFilesOfTheFolder() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    for location in ["weights.bin", "deeper/weights.bin"] {
      let (bytes, weight) = try model(location: location)
      try write(weight, to: "model/" + location)
      let whole = try read(bytes)
      let found = try ONNXModel(bytes: whole)
      let wanted = try ONNXModel(bytes: [UInt8](try TinyModel.data("plain.onnx")))
      #expect(found.constants == wanted.constants)
      // What has no weights elsewhere stays as it is.
      #expect(try read(whole) == whole)
      #expect(throws: NetworkError.self) { try ONNXModel(bytes: bytes) }
    }
  }

  @Test func refusesWhatLeavesTheFolder() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let outside = folder.appendingPathComponent("outside.bin")
    let (_, weight) = try model(location: "x")
    try write(weight, to: "outside.bin")
    let link = folder.appendingPathComponent("model/link.bin")
    try FileManager.default.createSymbolicLink(at: link, withDestinationURL: outside)
    let up = folder.appendingPathComponent("model/up")
    try FileManager.default.createSymbolicLink(at: up, withDestinationURL: folder)
    for location in [
      "../outside.bin", outside.path, "link.bin", "up/outside.bin", "deeper/../../outside.bin", "", "deeper",
    ] {
      let bytes = try model(location: location).bytes
      #expect(throws: NetworkError.self, "\(location)") { try read(bytes) }
    }
  }

  @Test func refusesWhatDoesNotFit() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let (bytes, weight) = try model(location: "weights.bin")
    #expect(throws: NetworkError.self, "no such file") { try read(bytes) }
    try write(weight.dropLast(), to: "model/weights.bin")
    #expect(throws: NetworkError.self, "too short") { try read(bytes) }
    try write(weight, to: "model/weights.bin")
    for (length, offset) in [("1", "12"), ("x", "12"), ("\(weight.count)", "-1"), ("\(weight.count)", "\(Int.max)")] {
      let bytes = try model(location: "weights.bin", length: length, offset: offset).bytes
      #expect(throws: NetworkError.self, "length \(length), offset \(offset)") { try read(bytes) }
    }
  }
}
