import Foundation
import JSON
import RPC
import TestSupport
import Testing

/// Files that are truncated, made to harm or too large fail one request, never the process.
@Suite struct HostileFilesTests {
  private struct Folder: ~Copyable {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("vrx-\(UUID().uuidString)")

    init() throws { try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true) }

    deinit { try? FileManager.default.removeItem(at: url) }

    func write(_ data: Data, _ name: String) throws -> JSONValue {
      try data.write(to: url.appendingPathComponent(name))
      return .string(name)
    }
  }

  private func big32(_ value: UInt32) -> Data { withUnsafeBytes(of: value.bigEndian) { Data($0) } }

  /// A PNG file that claims an extent of 60000 × 60000 and holds nothing.
  private var giantPNG: Data {
    let header = big32(60_000) + big32(60_000) + Data([8, 2, 0, 0, 0])
    return Data([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) + big32(13) + Data("IHDR".utf8) + header
      + big32(0x1234_5678)
  }

  @Test func badImagesAreReportedAndTheOthersUsed() throws {
    let scenes = try DrawnScenes(perClass: 2, random: 2)
    let folder = try Folder()
    let good = try Data(contentsOf: scenes.folder.appendingPathComponent(scenes.heldOutImage()))
    var random = SystemRandomNumberGenerator()
    let noise = Data((0..<5000).map { _ in UInt8.random(in: 0...255, using: &random) })
    var bad = [
      try folder.write(good.prefix(good.count / 2), "truncated.png"), try folder.write(Data(), "empty.png"),
      try folder.write(giantPNG, "giant.png"), try folder.write(noise, "noise.jpg"),
      try folder.write(Data([0xFF, 0xD8, 0xFF, 0xE0]) + noise, "noise2.jpg"), .string("absent.png"),
    ]
    let pipe = folder.url.appendingPathComponent("pipe.png").path
    #expect(mkfifo(pipe, 0o600) == 0)
    bad += [.string(pipe), .string("/dev/zero")]
    let fine = try folder.write(good, "good.png")

    let daemon = try DaemonProcess()
    try daemon.initialize(["rootPath": .string(folder.url.path)])
    let model = try scenes.load(in: daemon)
    for image in bad {
      let result = try daemon.result(of: "model/classify", ["model": model, "images": .array([image, fine])])
      #expect(result["results"]?.elements?.count == 1, "\(image)")
      #expect(result["skipped"]?.elements?.count == 1, "\(image)")
    }
    let inline: JSONValue = .object(["base64": .string(Data("no picture".utf8).base64EncodedString())])
    let result = try daemon.result(of: "model/classify", ["model": model, "images": .array([inline])])
    #expect(result["skipped"]?.elements?.count == 1)
  }

  @Test func badModelsAreRefused() throws {
    let scenes = try DrawnScenes(perClass: 1, random: 1)
    let folder = try Folder()
    let path = try #require(scenes.model["path"]?.text)
    let network = try Data(contentsOf: URL(fileURLWithPath: path))
    var random = SystemRandomNumberGenerator()
    var files: [JSONValue] = [try folder.write(Data(), "empty.onnx"), .string("absent.onnx"), .string("/dev/zero")]
    for part in [10, 100, network.count / 2, network.count - 1] {
      files.append(try folder.write(network.prefix(part), "truncated\(part).onnx"))
    }
    files.append(try folder.write(Data((0..<20_000).map { _ in UInt8.random(in: 0...255, using: &random) }), "n.onnx"))
    let pipe = folder.url.appendingPathComponent("pipe.onnx").path
    #expect(mkfifo(pipe, 0o600) == 0)
    files.append(.string(pipe))
    let sparse = folder.url.appendingPathComponent("giant.onnx").path
    #expect(FileManager.default.createFile(atPath: sparse, contents: nil) && truncate(sparse, 1 << 40) == 0)
    files.append(.string(sparse))

    let daemon = try DaemonProcess()
    try daemon.initialize(["rootPath": .string(folder.url.path)])
    for file in files {
      let answer = try daemon.request("model/load", .object(["path": file]), timeout: 60)
      #expect(answer["error"]?["code"] == .int(1001), "\(file)")
    }
    // Networks with bytes changed at random may load or not; the daemon goes on.
    for number in 0..<30 {
      var bytes = network
      for _ in 0..<(1 + number) { bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255) }
      let file = try folder.write(bytes, "changed.onnx")
      _ = try daemon.request("model/load", .object(["path": file]), timeout: 60)
    }
    #expect(try daemon.request("workspace/status")["error"] == nil)
  }

  @Test func weightsOutsideTheModelAreNotRead() throws {
    let folder = try Folder()
    // ModelProto.graph.initializer with data_location EXTERNAL and external_data {location: "../../etc/passwd"}.
    func field(_ number: UInt8, _ content: Data) -> Data { Data([number << 3 | 2, UInt8(content.count)]) + content }
    let entry = field(1, Data("location".utf8)) + field(2, Data("../../../../etc/passwd".utf8))
    let tensor = Data([1 << 3, 4, 2 << 3, 1]) + field(8, Data("w".utf8)) + field(13, entry) + Data([14 << 3, 1])
    let graph = field(2, Data("g".utf8)) + field(5, tensor)
    let model = Data([1 << 3, 8]) + field(7, graph) + field(8, Data([2 << 3, 13]))
    let daemon = try DaemonProcess()
    try daemon.initialize(["rootPath": .string(folder.url.path)])
    let answer = try daemon.request("model/load", .object(["path": folder.write(model, "external.onnx")]))
    #expect(answer["error"]?["code"] == .int(1001))
  }
}
