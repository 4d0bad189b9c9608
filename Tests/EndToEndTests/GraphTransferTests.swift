import Foundation
import JSON
import RPC
import TestSupport
import Testing

/// Reasoning networks are listed, carried to another daemon with all that explanations need, and refused where they are
/// damaged.
@Suite(.serialized) struct GraphTransferTests {
  private static let trained = Result { try Trained() }

  /// A daemon that has trained a reasoning network between two classes, once for all tests.
  private final class Trained: Sendable {
    let scenes: DrawnScenes
    let daemon: DaemonProcess
    let model: JSONValue
    let graphModel: JSONValue

    init() throws {
      scenes = try DrawnScenes(perClass: 24, random: 40)
      daemon = try DaemonProcess()
      try daemon.initialize(["rootPath": .string(scenes.folder.path)])
      model = try scenes.load(in: daemon)
      let pairs = Array(zip(scenes.folders, scenes.names).suffix(2))
      for (folder, name) in pairs {
        _ = try daemon.result(
          of: "vrx/discover",
          [
            "model": model, "class": .string(name), "images": .array([.string(folder)]),
            "random": .array([.string("random")]),
            "options": .object([
              "randomSets": .int(5), "randomSetSize": .int(8), "clusters": .int(12), "restarts": .int(1),
              "significance": .int(1), "topConcepts": .int(3), "maxCoincidence": .int(1),
            ]),
          ])
      }
      let trained = try daemon.result(
        of: "vrx/train",
        [
          "model": model, "classes": .array(pairs.map { .string($0.1) }),
          "images": .object(Dictionary(uniqueKeysWithValues: pairs.map { ($0.1, .array([.string($0.0)])) })),
          "options": .object(["maxEpochs": .int(20)]),
        ])
      graphModel = trained["graphModel"] ?? .null
    }
  }

  private func code(_ answer: JSONValue) -> Int64? { answer["error"]?["code"]?.integer }

  @Test(arguments: ["safetensors", "json"])
  func aTrainedGraphIsCarriedBitByBit(format: String) throws {
    let home = try Self.trained.get()
    let image: JSONValue = .string(try home.scenes.heldOutImage())
    let question: [String: JSONValue] = ["model": home.model, "image": image, "graphModel": home.graphModel]
    let explanation = try home.daemon.result(of: "vrx/explain", question)
    let details = try home.daemon.result(of: "graph/get", ["graphModel": home.graphModel])
    #expect(details["training"]?["history"]?.elements?.isEmpty == false && details["origin"] == .string("trained"))
    #expect(details["fidelity"]?["heldOut"]?["images"]?.integer ?? 0 > 0 && details["created"]?.text != nil)
    let listed = try home.daemon.result(of: "graph/list", ["model": home.model])
    #expect(listed["graphs"]?.elements?.map { $0["graphModel"] } == [home.graphModel])

    let file = "out/graph.\(format)"
    let written = try home.daemon.result(
      of: "bank/export", ["path": .string(file), "format": .string(format), "include": .array([.string("graphs")])])
    #expect(written["classes"] == .int(0) && written["graphModels"] == .array([home.graphModel]))

    // A fresh workspace, with the network and nothing else; then the same workspace again.
    let workspace: JSONValue = .string("fresh-\(format).sqlite")
    for isImporting in [true, false] {
      let other = try DaemonProcess()
      try other.initialize(["rootPath": .string(home.scenes.folder.path), "workspace": workspace])
      if isImporting {
        #expect(code(try other.request("bank/import", .object(["path": .string(file)]))) == 1002)
      }
      #expect(try home.scenes.load(in: other) == home.model)
      if isImporting {
        let read = try other.result(of: "bank/import", ["path": .string(file)])
        #expect(read["graphModels"] == .array([home.graphModel]) && read["concepts"] == .int(0))
      }
      #expect(try other.result(of: "vrx/explain", question) == explanation)
      #expect(try other.result(of: "graph/get", ["graphModel": home.graphModel]) == details)
    }
  }

