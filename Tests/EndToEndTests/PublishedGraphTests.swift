import Foundation
import JSON
import RPC
import TestSupport
import Testing

/// The published checkpoint layout, over the wire: imported, run, listed, kept, and what is none refused in words.
@Suite struct PublishedGraphTests {
  private static let fixtures = PublishedContract.package.appendingPathComponent("Tests/Fixtures/structure")

  private func code(_ answer: JSONValue) -> Int64? { answer["error"]?["code"]?.integer }

  private func floats(_ tensor: JSONValue?) throws -> [Float] {
    TensorFile.floats(try #require(tensor?["base64"]?.text.flatMap { Data(base64Encoded: $0) }))
  }

  /// Imports a published network, runs it on recorded inputs and compares with recorded results.
  private func check(weights: URL, vectors: URL, in daemon: DaemonProcess) throws -> JSONValue {
    let read = try daemon.result(
      of: "bank/import",
      [
        "path": .string(weights.path),
        "classes": .array(["fire engine", "ambulance", "school bus"].map(JSONValue.string)),
      ])
    let handle = try #require(read["graphModels"]?.elements?.first)
    let recorded = try TensorFile(contentsOf: vectors)
    let result = try daemon.result(
      of: "graph/run",
      ["graphModel": handle, "nodes": recorded.wire("nodes"), "centers": recorded.wire("centers")])
    for name in ["outputs", "embedding"] {
      let expected = try #require(recorded.tensors[name])
      #expect(result[name]?["shape"] == .array(expected.shape.map { .int(Int64($0)) }))
      let (mine, theirs) = (try floats(result[name]), TensorFile.floats(expected.bytes))
      #expect(mine.count == theirs.count)
      let difference = zip(mine, theirs).map { abs($0 - $1) }.max() ?? .infinity
      let scale = max(1, theirs.map(abs).max() ?? 0)
      #expect(difference < 1e-4 * scale, "\(name): \(difference)")
    }
    return handle
  }

  @Test func aPublishedGraphRunsAsPyTorchDoes() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("vrx-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let session: [String: JSONValue] = ["rootPath": .string(folder.path), "workspace": .string("bank.sqlite")]
    let weights = Self.fixtures.appendingPathComponent("published.safetensors")
    let first = try DaemonProcess()
    try first.initialize(session)
    let handle = try check(
      weights: weights, vectors: Self.fixtures.appendingPathComponent("published_vectors.safetensors"), in: first)
    let listed = try first.result(of: "graph/list")
    let graph = try #require(listed["graphs"]?.elements?.first)
    #expect(graph["graphModel"] == handle && graph["origin"] == .string("published") && graph["model"] == .null)
    #expect(graph["fidelity"] == .null && graph["embeddingWidth"] == .int(10) && graph["concepts"] == .int(4))

    // It is there again in the next session, and travels in a bank.
    let second = try DaemonProcess()
    try second.initialize(session)
    #expect(try second.result(of: "graph/list") == listed)
    _ = try second.result(of: "bank/export", ["path": .string("bank.safetensors")])
    let third = try DaemonProcess()
    try third.initialize(["rootPath": .string(folder.path)])
    #expect(
      try third.result(of: "bank/import", ["path": .string("bank.safetensors")])["graphModels"] == .array([handle]))
    #expect(try third.result(of: "graph/list") == listed)
  }

  @Test(.enabled(if: Assets.root != nil, "the asset folder is absent: set VRX_ASSETS"))
  func theReferenceNetworkRunsAsRecorded() throws {
    let folder = try #require(Assets.root).appendingPathComponent("grn")
    let daemon = try DaemonProcess()
    try daemon.initialize()
    let handle = try check(
      weights: folder.appendingPathComponent("reference_grn_xception.safetensors"),
      vectors: folder.appendingPathComponent("reference_grn_vectors.safetensors"), in: daemon)
    let details = try daemon.result(of: "graph/get", ["graphModel": handle])
    #expect(details["embeddingWidth"] == .int(2048) && details["nodeWidths"] == .array([.int(64), .int(32), .int(32)]))
    #expect(details["dummyValue"]?.number == 1)
  }

