import Foundation
import JSON
import RPC
import TestSupport
import Testing

/// `vrx/evaluate` against the real daemon, on drawn scenes.
@Suite(.serialized) struct EvaluationTests {
  private func started(_ scenes: DrawnScenes) throws -> (daemon: DaemonProcess, model: JSONValue) {
    let daemon = try DaemonProcess()
    try daemon.initialize(["rootPath": .string(scenes.folder.path)])
    return (daemon, try scenes.load(in: daemon))
  }

  private func request(_ scenes: DrawnScenes, of model: JSONValue, _ more: [String: JSONValue]) -> [String: JSONValue] {
    let pairs = zip(scenes.names, scenes.folders).map { ($0, JSONValue.array([.string($1)])) }
    let request: [String: JSONValue] = [
      "model": model, "classes": .array(scenes.names.map(JSONValue.string)),
      "images": .object(Dictionary(uniqueKeysWithValues: pairs)), "random": .array([.string("random")]),
      "options": quick([:]),
    ]
    return request.merging(more) { $1 }
  }

  private func quick(_ more: [String: JSONValue]) -> JSONValue {
    let options: [String: JSONValue] = [
      "seeds": .int(2), "randomOrders": .int(2), "maxHeldOut": .int(4),
      "discover": .object([
        "randomSets": .int(5), "segmentCounts": .array([.int(10), .int(20), .int(40)]), "restarts": .int(1),
        "significance": .int(1),
      ]),
      "train": .object(["maxEpochs": .int(40), "maskedVariants": .int(1)]),
    ]
    return .object(options.merging(more) { $1 })
  }

  private func number(_ value: JSONValue?) -> Double {
    switch value {
    case .int(let number): Double(number)
    case .double(let number): number
    default: .nan
    }
  }

  @Test func everythingIsMeasuredAndTheBankStaysAsItIs() throws {
    let scenes = try DrawnScenes(perClass: 36, random: 60)
    let (daemon, model) = try started(scenes)
    let token: JSONValue = .string("evaluate")
    let id = try daemon.start(
      "vrx/evaluate",
      .object(
        request(
          scenes, of: model,
          [
            "path": .string("evaluation.html"), "workDoneToken": token, "partialResultToken": token,
            "options": quick(["thresholds": .object(["completeness": .double(1e-4), "agreement.clean": .int(2)])]),
          ])))
    let preview = try daemon.message("measures of the first run", timeout: 300) {
      $0["params"]?["token"] == token && $0["params"]?["value"]?["items"]?.elements?.first?["run"] == .int(1)
    }
    #expect(preview["params"]?["value"]?["items"]?.elements?[0]["measures"]?.elements?.isEmpty == false)
    let result = try #require(try daemon.answer(to: id, timeout: 300)["result"])
    let measures = Dictionary(
      uniqueKeysWithValues: (result["measures"]?.elements ?? []).compactMap { measure in
        measure["name"]?.text.map { ($0, measure) }
      })
    for name in [
      "completeness", "agreement.clean", "agreement.masked", "spearman.clean", "controls.shuffledTargets",
      "controls.shuffledEdges", "controls.randomConcepts", "relations.gain", "signs.all", "locality.first",
      "deletion.area", "deletion.gain", "insertion.area", "insertion.margin.gainOverACE", "deletion.gainOverLargest",
      "insertion.verifiedGainOverACE",
      "signs.decided", "stability.cosine",
      "stability.overlap", "sanity.repeated", "sanity.randomised",
    ] {
      #expect(measures[name].map { number($0["mean"]).isFinite } == true, "\(name)")
    }
    #expect(number(measures["completeness"]?["mean"]) <= 1e-4)
    #expect(
      number(measures["agreement.clean"]?["mean"])
        > number(measures["agreement.clean"]?["confidenceInterval"]?.elements?[0]))
    #expect(measures["agreement.clean"]?["values"]?.elements?.count == 2)
    #expect(measures["stability.cosine"]?["values"]?.elements?.count == 1)
    // The network is right on these scenes, and follows it by what it sees.
    #expect(number(measures["controls.shuffledTargets"]?["mean"]) > 0.2)
    let p = number(measures["controls.shuffledTargets"]?["p"])
    #expect(p > 0 && p <= 1)
    let verdicts = result["verdicts"]?.elements ?? []
    #expect(verdicts.map { $0["met"] } == [.bool(false), .bool(true)])
    #expect(result["curves"]?.elements?.count == 24 && result["controls"]?.elements?.count == 2)
    for name in scenes.names {
      let held = result["heldOut"]?[name]?.elements?.count ?? 0
      #expect(held == 4 && result["fitted"]?[name] == .int(Int64(36 - held)))
    }
    let page = try String(contentsOfFile: try #require(result["path"]?.text), encoding: .utf8)
    #expect(page.contains("data:image/svg+xml") && page.contains("Would meaningless concepts do as well?"))

    let status = try daemon.result(of: "workspace/status", [:])
    #expect(status["concepts"] == .int(0) && status["graphModels"] == .int(0) && status["classes"] == .int(0))
    // The same again is the same, and is found faster than it was made.
    let again = try daemon.result(
      of: "vrx/evaluate", request(scenes, of: model, ["options": quick(["seeds": .int(1)])]))
    let first = (again["measures"]?.elements ?? []).first { $0["name"]?.text == "agreement.clean" }
    #expect(first?["values"]?.elements?[0] == measures["agreement.clean"]?["values"]?.elements?[0])
  }