  @Test func whatIsExportedIsChosen() throws {
    let home = try Self.trained.get()
    func exported(_ more: [String: JSONValue]) throws -> JSONValue {
      try home.daemon.result(
        of: "bank/export", ["path": .string("out/part.json"), "format": .string("json")].merging(more) { $1 })
    }
    let all = try exported([:])
    #expect(all["classes"] == .int(2) && all["graphModels"] == .array([home.graphModel]))
    let concepts = try exported(["include": .array([.string("concepts")]), "model": home.model])
    #expect(concepts["classes"] == .int(2) && concepts["graphModels"] == .array([]))
    let one = try exported(["graphModel": home.graphModel])
    #expect(one["classes"] == .int(2) && one["graphModels"] == .array([home.graphModel]))
    for wrong: [String: JSONValue] in [["graphModel": .string("none")], ["model": .string("none")]] {
      let answer = try home.daemon.request(
        "bank/export", .object(["path": .string("out/none.json")].merging(wrong) { $1 }))
      #expect(code(answer) == 1002)
    }
    let none: JSONValue = .object(["path": .string("out/none.json"), "include": .array([.string("others")])])
    #expect(code(try home.daemon.request("bank/export", none)) == -32602)
  }

  /// Weights without anything else, bound to the concepts they were fitted to, explain as they did.
  @Test func weightsAloneAreBoundAndExplain() throws {
    let home = try Self.trained.get()
    let url = home.scenes.folder.appendingPathComponent("out/whole.safetensors")
    _ = try home.daemon.result(of: "bank/export", ["path": .string(url.path), "graphModel": home.graphModel])
    var file = try TensorFile(contentsOf: url)
    let prefix = "graphs.0.weights."
    file.tensors = Dictionary(
      uniqueKeysWithValues: file.tensors.filter { $0.key.hasPrefix(prefix) }.map {
        (String($0.key.dropFirst(prefix.count)), $0.value)
      })
    (file.metadata, file.types) = ([:], [:])
    try file.bytes().write(to: url)
    let names = Array(home.scenes.names.suffix(2))
    let read = try home.daemon.result(
      of: "bank/import",
      ["path": .string(url.path), "classes": .array(names.map(JSONValue.string)), "dummyValue": .double(0.01)])
    let loose = try #require(read["graphModels"]?.elements?.first)
    let image: JSONValue = .string(try home.scenes.heldOutImage())
    func explain(_ graph: JSONValue) throws -> JSONValue {
      try home.daemon.request(
        "vrx/explain", .object(["model": home.model, "image": image, "graphModel": graph]), timeout: 60)
    }
    let early = try explain(loose)
    #expect(code(early) == 1005 && early["error"]?["data"]?["detail"]?["missing"] == .string("graph/bind"))
    let bound = try home.daemon.result(
      of: "graph/bind",
      [
        "graphModel": loose, "model": home.model, "workDoneToken": .string("bind"),
        "images": .array(home.scenes.folders.suffix(2).map(JSONValue.string)),
      ])
    #expect(bound["classes"] == .array(names.map(JSONValue.string)))
    #expect(bound["fidelity"]?["heldOut"]?["images"] == .int(48))
    let (mine, theirs) = (try explain(bound["graphModel"] ?? .null), try explain(home.graphModel))
    func scores(_ answer: JSONValue) -> [Double] {
      (answer["result"]?["explanations"]?.elements ?? []).compactMap { $0["score"]?.number }
    }
    #expect(scores(mine) == scores(theirs) && scores(mine).count == 2)
    let wrong: JSONValue = .object([
      "graphModel": loose, "model": home.model, "classes": .array([.string(names[0])]),
      "images": .array([.string(home.scenes.folders[0])]),
    ])
    #expect(code(try home.daemon.request("graph/bind", wrong)) == -32602)
  }