  @Test func whatDoesNotFitIsNamed() throws {
    let daemon = try DaemonProcess()
    try daemon.initialize(["rootPath": .string(Self.fixtures.path)])
    let read = try daemon.result(of: "bank/import", ["path": .string("published.safetensors")])
    let handle = try #require(read["graphModels"]?.elements?.first)
    let recorded = try TensorFile(contentsOf: Self.fixtures.appendingPathComponent("published_vectors.safetensors"))
    func message(_ parameters: [String: JSONValue]) throws -> String {
      let sound: [String: JSONValue] = [
        "graphModel": handle, "nodes": recorded.wire("nodes"), "centers": recorded.wire("centers"),
      ]
      let answer = try daemon.request("graph/run", .object(sound.merging(parameters) { $1 }))
      return answer["error"]?["message"]?.text ?? ""
    }
    func tensor(_ shape: [Int], _ bytes: Data) -> JSONValue {
      .object([
        "shape": .array(shape.map { .int(Int64($0)) }), "dtype": .string("f32"),
        "base64": .string(bytes.base64EncodedString()),
      ])
    }
    #expect(try message(["nodes": recorded.wire("centers")]).contains("[n, 3, 4, 10]"))
    #expect(try message(["centers": recorded.wire("nodes")]).contains("[6, 3, 4, 2]"))
    #expect(try message(["centers": recorded.wire("outputs")]).contains("centers"))
    #expect(try message(["nodes": tensor([1, 3, 4, 10], Data(count: 4))]).contains("480 bytes"))
    #expect(
      try message([
        "nodes": tensor([1, 3, 4, 10], Data(repeating: 0xFF, count: 480)),
        "centers": tensor([1, 3, 4, 2], Data(count: 96)),
      ]).contains("finite"))
    #expect(try message(["nodes": tensor([Int.max, 3, 4, 10], Data(count: 4))]).contains("nodes"))
    #expect(try message(["nodes": tensor([0, 3, 4, 10], Data())]).contains("nodes"))
    #expect(try message(["graphModel": .string("none")]).contains("none"))
    // Numbers may lie in a file.
    let file: JSONValue = .object([
      "shape": .array([.int(1), .int(3), .int(4), .int(10)]), "dtype": .string("f32"),
      "path": .string("published_vectors.safetensors"), "offset": .int(1 << 40),
    ])
    #expect(try message(["nodes": file]).contains("480 bytes"))
    let absent: JSONValue = .object([
      "shape": .array([.int(1), .int(3), .int(4), .int(10)]), "dtype": .string("f32"), "path": .string("absent"),
    ])
    #expect(try message(["nodes": absent]).contains("absent"))
    let labels: JSONValue = .object([
      "path": .string("published.safetensors"), "classes": .array([.string("one")]),
    ])
    #expect(code(try daemon.request("bank/import", labels)) == -32602)
  }

  @Test func checkpointsOfPyTorchAreRefusedWithAWayOut() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("vrx-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let daemon = try DaemonProcess()
    try daemon.initialize(["rootPath": .string(folder.path)])
    // A zip archive, and a pickle of protocol 2.
    for (name, start) in [("model.pth", [UInt8]([0x50, 0x4B, 0x03, 0x04])), ("model.pt", [0x80, 0x02, 0x7D])] {
      try Data(start + [UInt8](repeating: 0, count: 100)).write(to: folder.appendingPathComponent(name))
      let answer = try daemon.request("bank/import", .object(["path": .string(name)]))
      let message = try #require(answer["error"]?["message"]?.text)
      #expect(code(answer) == -32602 && message.contains("torch.load(\"\(name)\"") && message.contains("save_file"))
    }
    // Published weights of another kind of network.
    var file = try TensorFile(contentsOf: Self.fixtures.appendingPathComponent("published.safetensors"))
    file.tensors["eij_1"] = nil
    try file.bytes().write(to: folder.appendingPathComponent("other.safetensors"))
    let answer = try daemon.request("bank/import", .object(["path": .string("other.safetensors")]))
    #expect(code(answer) == -32602 && answer["error"]?["message"]?.text?.contains("published names") == true)
  }
}
