import Foundation
import JSON
import RPC
import TestSupport
import Testing

/// What reads sees the state on its arrival, and nothing that changes the state waits for it; against the real daemon.
@Suite(.serialized) struct SnapshotTests {
  private static let quick: [String: JSONValue] = [
    "randomSets": .int(5), "segmentCounts": .array([.int(10), .int(20), .int(40)]), "restarts": .int(1),
    "significance": .int(1),
  ]

  private func code(_ answer: JSONValue) -> Int64? { answer["error"]?["code"]?.integer }

  /// A daemon that has found the concepts of the first class.
  private func discovered(_ scenes: DrawnScenes) throws -> (daemon: DaemonProcess, model: JSONValue, concept: JSONValue)
  {
    let daemon = try DaemonProcess()
    try daemon.initialize(["rootPath": .string(scenes.folder.path)])
    let model = try scenes.load(in: daemon)
    let found = try daemon.result(
      of: "vrx/discover",
      [
        "model": model, "class": .string(scenes.names[0]), "images": .array([.string(scenes.folders[0])]),
        "random": .array([.string("random")]), "options": .object(Self.quick),
      ])
    return (daemon, model, try #require(found["concepts"]?.elements?.first))
  }

  private func evaluation(_ scenes: DrawnScenes, of model: JSONValue, seeds: Int64) -> [String: JSONValue] {
    let pairs = zip(scenes.names, scenes.folders).map { ($0, JSONValue.array([.string($1)])) }
    return [
      "model": model, "classes": .array(scenes.names.map(JSONValue.string)),
      "images": .object(Dictionary(uniqueKeysWithValues: pairs)), "random": .array([.string("random")]),
      "workDoneToken": .string("evaluation"),
      "options": .object([
        "seeds": .int(seeds), "maxHeldOut": .int(4), "measures": .array([.string("completeness")]),
        "discover": .object(Self.quick), "train": .object(["maxEpochs": .int(40), "maskedVariants": .int(1)]),
      ]),
    ]
  }

  /// Starts an evaluation, and waits until its first run is under way.
  private func evaluating(_ scenes: DrawnScenes, _ daemon: DaemonProcess, _ request: [String: JSONValue]) throws
    -> Int64
  {
    let id = try daemon.start("vrx/evaluate", .object(request))
    _ = try daemon.message("the first run", timeout: 60) {
      $0["params"]?["token"] == .string("evaluation")
        && $0["params"]?["value"]?["message"]?.text?.contains("run 1") == true
    }
    return id
  }

  @Test func renamingAndUnloadingDoNotWaitForAnEvaluation() throws {
    let scenes = try DrawnScenes(perClass: 16, random: 40)
    let (daemon, model, concept) = try discovered(scenes)
    let id = try evaluating(scenes, daemon, evaluation(scenes, of: model, seeds: 2))
    let start = Date()
    let renamed = try daemon.result(
      of: "concept/rename", ["concept": concept["id"] ?? .null, "name": .string("ladder")])
    #expect(renamed["name"] == .string("ladder"))
    #expect(try daemon.request("model/unload", .object(["model": model]))["error"] == nil)
    #expect(Date().timeIntervalSince(start) < 5)
    #expect(try daemon.result(of: "model/list")["models"]?.elements?.isEmpty == true)
    #expect(
      !daemon.waitingMessages().contains { $0["id"] == .int(id) && $0["method"] == nil }, "it was still running")
    // It ends with what it began with.
    let result = try #require(try daemon.answer(to: id, timeout: 300)["result"])
    let measure = try #require(result["measures"]?.elements?.first { $0["name"]?.text == "completeness" })
    #expect(measure["values"]?.elements?.count == 2)
  }

  @Test func whatWaitsForItsTurnSeesTheStateOnItsArrival() throws {
    let scenes = try DrawnScenes(perClass: 16, random: 40)
    let (daemon, model, concept) = try discovered(scenes)
    let long = try evaluating(scenes, daemon, evaluation(scenes, of: model, seeds: 900))
    let image: JSONValue = .array([.string(try scenes.heldOutImage())])
    let match = JSONValue.object(["model": model, "images": image])
    let matching = try daemon.start("vrx/match", match)
    let scoring = try daemon.start("concept/score", match)
    _ = try daemon.result(of: "concept/rename", ["concept": concept["id"] ?? .null, "name": .string("ladder")])
    let later = try daemon.start("vrx/match", match)
    _ = try daemon.result(of: "model/unload", ["model": model])
    let last = try daemon.start("vrx/match", match)
    try daemon.cancel(long)
    #expect(code(try daemon.answer(to: long)) == -32800)

    func names(_ list: JSONValue?) -> [JSONValue] {
      (list?.elements ?? []).filter { $0["concept"] == concept["id"] }.map { $0["name"] ?? .null }
    }
    let before = try #require(try daemon.answer(to: matching, timeout: 60)["result"])
    #expect(names(before["graphs"]?.elements?.first?["nodes"]) == [concept["name"] ?? .null])
    let scores = try #require(try daemon.answer(to: scoring, timeout: 60)["result"])
    #expect(names(scores["scores"]?.elements?.first?["concepts"]) == [concept["name"] ?? .null])
    let after = try #require(try daemon.answer(to: later, timeout: 60)["result"])
    #expect(names(after["graphs"]?.elements?.first?["nodes"]) == [.string("ladder")])
    #expect(code(try daemon.answer(to: last, timeout: 60)) == 1002, "it was unloaded by then")
  }

  @Test func whatArrivesRightBehindInitializeSeesTheWorkspace() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("vrx-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let session: [String: JSONValue] = ["rootPath": .string(folder.path), "workspace": .string("bank.sqlite")]
    let first = try DaemonProcess()
    try first.initialize(session)
    let weights = PublishedContract.package.appendingPathComponent("Tests/Fixtures/structure/published.safetensors")
    let read = try first.result(of: "bank/import", ["path": .string(weights.path)])
    let handle = try #require(read["graphModels"]?.elements?.first)

    let second = try DaemonProcess()
    let opening = try second.start("initialize", .object(session))
    let listing = try second.start("graph/list")
    #expect(try second.answer(to: opening)["error"] == nil)
    #expect(try second.answer(to: listing)["result"]?["graphs"]?.elements?.first?["graphModel"] == handle)
  }
}