  /// What a file's graph was trained on and what it weighs cannot be changed under its name.
  @Test func aChangedGraphGetsAHandleOfItsOwn() throws {
    let home = try Self.trained.get()
    let url = home.scenes.folder.appendingPathComponent("out/changed.safetensors")
    _ = try home.daemon.result(of: "bank/export", ["path": .string(url.path)])
    var file = try TensorFile(contentsOf: url)
    let name = "graphs.0.weights.fc2.bias"
    var bias = try #require(file.tensors[name])
    bias.bytes = Data(
      TensorFile.floats(bias.bytes).flatMap { value in
        withUnsafeBytes(of: (value + 1).bitPattern.littleEndian, Array.init)
      })
    file.tensors[name] = bias
    try file.bytes().write(to: url)
    let read = try home.daemon.result(of: "bank/import", ["path": .string(url.path)])
    let handle = try #require(read["graphModels"]?.elements?.first)
    #expect(handle != home.graphModel)
    let image: JSONValue = .string(try home.scenes.heldOutImage())
    func scores(_ graph: JSONValue) throws -> [Double] {
      let answer = try home.daemon.result(
        of: "vrx/explain", ["model": home.model, "image": image, "graphModel": graph])
      return (answer["explanations"]?.elements ?? []).compactMap { $0["score"]?.number }
    }
    for (changed, original) in zip(try scores(handle), try scores(home.graphModel)) {
      #expect(abs(changed - original - 1) < 1e-4)
    }
  }

