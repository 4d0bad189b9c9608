import Foundation
import Tensors
import Testing

@testable import Structure

@Suite struct SafetensorsFileTests {
  private func file(_ header: String, payload: [UInt8] = [], length: UInt64? = nil) -> Data {
    let size = length ?? UInt64(header.utf8.count)
    return Data((0..<8).map { UInt8(truncatingIfNeeded: size >> (8 * $0)) } + Array(header.utf8) + payload)
  }

  private func bytes(_ values: [Float]) -> [UInt8] {
    values.flatMap { value in (0..<4).map { UInt8(truncatingIfNeeded: value.bitPattern >> (8 * $0)) } }
  }

  @Test func readsFloats() throws {
    let header = """
      {"__metadata__": {"a": "b"}, "x": {"dtype": "F32", "shape": [2, 2], "data_offsets": [8, 24]},
      "y": {"dtype": "F64", "shape": [1], "data_offsets": [0, 8]}, "z": {"dtype": "F32", "shape": [], "data_offsets": [24, 28]}}
      """
    let double = (0..<8).map { UInt8(truncatingIfNeeded: (-2.5).bitPattern >> (8 * UInt64($0))) }
    let data = file(header, payload: double + bytes([1, 2, 3, 4]) + bytes([7]))
    // A slice's indices do not start at 0.
    for data in [data, (Data([1, 2, 3]) + data).dropFirst(3)] {
      let tensors = try SafetensorsFile(data)
      #expect(tensors.names == ["x", "y", "z"])
      #expect(try tensors.tensor("x").elements == [1, 2, 3, 4] && tensors.tensor("x").shape == [2, 2])
      #expect(try tensors.tensor("y").elements == [-2.5])
      #expect(try tensors.tensor("z").shape == [] && tensors.tensor("z").elements == [7])
      #expect(throws: StructureError.self) { try tensors.tensor("w") }
    }
  }

  @Test(arguments: [
    #"{"x": {"dtype": "F32", "shape": [2], "data_offsets": [0, 9]}}"#,
    #"{"x": {"dtype": "F32", "shape": [2], "data_offsets": [4, 12]}}"#,
    #"{"x": {"dtype": "F32", "shape": [2], "data_offsets": [8, 0]}}"#,
    #"{"x": {"dtype": "F32", "shape": [2], "data_offsets": [-8, 0]}}"#,
    #"{"x": {"dtype": "F32", "shape": [2], "data_offsets": [0]}}"#,
    #"{"x": {"dtype": "F32", "shape": [-1, -2], "data_offsets": [0, 8]}}"#,
    #"{"x": {"dtype": "F32", "shape": [4611686018427387904, 4], "data_offsets": [0, 0]}}"#,
    #"{"x": {"dtype": "F32", "shape": [99999999999999999999], "data_offsets": [0, 8]}}"#,
    #"{"x": {"dtype": "F32", "shape": [1.5], "data_offsets": [0, 8]}}"#,
    #"{"x": {"dtype": "I64", "shape": [2], "data_offsets": [0, 8]}}"#,
    #"{"x": {"dtype": "I24", "shape": [1], "data_offsets": [0, 3]}}"#,
    #"{"x": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}, "y": {"dtype": "F32", "shape": [1], "data_offsets": [4, 8]}}"#,
    #"{"x": 3}"#, #"[]"#, #"{"#, "", "\u{0}",
  ])
  func refusesHostileHeaders(header: String) {
    #expect(throws: StructureError.self) { try SafetensorsFile(file(header, payload: [UInt8](repeating: 0, count: 8))) }
  }

  @Test func countersMayLieBesideWhatIsRead() throws {
    let header = """
      {"n": {"dtype": "I64", "shape": [], "data_offsets": [0, 8]}, "x": {"dtype": "F32", "shape": [1], "data_offsets": [8, 12]}}
      """
    let tensors = try SafetensorsFile(file(header, payload: [UInt8](repeating: 0, count: 8) + bytes([3])))
    #expect(tensors.names == ["n", "x"])
    #expect(try tensors.tensor("x").elements == [3])
    #expect(throws: StructureError.self) { try tensors.tensor("n") }
  }