  @Test func onlyWhatIsAskedForIsMeasured() throws {
    let scenes = try DrawnScenes(perClass: 16, random: 40)
    let (daemon, model) = try started(scenes)
    let result = try daemon.result(
      of: "vrx/evaluate",
      request(
        scenes, of: model,
        ["options": quick(["seeds": .int(1), "measures": .array([.string("completeness"), .string("fidelity")])])]))
    let groups = Set((result["measures"]?.elements ?? []).compactMap { $0["group"]?.text })
    #expect(groups == ["completeness", "fidelity"])
    #expect(result["controls"]?.elements == [.array([])] && result["curves"]?.elements == [])
  }

  @Test func cancellingEndsIt() throws {
    let scenes = try DrawnScenes(perClass: 12, random: 20)
    let (daemon, model) = try started(scenes)
    let token: JSONValue = .string("work")
    let id = try daemon.start(
      "vrx/evaluate",
      .object(
        request(
          scenes, of: model,
          ["workDoneToken": token, "path": .string("no.html"), "options": quick(["seeds": .int(900)])])))
    _ = try daemon.message("progress") {
      $0["params"]?["token"] == token && $0["params"]?["value"]?["message"]?.text?.contains("run 1 of 900") == true
    }
    let start = Date()
    try daemon.cancel(id)
    #expect(try daemon.answer(to: id)["error"]?["code"] == .int(-32800))
    #expect(Date().timeIntervalSince(start) < 2)
    #expect(!FileManager.default.fileExists(atPath: scenes.folder.path + "/no.html"))
  }

  @Test func whatCannotBeEvaluatedIsRefused() throws {
    let scenes = try DrawnScenes(perClass: 6, random: 10)
    let (daemon, model) = try started(scenes)
    func refusal(_ more: [String: JSONValue]) throws -> String {
      let answer = try daemon.request("vrx/evaluate", .object(request(scenes, of: model, more)))
      return try #require(answer["error"]?["message"]?.text)
    }
    // Six images of a class cannot be fitted on and held out.
    #expect(try refusal([:]).contains("found 6 readable images"))
    #expect(try refusal(["classes": .array([.string(scenes.names[0])])]).contains("classes"))
    let twice = JSONValue.array([.string(scenes.names[0]), .string(scenes.names[0])])
    #expect(try refusal(["classes": twice]).contains("a class is named twice"))
    let missing = JSONValue.object([scenes.names[0]: .array([.string(scenes.folders[0])])])
    #expect(try refusal(["images": missing]).contains("none are given for \(scenes.names[1])"))
    #expect(try refusal(["options": quick(["seeds": .int(0)])]).contains("options.seeds"))
    #expect(try refusal(["options": quick(["measures": .array([.string("luck")])])]).contains("options.measures[0]"))
    #expect(try refusal(["options": quick(["thresholds": .object(["luck": .int(1)])])]).contains("thresholds.luck"))
    #expect(try refusal(["options": quick(["train": .object(["luck": .int(1)])])]).contains("options.train.luck"))
    #expect(try refusal(["path": .string(scenes.folders[0])]).contains(scenes.folders[0]))
    #expect(try refusal(["model": .string("none")]).contains("none"))
  }
}