  @Test func aDamagedGraphIsRefusedAndChangesNothing() throws {
    let home = try Self.trained.get()
    let folder = home.scenes.folder
    let (binary, text) = (
      folder.appendingPathComponent("out/d.safetensors"), folder.appendingPathComponent("out/d.json")
    )
    for (url, format) in [(binary, "safetensors"), (text, "json")] {
      _ = try home.daemon.result(
        of: "bank/export",
        ["path": .string(url.path), "format": .string(format), "graphModel": home.graphModel])
    }
    let whole = try TensorFile(contentsOf: binary)
    let nodes = try #require(
      try home.daemon.result(of: "graph/get", ["graphModel": home.graphModel])["concepts"]?.integer)
    #expect(nodes > 1)
    let json = try String(contentsOf: text, encoding: .utf8)
    var changes: [Data] = []
    func change(_ edit: (inout TensorFile) -> Void) throws {
      var file = whole
      edit(&file)
      changes.append(try file.bytes())
    }
    let weights = "graphs.0.weights."
    try change { $0.tensors["\(weights)fc2.weight"] = nil }
    try change { $0.tensors["\(weights)eij_1"] = nil }
    try change { $0.tensors["\(weights)conv2.lin_W1.weight"]?.shape.reverse() }
    try change { $0.tensors["\(weights)bn1.running_var"] = $0.tensors["\(weights)bn2.running_var"] }
    try change { $0.types["\(weights)fc2.bias"] = "I32" }
    try change { $0.tensors["\(weights)fc2.bias"]?.bytes = Data(repeating: 0xFF, count: 8) }
    try change { file in
      let count = file.tensors["\(weights)bn1.running_var"]?.bytes.count ?? 0
      let negative = withUnsafeBytes(of: Float(-1).bitPattern.littleEndian, Array.init)
      file.tensors["\(weights)bn1.running_var"]?.bytes = Data((0..<count / 4).flatMap { _ in negative })
    }
    try change { $0.tensors["graphs.0.classes.1.concepts.0.center"] = nil }
    for (old, new) in [
      ("\"nodes\":\(nodes)", "\"nodes\":\(nodes + 1)"), (#""nodeWidths":[64"#, #""nodeWidths":[63"#),
      (#""dummyValue":"#, #""dummy":"#),
      (#""origin":"trained""#, #""origin":"guessed""#), (#""history":["#, #""history":[7,"#),
      (#""epochs":"#, #""epochs":-"#), (#""created":"#, #""created":-"#), (#""digest":"#, #""digests":"#),
    ] {
      let metadata = try #require(whole.metadata["bank"])
      // Not the file itself in the report of a failure: it is long.
      let isThere = metadata.contains(old)
      #expect(isThere, "\(old)")
      try change { $0.metadata["bank"] = metadata.replacingOccurrences(of: old, with: new) }
      changes.append(Data(json.replacingOccurrences(of: old, with: new).utf8))
    }
    for (old, new) in [
      (#""values":["#, #""values":[1,"#), (#""values":["#, #""values":[null,"#),
      (#""runs":["#, #""runs":[99999999,"#), (#""size":[128,128]"#, #""size":[65536,65536]"#),
    ] {
      let isThere = json.contains(old)
      #expect(isThere, "\(old)")
      changes.append(Data(json.replacingOccurrences(of: old, with: new).utf8))
    }
    let bytes = try Data(contentsOf: binary)
    for part in [9, 100, bytes.count / 2, bytes.count - 1] { changes.append(bytes.prefix(part)) }

    let before = try home.daemon.result(of: "graph/list")
    let file = folder.appendingPathComponent("out/damaged")
    for (number, change) in changes.enumerated() {
      try change.write(to: file)
      let answer = try home.daemon.request("bank/import", .object(["path": .string(file.path)]), timeout: 60)
      #expect(code(answer) == -32602, "change \(number): \(answer["error"]?["message"]?.text ?? "taken")")
    }
    #expect(try home.daemon.result(of: "graph/list") == before)
    // Bytes changed at random may be taken or not; the daemon goes on.
    let other = try DaemonProcess()
    try other.initialize(["rootPath": .string(folder.path)])
    _ = try home.scenes.load(in: other)
    var random = SystemRandomNumberGenerator()
    for number in 0..<30 {
      var changed = bytes
      for _ in 0...number {
        changed[Int.random(in: 0..<changed.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      try changed.write(to: file)
      _ = try other.request("bank/import", .object(["path": .string(file.path)]), timeout: 60)
    }
    #expect(try other.request("workspace/status")["error"] == nil)
  }

  /// A file of the first version, whose patches are a bit a pixel and which knows no graphs.
  @Test func aFileOfTheFirstVersionIsRead() throws {
    let home = try Self.trained.get()
    let url = home.scenes.folder.appendingPathComponent("out/second.json")
    _ = try home.daemon.result(
      of: "bank/export",
      ["path": .string(url.path), "format": .string("json"), "include": .array([.string("concepts")])])
    guard case .object(var document) = try JSONValue(foundation: Data(contentsOf: url)) else { return }
    document["version"] = .int(1)
    document["graphs"] = nil
    document["classes"] = .array((document["classes"]?.elements ?? []).map(Self.firstVersion))
    let first = home.scenes.folder.appendingPathComponent("out/first.json")
    try JSONValue.object(document).foundationData().write(to: first)
    let concepts = try home.daemon.result(of: "concept/list")
    let other = try DaemonProcess()
    try other.initialize(["rootPath": .string(home.scenes.folder.path)])
    _ = try home.scenes.load(in: other)
    #expect(try other.result(of: "bank/import", ["path": .string(first.path)])["classes"] == .int(2))
    #expect(try other.result(of: "concept/list") == concepts)
  }

  private static func firstVersion(_ entry: JSONValue) -> JSONValue {
    edited(entry, "concepts") { concepts in
      .array(
        (concepts.elements ?? []).map { concept in
          edited(concept, "patches") { patches in .array((patches.elements ?? []).map(bitsForRuns)) }
        })
    }
  }

  private static func bitsForRuns(_ patch: JSONValue) -> JSONValue {
    guard case .object(var members) = patch else { return patch }
    let extents = (members["size"]?.elements ?? []).compactMap { $0.integer.map(Int.init) }
    var bits = [UInt8](repeating: 0, count: (extents[0] * extents[1] + 7) / 8)
    var position = 0
    for (number, run) in (members["runs"]?.elements ?? []).compactMap({ $0.integer.map(Int.init) }).enumerated() {
      if number % 2 == 1 { for pixel in position..<position + run { bits[pixel >> 3] |= 1 << UInt8(pixel & 7) } }
      position += run
    }
    members["runs"] = nil
    members["mask"] = .string(Data(bits).base64EncodedString())
    return .object(members)
  }

  private static func edited(_ value: JSONValue, _ name: String, _ edit: (JSONValue) -> JSONValue) -> JSONValue {
    guard case .object(var members) = value else { return value }
    members[name] = edit(members[name] ?? .null)
    return .object(members)
  }
}
