import Foundation
import GRDB
import JSON
import RPC
import TestSupport
import Testing

/// What the workspace promises, by daemons of their own.
@Suite(.serialized) struct WorkspaceTests {
  private func scenario() throws -> WorkspaceScenario { try WorkspaceScenario.shared.get() }

  @Test func aNewDaemonGoesOnWhereTheLastOneEnded() throws {
    let scenario = try scenario()
    try scenario.withFolder { folder in
      let path = folder.appendingPathComponent("bank.sqlite").path
      let first = try scenario.daemon(path)
      let before = try scenario.results(in: first)
      let model = try scenario.load(first)
      let concept = try #require(before["discover \(scenario.classes[0].name)"]?["concepts"]?.elements?.first?["id"])
      let named = try first.request(
        "concept/rename", .object(["concept": concept, "name": .string("big wheel")]))
      #expect(named["error"] == nil)
      kill(first.processID, SIGKILL)
      _ = first.exitCode(within: 5)

      let second = try scenario.daemon(path)
      let notLoaded = try second.request("concept/list", .object(["model": model]))
      #expect(notLoaded["error"]?["code"] == .int(1002))
      #expect(try scenario.load(second) == model)
      let listed = try second.request("concept/list", .object(["model": model]))["result"]?["concepts"]?.elements ?? []
      #expect(listed.contains { $0["id"] == concept && $0["name"] == .string("big wheel") })
      // Explained without discovering or training again.
      let explanation = try scenario.result(of: scenario.explain(model), in: second)
      #expect(explanation["explanations"]?.elements?.count == 2)
      #expect(nodeNumbers(explanation) == nodeNumbers(before["explain"]))
      let status = try second.request("workspace/status")["result"]
      #expect(status?["models"] == .int(1) && status?["classes"] == .int(2) && status?["graphModels"] == .int(1))
      #expect(status?["names"] == .int(1) && status?["images"]?.integer ?? 0 >= 72 + 36)
      #expect(status?["misses"] == .int(0), "nothing was computed: \(String(describing: status))")
      #expect(status?["workspace"]?.text?.hasSuffix("bank.sqlite") == true)

      // The same again: answered from the bank, by the name that was given.
      let again = try second.request("vrx/discover", .object(scenario.discover(0, model).parameters), timeout: 60)
      #expect(again["result"]?["reused"]?["whole"] == .bool(true))
      #expect(again["result"]?["concepts"]?.elements?.contains { $0["name"] == .string("big wheel") } == true)
      #expect(try second.request("workspace/status")["result"]?["misses"] == .int(0))
    }
  }

  /// Contributions and scores of an explanation, which names do not change.
  private func nodeNumbers(_ explanation: JSONValue?) -> [JSONValue?] {
    (explanation?["explanations"]?.elements ?? []).flatMap { part in
      [part["score"], part["bias"]] + (part["nodes"]?.elements ?? []).map { $0["contribution"] }
        + (part["edges"]?.elements ?? []).map { $0["contribution"] }
    }
  }

