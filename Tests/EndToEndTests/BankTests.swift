import Foundation
import JSON
import RPC
import TestSupport
import Testing

/// What people do to the bank: names, removals, merges, and carrying it to another daemon.
@Suite(.serialized) struct BankTests {
  private func code(_ answer: JSONValue) -> Int64? { answer["error"]?["code"]?.integer }

  private func discovered(
    _ scenes: DrawnScenes, _ options: [String: JSONValue] = [:]
  ) throws -> (daemon: DaemonProcess, model: JSONValue, concepts: [JSONValue]) {
    let daemon = try DaemonProcess()
    try daemon.initialize(["rootPath": .string(scenes.folder.path)])
    let model = try scenes.load(in: daemon)
    let found = try daemon.result(
      of: "vrx/discover",
      [
        "model": model, "class": .string(scenes.names[1]), "images": .array([.string(scenes.folders[1])]),
        "random": .array([.string("random")]),
        "options": .object(
          [
            "randomSets": .int(5), "randomSetSize": .int(8), "clusters": .int(6), "restarts": .int(1),
            "significance": .int(1),
          ].merging(options) { $1 }),
      ])
    return (daemon, model, try #require(found["concepts"]?.elements))
  }

  private func list(_ daemon: DaemonProcess) throws -> [JSONValue] {
    try #require(daemon.result(of: "concept/list")["concepts"]?.elements)
  }

  @Test func conceptsAreNamedMergedAndRemoved() throws {
    let scenes = try DrawnScenes(perClass: 24, random: 40)
    let (daemon, _, concepts) = try discovered(scenes)
    try #require(concepts.count >= 3)
    let ids = try concepts.map { try #require($0["id"]) }
    let named = try daemon.result(of: "concept/rename", ["concept": ids[0], "name": .string(" ladder ")])
    #expect(named["name"] == .string("ladder"))

    let merged = try daemon.result(
      of: "concept/merge", ["concepts": .array([ids[2], ids[1]]), "name": .string("wheels")])
    #expect(merged["id"] == ids[1] && merged["name"] == .string("wheels") && merged["rank"] == .int(2))
    let sizes = concepts.map { $0["size"]?.integer ?? 0 }
    #expect(merged["size"] == .int(sizes[1] + sizes[2]))
    let distances = try #require(merged["patches"]?.elements).map { number($0["distance"]) }
    #expect(distances == distances.sorted() && distances.allSatisfy { $0 > 0 })
    #expect(number(merged["threshold"]) > distances[0])
    #expect(try list(daemon).count == concepts.count - 1)

    _ = try daemon.result(of: "concept/remove", ["concept": ids[1]])
    let left = try list(daemon)
    #expect(!left.contains { $0["id"] == ids[1] })
    #expect(left.map { $0["rank"]?.integer } == (1...left.count).map { Int64($0) })
    for concept in left.dropFirst() { _ = try daemon.result(of: "concept/remove", ["concept": concept["id"] ?? .null]) }
    #expect(code(try daemon.request("concept/remove", .object(["concept": left[0]["id"] ?? .null]))) == -32602)
    #expect(code(try daemon.request("concept/remove", .object(["concept": ids[1]]))) == -32602)
    let alone: JSONValue = .object(["concepts": .array([ids[0]]), "name": .string("x")])
    #expect(code(try daemon.request("concept/merge", alone)) == -32602)
  }

  @Test func aBankIsCarriedToAnotherDaemonInEitherFormat() throws {
    let scenes = try DrawnScenes(perClass: 24, random: 40)
    let (daemon, model, concepts) = try discovered(scenes)
    let id = try #require(concepts[0]["id"])
    _ = try daemon.result(of: "concept/rename", ["concept": id, "name": .string("ladder")])
    let match: [String: JSONValue] = ["model": model, "images": .array([.string(try scenes.heldOutImage())])]
    let (before, graphs) = (try list(daemon), try daemon.result(of: "vrx/match", match))
    for (format, name) in [("safetensors", "bank.safetensors"), ("json", "bank.json")] {
      let written = try daemon.result(
        of: "bank/export", ["path": .string("out/\(name)"), "format": .string(format)])
      #expect(written["classes"] == .int(1) && written["concepts"] == .int(Int64(concepts.count)))

      let other = try DaemonProcess()
      try other.initialize(["rootPath": .string(scenes.folder.path)])
      let read: JSONValue = .object(["path": .string("out/\(name)")])
      #expect(code(try other.request("bank/import", read)) == 1002)
      #expect(try scenes.load(in: other) == model)
      #expect(try other.result(of: "bank/import", ["path": .string("out/\(name)")])["classes"] == .int(1))
      let after = try list(other)
      #expect(after.map { $0["name"] } == before.map { $0["name"] } && after == before, "\(format)")
      #expect(try other.result(of: "vrx/match", match) == graphs, "\(format)")
    }
  }

  /// Concepts of a factorisation travel with all its components, by which new images are judged.
  @Test func componentsTravel() throws {
    let scenes = try DrawnScenes(perClass: 24, random: 40)
    let (daemon, model, concepts) = try discovered(scenes, ["clustering": .string("nmf"), "clusters": .int(8)])
    let images: JSONValue = .array([.string(try scenes.heldOutImage()), .string("random/absent.png")])
    let question: [String: JSONValue] = ["model": model, "images": images, "class": .string(scenes.names[1])]
    let scores = try daemon.result(of: "concept/score", question)
    #expect(scores["skipped"]?.elements?.count == 1)
    let found = try #require(scores["scores"]?.elements?.first?["concepts"]?.elements)
    #expect(found.map { $0["concept"] } == concepts.map { $0["id"] })
    for concept in found {
      #expect(concept["presence"]?["measure"] == .string("coefficient"))
      #expect(number(concept["presence"]?["coefficient"]) >= 0 && number(concept["presence"]?["reference"]) > 0)
    }
    let file = scenes.folder.appendingPathComponent("changed")
    for (format, name) in [("safetensors", "bank.safetensors"), ("json", "bank.json")] {
      _ = try daemon.result(of: "bank/export", ["path": .string(name), "format": .string(format)])
      let other = try DaemonProcess()
      try other.initialize(["rootPath": .string(scenes.folder.path)])
      #expect(try scenes.load(in: other) == model)
      _ = try other.result(of: "bank/import", ["path": .string(name)])
      #expect(try other.result(of: "concept/score", question) == scores, "\(format)")
    }
    let text = try String(contentsOf: scenes.folder.appendingPathComponent("bank.json"), encoding: .utf8)
    var changes = [
      (#""component":"#, #""component":9"#), (#""component":"#, #""component":-1"#),
      (#""components":[["#, #""components":[[1,"#),
      (#""components":[["#, #""components":[[1],["#), (#""reference":"#, #""references":"#),
    ].map { Data(text.replacingOccurrences(of: $0, with: $1).utf8) }
    var binary = try TensorFile(contentsOf: scenes.folder.appendingPathComponent("bank.safetensors"))
    binary.tensors["classes.0.components"] = nil
    changes.append(try binary.bytes())
    for (number, change) in changes.enumerated() {
      try change.write(to: file)
      let answer = try daemon.request("bank/import", .object(["path": .string("changed")]), timeout: 60)
      #expect(code(answer) == -32602, "change \(number)")
    }
    let unknown = question.merging(["concepts": .array([.string("none")])]) { $1 }
    #expect(code(try daemon.request("concept/score", .object(unknown))) == -32602)
  }

  @Test func aFileThatIsNoBankChangesNothing() throws {
    let scenes = try DrawnScenes(perClass: 24, random: 40)
    let (daemon, _, _) = try discovered(scenes)
    let before = try list(daemon)
    _ = try daemon.result(of: "bank/export", ["path": .string("bank.json"), "format": .string("json")])
    _ = try daemon.result(of: "bank/export", ["path": .string("bank.safetensors")])
    let file = scenes.folder.appendingPathComponent("changed")
    let text = try String(contentsOf: scenes.folder.appendingPathComponent("bank.json"), encoding: .utf8)
    let bytes = try Data(contentsOf: scenes.folder.appendingPathComponent("bank.safetensors"))
    let changes: [Data] = [
      Data(), Data("{}".utf8), Data("no bank".utf8), bytes.prefix(bytes.count / 2), bytes.prefix(40),
      Data(text.prefix(text.count / 2).utf8),
      Data(text.replacingOccurrences(of: #""version":2"#, with: #""version":3"#).utf8),
      Data(text.replacingOccurrences(of: #""image":0"#, with: #""image":999"#).utf8),
      Data(text.replacingOccurrences(of: #""center":["#, with: #""center":[1,"#).utf8),
      Data(text.replacingOccurrences(of: #""layer":"block6.relu""#, with: #""layer":"none""#).utf8),
      Data(text.replacingOccurrences(of: #""runs":["#, with: #""runs":[-1,"#).utf8),
      Data(text.replacingOccurrences(of: #""size":[128,128]"#, with: #""size":[65536,65536]"#).utf8),
      Data(text.replacingOccurrences(of: #""classIndex":0"#, with: #""classIndex":77"#).utf8),
    ]
    for (number, change) in changes.enumerated() {
      try change.write(to: file)
      let answer = try daemon.request("bank/import", .object(["path": .string("changed")]), timeout: 60)
      #expect(code(answer) == -32602, "change \(number)")
    }
    #expect(code(try daemon.request("bank/import", .object(["path": .string("/dev/zero")]))) == -32602)
    #expect(try list(daemon) == before)
    let absent = try DaemonProcess()
    try absent.initialize()
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("none.json").path
    #expect(code(try absent.request("bank/export", .object(["path": .string(path)]))) == 1005)
  }

  private func number(_ value: JSONValue?) -> Double {
    switch value {
    case .int(let number): Double(number)
    case .double(let number): number
    default: .nan
    }
  }
}