  @Test func refusesWrongLengths() {
    for length in [1, 1000, UInt64(Int.max), UInt64.max] {
      #expect(throws: StructureError.self) { try SafetensorsFile(file("{}", length: length)) }
    }
    for count in 0..<8 { #expect(throws: StructureError.self) { try SafetensorsFile(Data(count: count)) } }
    let deep = String(repeating: #"{"a":"#, count: 5000) + "1" + String(repeating: "}", count: 5000)
    #expect(throws: StructureError.self) { try SafetensorsFile(file(deep)) }
  }

  @Test func weightsThatDoNotMakeANetworkAreRefused() throws {
    func refused(_ header: String, _ count: Int) {
      let data = file(header, payload: [UInt8](repeating: 0, count: count))
      #expect(throws: StructureError.self) { try ReasoningNetwork(published: SafetensorsFile(data)) }
    }
    refused("{}", 0)
    refused(#"{"conv1.lin_W1.weight": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}}"#, 4)
    // Every name there, but every tensor a single number.
    let layer = ["lin_W1", "lin_W2", "lin_message", "lin_edge"].flatMap { ["conv1.\($0).weight", "conv1.\($0).bias"] }
    let norms = ["conv1.bn_edge", "bn1"].flatMap { name in
      ["weight", "bias", "running_mean", "running_var"].map { "\(name).\($0)" }
    }
    let names = layer + norms + ["eij_1", "fc2.weight", "fc2.bias"]
    let entries = names.enumerated().map {
      "\"\($1)\": {\"dtype\": \"F32\", \"shape\": [1], \"data_offsets\": [\(4 * $0), \(4 * $0 + 4)]}"
    }
    refused("{" + entries.joined(separator: ",") + "}", 4 * names.count)
  }

  /// A file of some megabytes that claims a thousand classes of 64 nodes: the terabytes that its readout would take are
  /// never reserved.
  @Test func weightsOfHugeNetworksAreRefusedBeforeTheyAreMade() throws {
    let shape = try NetworkShape(classes: 2, nodes: 2, embeddingWidth: 3, nodeWidths: [4096], edgeWidth: 2)
    var tensors = ReasoningNetwork(shape: shape, seed: 0).publishedTensors
    tensors["fc2.bias"] = Tensor(shape: [1000])
    for output in 1...1000 { tensors["eij_\(output)"] = Tensor(shape: [64 * 63]) }
    #expect(throws: StructureError.self) { try ReasoningNetwork(published: tensors) }
  }

  @Test func numbersThatCannotBeAreRefused() throws {
    let shape = try NetworkShape(classes: 2, nodes: 2, embeddingWidth: 3, nodeWidths: [4], edgeWidth: 2)
    let tensors = ReasoningNetwork(shape: shape, seed: 0).publishedTensors
    for (name, value) in [("fc2.weight", Float.nan), ("conv1.lin_W1.bias", .infinity), ("bn1.running_var", -1)] {
      var changed = tensors
      changed[name]?.elements[0] = value
      #expect(throws: StructureError.self) { try ReasoningNetwork(published: changed) }
    }
    #expect(throws: Never.self) { try ReasoningNetwork(published: tensors) }
  }

  @Test func whatIsWrittenIsReadBack() throws {
    let tensors = [
      "a": Tensor(shape: [2, 3], elements: [1, -2.5, 0, 1e-30, 3, .greatestFiniteMagnitude]),
      "é/b": Tensor(shape: [0], elements: []),
    ]
    let data = try SafetensorsFile.bytes(of: tensors, metadata: ["note": "\"quoted\"\n"])
    let file = try SafetensorsFile(data)
    #expect(file.names == ["a", "é/b"] && file.metadata == ["note": "\"quoted\"\n"])
    for (name, tensor) in tensors {
      let read = try file.tensor(name)
      #expect(read.shape == tensor.shape && read.elements == tensor.elements)
    }
    let length = data.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
    #expect(length % 8 == 0)
  }
}