  @Test func addingImagesKeepsIdsAndNamesAndComputesThemOnly() throws {
    let scenario = try scenario()
    try scenario.withFolder { folder in
      let pictures = folder.appendingPathComponent("pictures")
      try FileManager.default.createDirectory(at: pictures, withIntermediateDirectories: true)
      let source = scenario.folder.appendingPathComponent(scenario.classes[0].folder)
      let names = try FileManager.default.contentsOfDirectory(atPath: source.path).sorted()
      func copy(_ names: ArraySlice<String>) throws {
        for name in names {
          try FileManager.default.copyItem(
            at: source.appendingPathComponent(name), to: pictures.appendingPathComponent(name))
        }
      }
      try copy(names[..<20])
      let daemon = try scenario.daemon(folder.appendingPathComponent("bank.sqlite").path)
      let model = try scenario.load(daemon)
      var step = scenario.discover(0, model)
      step.parameters["images"] = .array([.string(pictures.path)])
      step.parameters["options"] = .object(WorkspaceScenario.shortOptions)
      func ids(_ answer: JSONValue) -> Set<String> {
        Set((answer["result"]?["concepts"]?.elements ?? []).compactMap { $0["id"]?.text })
      }
      let cold = try daemon.request(step.method, .object(step.parameters), timeout: 300)
      #expect(cold["result"]?["reused"]?["embeddings"] == .int(0))
      let concept = try #require(cold["result"]?["concepts"]?.elements?.first?["id"])
      _ = try daemon.request("concept/rename", .object(["concept": concept, "name": .string("my part")]))

      try copy(names[20..<22])
      let grown = try daemon.request(step.method, .object(step.parameters), timeout: 300)
      let reused = grown["result"]?["reused"]
      #expect(
        grown["result"]?["images"] == .int(22) && reused?["segments"] == .int(20), "\(String(describing: reused))")
      #expect(!ids(cold).isDisjoint(with: ids(grown)))
      #expect(grown["result"]?["concepts"]?.elements?.contains { $0["name"] == .string("my part") } == true)
      // Other options of clustering and significance embed nothing.
      step.parameters["options"] = .object(
        WorkspaceScenario.shortOptions.merging(["clusters": .int(12), "significance": .double(0.9)]) { $1 })
      let other = try daemon.request(step.method, .object(step.parameters), timeout: 300)
      func count(_ answer: JSONValue, _ path: String...) -> Int64 {
        path.reduce(answer["result"]) { $0?[$1] }?.integer ?? 0
      }
      // The 72 examples of the random sets, and the patches of the random images in which concepts were sought.
      let random = count(other, "reused", "embeddings") - count(other, "segments")
      #expect(random > 72)
      let embedded = count(grown, "segments") + random - count(grown, "reused", "embeddings")
      #expect(embedded > 0 && embedded * 5 < count(grown, "segments"), "\(embedded) were embedded")

      // Back to fewer images: they are all known, and so are the concepts' ids.
      for name in names[20..<22] { try FileManager.default.removeItem(at: pictures.appendingPathComponent(name)) }
      step.parameters["options"] = .object(WorkspaceScenario.shortOptions)
      let shrunk = try daemon.request(step.method, .object(step.parameters), timeout: 300)
      #expect(shrunk["result"]?["images"] == .int(20) && shrunk["result"]?["reused"]?["segments"] == .int(20))
      #expect(shrunk["result"]?["concepts"]?.elements?.contains { $0["name"] == .string("my part") } == true)
    }
  }

  @Test func classesShareWhatIsKnownOfAnImage() throws {
    let scenario = try scenario()
    let daemon = try DaemonProcess()
    try daemon.initialize(["rootPath": .string(scenario.folder.path)])
    let model = try scenario.load(daemon)
    _ = try scenario.result(of: scenario.discover(0, model), in: daemon)
    let other = try daemon.request("vrx/discover", .object(scenario.discover(1, model).parameters), timeout: 300)
    // The 72 examples of the random sets, and the patches of the random images in which concepts are sought.
    let random = other["result"]?["reused"]?["embeddings"]?.integer ?? 0
    #expect(random > 72, "random images are computed once")
    // The first class's images as images of the second: other regions are attended, the superpixels are the same.
    var step = scenario.discover(1, model)
    step.parameters["images"] = .array([.string(scenario.classes[0].folder)])
    let same = try daemon.request(step.method, .object(step.parameters), timeout: 300)
    #expect(same["result"]?["reused"]?["segments"] == .int(18), "\(String(describing: same["error"]))")
    #expect(same["result"]?["reused"]?["embeddings"]?.integer ?? 0 > 72)
  }

  @Test func whatWasCancelledGoesOn() throws {
    let scenario = try scenario()
    try scenario.withFolder { folder in
      let daemon = try scenario.daemon(folder.appendingPathComponent("bank.sqlite").path)
      let model = try scenario.load(daemon)
      var step = scenario.discover(0, model)
      step.parameters["workDoneToken"] = .string("work")
      let id = try daemon.start(step.method, .object(step.parameters))
      _ = try daemon.message("progress of embedding", timeout: 120) {
        let value = $0["params"]?["value"]
        return value?["message"] == .string("embedding patches") && value?["done"]?.integer ?? 0 > 64
      }
      try daemon.notify("$/cancelRequest", .object(["id": .int(id)]))
      #expect(try daemon.answer(to: id)["error"]?["code"] == .int(-32800))
      let answer = try daemon.request(step.method, .object(scenario.discover(0, model).parameters), timeout: 300)
      let result = try #require(answer["result"])
      #expect(result["reused"]?["segments"] == .int(18) && result["reused"]?["embeddings"]?.integer ?? 0 > 0)
      #expect(WorkspaceScenario.lasting(result) == (try reference(scenario)[step.name]))
    }
  }

  @Test func aFileThatCannotServeIsRefusedAndInitializeMayBeRepeated() throws {
    let scenario = try scenario()
    try scenario.withFolder { folder in
      let notes = folder.appendingPathComponent("notes.txt").path
      try Data("not a workspace".utf8).write(to: URL(fileURLWithPath: notes))
      let newer = folder.appendingPathComponent("newer.sqlite").path
      let queue = try DatabaseQueue(path: newer)
      try queue.writeWithoutTransaction {
        try $0.execute(sql: "PRAGMA application_id = \(0x5652_5877); PRAGMA user_version = 99; CREATE TABLE future (a)")
      }
      try queue.close()
      let daemon = try DaemonProcess()
      for (path, words, reason) in [
        (notes, "not a workspace", "foreign"), (newer, "later version", "newerSchema"),
        (folder.path, "folder", "unwritable"), ("absent/bank.sqlite", "no folder", "unwritable"),
      ] {
        let before = try? Data(contentsOf: URL(fileURLWithPath: path))
        let error = try daemon.request("initialize", .object(["workspace": .string(path)]))["error"]
        #expect(
          error?["code"] == .int(1007) && error?["message"]?.text?.contains(words) == true,
          "\(path): \(String(describing: error))")
        #expect(
          error?["data"]?["detail"]?["reason"] == .string(reason) && error?["data"]?["kind"] == .string("workspace"))
        #expect((try? Data(contentsOf: URL(fileURLWithPath: path))) == before)
      }
      let good = folder.appendingPathComponent("bank.sqlite").path
      #expect(try daemon.request("initialize", .object(["workspace": .string(good)]))["error"] == nil)
    }
  }

  @Test func theSizeIsBoundAndWhatWasFoundStays() throws {
    let scenario = try scenario()
    try scenario.withFolder { folder in
      let path = folder.appendingPathComponent("bank.sqlite").path
      let limit = 400_000
      let daemon = try scenario.daemon(
        path, options: ["workspaceBytes": .int(Int64(limit)), "memoryBytes": .int(1_000_000)])
      let bounded = try scenario.results(in: daemon)
      let status = try daemon.request("workspace/status")["result"]
      #expect(status?["bytes"]?.integer ?? .max <= limit && status?["memoryBytes"]?.integer ?? .max <= 1_000_000)
      #expect(status?["classes"] == .int(2) && status?["graphModels"] == .int(1))
      #expect(bounded == (try reference(scenario)), "what goes is computed again, to the same result")
    }
  }

  @Test func twoDaemonsShareAFile() throws {
    let scenario = try scenario()
    try scenario.withFolder { folder in
      let path = folder.appendingPathComponent("bank.sqlite").path
      let daemons = try [scenario.daemon(path), scenario.daemon(path)]
      let models = try daemons.map(scenario.load)
      #expect(models[0] == models[1])
      // Each discovers a class of its own, then both the same one.
      let expected = try reference(scenario)
      for (first, second) in [(0, 1), (1, 1)] {
        let steps = [scenario.discover(first, models[0]), scenario.discover(second, models[1])]
        let ids = try zip(daemons, steps).map { try $0.start($1.method, .object($1.parameters)) }
        // Short writes of one while the other computes: neither is held up.
        var longest = 0.0
        let deadline = Date(timeIntervalSinceNow: 120)
        var answers: [JSONValue?] = [nil, nil]
        while answers.contains(nil), Date() < deadline {
          for (index, daemon) in daemons.enumerated() {
            let start = Date()
            _ = try daemon.request("workspace/status")
            longest = max(longest, Date().timeIntervalSince(start))
            if answers[index] == nil { answers[index] = try? daemon.answer(to: ids[index], timeout: 0.05) }
          }
        }
        #expect(longest < 1, "a request waited \(longest) s")
        for (index, step) in steps.enumerated() {
          let result = WorkspaceScenario.lasting(try #require(answers[index]?["result"]))
          #expect(result == expected[step.name], "\(step.name) by daemon \(index)")
        }
      }
      for daemon in daemons {
        let wait = try #require(try daemon.result(of: "workspace/status")["longestLockWait"]?.number)
        #expect(wait < 1, "a write waited \(wait) s for the other daemon")
      }
      // What one found the other has.
      for (daemon, model) in zip(daemons, models) {
        let concepts = try daemon.request("concept/list", .object(["model": model]))["result"]?["concepts"]?.elements
        #expect(Set(concepts?.compactMap { $0["class"]?.text } ?? []).count == 2)
      }
      let concept = try #require(
        try daemons[0].request("concept/list", .object([:]))["result"]?["concepts"]?.elements?.first?["id"])
      _ = try daemons[0].request("concept/rename", .object(["concept": concept, "name": .string("shared name")]))
      let seen = try daemons[1].request("concept/get", .object(["concept": concept]))
      #expect(seen["result"]?["name"] == .string("shared name"))
    }
  }

  /// Results of a run that nothing disturbs, in memory only.
  private func reference(_ scenario: WorkspaceScenario) throws -> [String: JSONValue] {
    let daemon = try DaemonProcess()
    try daemon.initialize(["rootPath": .string(scenario.folder.path)])
    return try scenario.results(in: daemon)
  }
}
