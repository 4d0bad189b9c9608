import Foundation
import RPC
import TestSupport
import Testing

/// The whole method, from a network and folders of photographs to a report, on drawn scenes.
@Suite struct MethodTests {
  /// Seconds for a long request on a machine that is busy.
  private let patience: TimeInterval = 300

  @Test func fromFoldersToAReport() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("vrx-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    try run(["scenes", "--out", folder.path, "--per-class", "40", "--random", "120", "--held-out", "2", "--seed", "1"])
    let described = try JSONValue(foundation: try run(["scenes", "--print-model"]))
    let classes = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      .filter { !["random", "held-out"].contains($0) && !$0.contains(".") }.sorted()
    let names = classes.map { $0.replacingOccurrences(of: "-", with: " ").replacingOccurrences(of: "_", with: " ") }

    let daemon = try DaemonProcess()
    try daemon.initialize(["rootPath": .string(folder.path)])
    let model = try load(described, in: daemon)
    for (path, name) in zip(classes, names) {
      let token: JSONValue = .string("discover \(name)")
      let found = try result(
        of: "vrx/discover",
        [
          "model": model, "class": .string(name), "images": .array([.string(path)]),
          "random": .array([.string("random")]), "workDoneToken": token, "partialResultToken": token,
          "options": .object(["randomSets": .int(10)]),
        ], in: daemon)
      let concepts = try #require(found["concepts"]?.elements)
      #expect(!concepts.isEmpty && found["class"]?.text == name && found["images"]?.integer ?? 0 > 0)
      #expect(concepts.allSatisfy { $0["patches"]?.elements?.isEmpty == false })
      let last = try daemon.message("the end of progress") {
        $0["method"] == .string("$/progress") && $0["params"]?["token"] == token
          && $0["params"]?["value"]?["kind"] == .string("end")
      }
      #expect(last["id"] == nil)
    }
    let trained = try result(
      of: "vrx/train",
      [
        "model": model, "classes": .array(names.map(JSONValue.string)),
        "images": .object(
          Dictionary(uniqueKeysWithValues: zip(names, classes.map { .array([.string($0)]) }))),
        "options": .object(["maxEpochs": .int(40)]),
      ], in: daemon)
    let graphModel = try #require(trained["graphModel"])
    #expect(trained["fidelity"]?["heldOut"]?["images"]?.integer ?? 0 > 0)

    let held = try FileManager.default.contentsOfDirectory(atPath: folder.path + "/held-out/" + classes[0]).sorted()
    let image: JSONValue = .string("held-out/\(classes[0])/\(try #require(held.first { $0.hasSuffix("g") }))")
    let explanation = try result(
      of: "vrx/explain", ["model": model, "image": image, "graphModel": graphModel], in: daemon)
    let roles = explanation["explanations"]?.elements?.compactMap { $0["role"]?.text } ?? []
    #expect(roles.count == names.count && roles.filter { $0 == "why" }.count == 1)
    #expect(explanation["summary"]?.text?.isEmpty == false)
    try checkAdditivity(of: explanation)

    let starts: [(String, [UInt8])] = [
      ("png", [0x89, 0x50]), ("svg", [0x3c]), ("pdf", [0x25, 0x50]), ("html", [0x3c, 0x21]),
    ]
    for (format, start) in starts {
      let drawn = try result(
        of: "vrx/render", ["explanation": explanation, "format": .string(format)], in: daemon)
      let bytes = try #require(drawn["base64"]?.text.flatMap { Data(base64Encoded: $0) })
      #expect(bytes.starts(with: start), "\(format)")
    }
    let report = try result(
      of: "vrx/report",
      [
        "model": model, "graphModel": graphModel, "images": .array([image, .string("absent.png")]),
        "path": .string("out/report.html"),
      ], in: daemon)
    #expect(report["skipped"]?.elements?.count == 1)
    let written = [report["path"]].compactMap { $0?.text } + (report["pictures"]?.elements ?? []).compactMap(\.text)
    #expect(written.map { ($0 as NSString).lastPathComponent } == ["report.html", "explanation-01.png"])
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder.path + "/out").sorted()
        == ["explanation-01.png", "report.html"])
  }

  /// Contributions, the other graphs' and the bias add up to the score.
  private func checkAdditivity(of explanation: JSONValue) throws {
    for part in try #require(explanation["explanations"]?.elements) {
      var sum = number(part["bias"])
      for list in ["nodes", "edges", "otherGraphs"] {
        for element in part[list]?.elements ?? [] { sum += number(element["contribution"]) }
      }
      #expect(abs(sum - number(part["score"])) < 1e-3)
    }
  }

  private func number(_ value: JSONValue?) -> Double {
    switch value {
    case .int(let number): Double(number)
    case .double(let number): number
    default: .nan
    }
  }

  private func load(_ described: JSONValue, in daemon: DaemonProcess) throws -> JSONValue {
    var parameters: [String: JSONValue] = ["path": try #require(described["model"])]
    for name in ["labels", "layer", "preprocessing"] { parameters[name] = described[name] }
    return try #require(try result(of: "model/load", parameters, in: daemon)["model"])
  }

  private func result(
    of method: String, _ parameters: [String: JSONValue], in daemon: DaemonProcess
  ) throws -> JSONValue {
    let answer = try daemon.request(method, .object(parameters), timeout: patience)
    return try #require(answer["result"], "\(method): \(answer["error"]?["message"]?.text ?? "no result")")
  }

  @discardableResult
  private func run(_ arguments: [String]) throws -> Data {
    let process = Process()
    let output = Pipe()
    process.executableURL = DaemonProcess.executable
    process.arguments = arguments
    process.standardOutput = output
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0)
    return data
  }
}
