import Foundation
import JSON
import RPC
import TestSupport
import Testing

/// The whole method, from a network and folders of photographs to a report, on drawn scenes.
@Suite struct MethodTests {
  @Test func fromFoldersToAReport() throws {
    let scenes = try DrawnScenes(perClass: 40, random: 120)
    let (folder, classes, names) = (scenes.folder, scenes.folders, scenes.names)

    let daemon = try DaemonProcess()
    try daemon.initialize(["rootPath": .string(folder.path)])
    let model = try scenes.load(in: daemon)
    for (path, name) in zip(classes, names) {
      let token: JSONValue = .string("discover \(name)")
      let found = try daemon.result(
        of: "vrx/discover",
        [
          "model": model, "class": .string(name), "images": .array([.string(path)]),
          "random": .array([.string("random")]), "workDoneToken": token, "partialResultToken": token,
          "options": .object(["randomSets": .int(10)]),
        ])
      let concepts = try #require(found["concepts"]?.elements)
      #expect(!concepts.isEmpty && found["class"]?.text == name && found["images"]?.integer ?? 0 > 0)
      #expect(concepts.allSatisfy { $0["patches"]?.elements?.isEmpty == false })
      let last = try daemon.message("the end of progress") {
        $0["method"] == .string("$/progress") && $0["params"]?["token"] == token
          && $0["params"]?["value"]?["kind"] == .string("end")
      }
      #expect(last["id"] == nil)
    }
    let trained = try daemon.result(
      of: "vrx/train",
      [
        "model": model, "classes": .array(names.map(JSONValue.string)),
        "images": .object(
          Dictionary(uniqueKeysWithValues: zip(names, classes.map { .array([.string($0)]) }))),
        "options": .object(["maxEpochs": .int(40)]),
      ])
    let graphModel = try #require(trained["graphModel"])
    #expect(trained["fidelity"]?["heldOut"]?["images"]?.integer ?? 0 > 0)
    #expect(trained["effects"]?["offsets"]?.elements?.count == names.count)

    let image: JSONValue = .string(try scenes.heldOutImage())
    let explanation = try daemon.result(of: "vrx/explain", ["model": model, "image": image, "graphModel": graphModel])
    let roles = explanation["explanations"]?.elements?.compactMap { $0["role"]?.text } ?? []
    #expect(roles.count == names.count && roles.filter { $0 == "why" }.count == 1)
    #expect(explanation["summary"]?.text?.isEmpty == false)
    try checkAdditivity(of: explanation)
    try checkMeasured(explanation)
    try askForOneRival(explanation, model: model, image: image, in: daemon)
    try compareAndEdit(explanation, model: model, image: image, in: daemon)

    let starts: [(String, [UInt8])] = [
      ("png", [0x89, 0x50]), ("svg", [0x3c]), ("pdf", [0x25, 0x50]), ("html", [0x3c, 0x21]),
    ]
    for (format, start) in starts {
      let drawn = try daemon.result(of: "vrx/render", ["explanation": explanation, "format": .string(format)])
      let bytes = try #require(drawn["base64"]?.text.flatMap { Data(base64Encoded: $0) })
      #expect(bytes.starts(with: start), "\(format)")
    }
    let report = try daemon.result(
      of: "vrx/report",
      [
        "model": model, "graphModel": graphModel, "images": .array([image, .string("absent.png")]),
        "path": .string("out/report.html"),
      ])
    #expect(report["skipped"]?.elements?.count == 1)
    let written = [report["path"]].compactMap { $0?.text } + (report["pictures"]?.elements ?? []).compactMap(\.text)
    #expect(written.map { ($0 as NSString).lastPathComponent } == ["report.html", "explanation-01.png"])
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder.path + "/out").sorted()
        == ["explanation-01.png", "report.html"])
  }

  /// What was measured adds up, and every concept that counts has its places.
  private func checkMeasured(_ explanation: JSONValue) throws {
    let verdict = try #require(explanation["verdict"]?.text)
    #expect(["supported", "noBetterThanRandom", "lowFidelity"].contains(verdict))
    for part in try #require(explanation["explanations"]?.elements) {
      let measured = try #require(part["measured"])
      let isWhy = part["role"]?.text == "why"
      #expect(measured["against"]?.elements?.count == (isWhy ? 2 : 1))
      let nodes = part["nodes"]?.elements ?? []
      let effects = nodes.compactMap { $0["measured"]?["effect"] }.map(number)
      let margin = number(measured["full"]) - number(measured["empty"])
      #expect(abs(effects.reduce(number(measured["everythingElse"]), +) - margin) <= 1e-4 * max(1, abs(margin)))
      #expect((measured["random"] != nil) == (isWhy && !effects.isEmpty))
      #expect((measured["relations"]?.elements?.count ?? 0) == (isWhy ? effects.count * (effects.count - 1) / 2 : 0))
      #expect(nodes.allSatisfy { ($0["layerRemoval"] != nil) == ($0["detected"] == .bool(true)) })
      #expect(nodes.allSatisfy { ($0["predictedEffect"] != nil) == ($0["layerRemoval"] != nil) })
      let removal = try #require(measured["removal"]?.elements)
      #expect(removal.count == (isWhy ? min(effects.count, 4) : 0))
      #expect(Set(removal.map { number($0["concept"]) }).count == removal.count)
      for step in removal {
        #expect(nodes[Int(number(step["concept"])) - 1]["measured"]?["random"]?["effect"] != nil)
        #expect(step["class"]?.text != nil && number(step["random"]?["low"]) <= number(step["random"]?["margin"]))
      }
      for node in nodes where node["measured"] != nil {
        #expect(node["detected"] == .bool(true))
        let regions = try #require(node["regions"]?.elements)
        #expect(!regions.isEmpty)
        for region in regions {
          let mask = try #require(region["mask"])
          let runs = try #require(mask["runs"]?.elements).map { Int(number($0)) }
          #expect(runs.count % 2 == 0 && runs.reduce(0, +) <= Int(number(mask["width"]) * number(mask["height"])))
        }
      }
    }
  }

  /// "Why not this one?" measures the prediction against one class; without evidence nothing is measured.
  private func askForOneRival(
    _ explanation: JSONValue, model: JSONValue, image: JSONValue, in daemon: DaemonProcess
  ) throws {
    let parts = try #require(explanation["explanations"]?.elements)
    let rival = try #require(parts[2]["class"])
    let asked = try daemon.result(of: "vrx/explain", ["model": model, "image": image, "whyNot": rival])
    let answers = try #require(asked["explanations"]?.elements)
    #expect(answers.map { $0["class"] } == [parts[0]["class"], rival])
    #expect(answers[0]["measured"]?["against"] == .array([rival]))
    #expect(answers[1]["measured"] == parts[2]["measured"])
    let chosen = try #require(parts[0]["class"])
    let refused = try daemon.request(
      "vrx/explain", .object(["model": model, "image": image, "whyNot": chosen]), timeout: 60)
    #expect(refused["error"]?["code"] == .int(-32602), "\(refused)")
    let predicted = try daemon.result(
      of: "vrx/explain", ["model": model, "image": image, "evidence": .string("predicted")])
    #expect(predicted["verdict"] == nil)
    #expect(predicted["explanations"]?.elements?.allSatisfy { $0["measured"] == nil } == true)
  }

  /// Holds two classes of an image against each other, then masks a concept in it.
  private func compareAndEdit(
    _ explanation: JSONValue, model: JSONValue, image: JSONValue, in daemon: DaemonProcess
  ) throws {
    let parts = try #require(explanation["explanations"]?.elements)
    let sides = try parts.prefix(2).map { part -> JSONValue in
      .object(["model": model, "image": image, "class": try #require(part["class"])])
    }
    let compared = try daemon.result(of: "vrx/compare", ["left": sides[0], "right": sides[1]])
    let deltas = (compared["differences"]?.elements ?? []).map { number($0["delta"]) }
    let gap = number(compared["left"]?["score"]) - number(compared["right"]?["score"])
    #expect(abs(deltas.reduce(0, +) + number(compared["remainder"]?["delta"]) - gap) < 1e-3)
    #expect(abs(number(compared["left"]?["score"]) - number(parts[0]["score"])) < 1e-3)
    // What was measured comes first, the largest difference before others; the right side's concepts speak against the left.
    let asked = (compared["differences"]?.elements ?? []).compactMap { $0["measured"] }
    #expect(compared["differences"]?.elements?.prefix(asked.count).allSatisfy { $0["measured"] != nil } == true)
    let sizes = asked.map { abs(number($0["delta"])) }
    #expect(!sizes.isEmpty && sizes == sizes.sorted(by: >))
    #expect(
      asked.allSatisfy {
        abs(number($0["left"] ?? .int(0)) - number($0["right"] ?? .int(0)) - number($0["delta"])) < 1e-9
      })
    #expect(compared["left"]?["measured"]?["against"] == .array([try #require(parts[1]["class"])]))
    #expect(compared["summary"]?.text?.contains("The classifier puts") == true)
    let predicted = try daemon.result(
      of: "vrx/compare", ["left": sides[0], "right": sides[1], "evidence": .string("predicted")])
    #expect(predicted["left"]?["measured"] == nil)
    #expect(predicted["differences"]?.elements?.allSatisfy { $0["measured"] == nil } == true)

    let seen = try #require(
      parts.flatMap { $0["nodes"]?.elements ?? [] }.first { $0["detected"] == .bool(true) }?["concept"])
    let edit: JSONValue = .object(["kind": .string("mask"), "concept": seen])
    let edited = try daemon.result(
      of: "vrx/intervene", ["model": model, "image": image, "edits": .array([edit])])
    let picture = try #require(edited["image"]?.text.flatMap { Data(base64Encoded: $0) })
    #expect(picture.starts(with: [0x89, 0x50]))
    #expect(edited["before"]?["prediction"] == explanation["prediction"])
    #expect(edited["before"]?["explanations"]?.elements?.allSatisfy { $0["measured"] != nil } == true)
    let changed = (edited["changes"]?.elements ?? []).filter { $0["measured"] != nil }
    #expect(changed.allSatisfy { $0["to"] == .null || $0["to"] == nil })
    for change in changed.compactMap({ $0["measured"] }) {
      #expect(abs(number(change["after"]) - number(change["before"]) - number(change["delta"])) < 1e-9)
    }
    #expect(edited["after"]?["prediction"] != explanation["prediction"])
    // Found anew, the edited picture has the explanation that it has by itself; carried over, the edited concept is
    // gone.
    let anew = try daemon.result(
      of: "vrx/intervene",
      ["model": model, "image": image, "edits": .array([edit]), "rematch": .bool(true)])
    let alone = try daemon.result(
      of: "vrx/explain",
      ["model": model, "image": .object(["base64": try #require(edited["image"])])])
    func scores(_ explanation: JSONValue?) -> [JSONValue?] {
      explanation?["explanations"]?.elements?.map { $0["score"] } ?? []
    }
    #expect(!scores(alone).isEmpty && scores(anew["after"]) == scores(alone))
    let isStillSeen = try #require(edited["after"]?["explanations"]?.elements).flatMap { $0["nodes"]?.elements ?? [] }
      .first { $0["concept"] == seen }?["detected"]
    #expect(isStillSeen == .bool(false))
    let listed = try #require(parts[1]["class"]?.text)
    let diagnosed = try daemon.result(
      of: "vrx/diagnose", ["model": model, "images": .object([listed: .array([image])])])
    #expect(diagnosed["errors"]?.elements?.count == 1 && diagnosed["errors"]?.elements?[0]["truth"]?.text == listed)
    let requests: [[String: JSONValue]] = [
      ["left": sides[0], "right": sides[1]], ["model": model, "image": image, "edits": .array([edit])],
    ]
    for request in requests {
      let drawn = try daemon.result(of: "vrx/render", ["explanation": .object(request)])
      #expect(drawn["base64"]?.text.flatMap { Data(base64Encoded: $0) }?.starts(with: [0x89, 0x50]) == true)
    }
    let refused = try daemon.request(
      "vrx/intervene",
      .object([
        "model": model, "image": image, "edits": .array([.object(["kind": .string("turn"), "concept": seen])]),
      ]))
    #expect(refused["error"]?["message"]?.text?.contains("edits[0].kind") == true)
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
}
