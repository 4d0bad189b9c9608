import Foundation
import GRDB
import JSON
import RPC
import TestSupport
import Testing

/// Changes to the bank of a workspace: by two daemons at once, and such as cannot be written to the end.
@Suite(.serialized) struct SharedWorkspaceTests {
  private func scenario() throws -> WorkspaceScenario { try WorkspaceScenario.shared.get() }

  private func list(_ daemon: DaemonProcess) throws -> [JSONValue] {
    try #require(daemon.result(of: "concept/list")["concepts"]?.elements)
  }

  @Test func twoDaemonsChangeOneClassAtOnceAndNothingIsLost() throws {
    let scenario = try scenario()
    try scenario.withFolder { folder in
      let path = folder.appendingPathComponent("bank.sqlite").path
      let daemons = try [scenario.daemon(path), scenario.daemon(path)]
      let model = try daemons.map(scenario.load)[0]
      var step = scenario.discover(0, model)
      step.parameters["options"] = .object(
        WorkspaceScenario.shortOptions.merging([
          "maxImages": .int(18), "topConcepts": .int(15), "minSize": .int(4), "maxCoincidence": .int(1),
          "clusters": .int(60), "attention": .bool(false), "rankBy": .string("tcav"),
        ]) { $1 })
      _ = try scenario.result(of: step, in: daemons[0])
      var ids = try list(daemons[1]).map { try #require($0["id"]) }
      try #require(ids.count >= 7, "\(ids.count) concepts")

      /// Asks both at once, and expects both to be answered.
      func both(_ method: String, _ parameters: [[String: JSONValue]]) throws {
        let asked = try zip(daemons, parameters).map { try $0.start(method, .object($1)) }
        for (daemon, id) in zip(daemons, asked) {
          let error = try daemon.answer(to: id, timeout: 60)["error"]
          #expect(error == nil, "\(method): \(error?["message"]?.text ?? "")")
        }
      }
      while ids.count >= 7 {
        try both("concept/remove", [["concept": ids.removeLast()], ["concept": ids.removeLast()]])
        for daemon in daemons { #expect(try list(daemon).map { $0["id"] } == ids) }
      }
      try both(
        "concept/merge",
        [
          ["concepts": .array([ids[0], ids[1]]), "name": .string("wheels")],
          ["concepts": .array([ids[2], ids[3]]), "name": .string("windows")],
        ])
      try both(
        "concept/rename",
        [["concept": ids[0], "name": .string("big wheels")], ["concept": ids[4], "name": .string("ladder")]])
      for daemon in daemons {
        let left = try list(daemon)
        #expect(left.map { $0["id"] } == [ids[0], ids[2]] + ids.dropFirst(4))
        #expect(left.prefix(3).map { $0["name"]?.text } == ["big wheels", "windows", "ladder"])
      }
    }
  }

  @Test func anImportThatCannotBeWrittenChangesNothing() throws {
    let scenario = try scenario()
    try scenario.withFolder { folder in
      let file = folder.appendingPathComponent("bank.safetensors").path
      let source = try scenario.daemon(folder.appendingPathComponent("source.sqlite").path)
      _ = try scenario.results(in: source)
      let export: [String: JSONValue] = [
        "path": .string(file), "include": .array([.string("concepts"), .string("graphs")]),
      ]
      let written = try source.result(of: "bank/export", export)
      #expect(written["classes"] == .int(2) && written["graphModels"]?.elements?.count == 1)

      let path = folder.appendingPathComponent("bank.sqlite").path
      let daemons = try [scenario.daemon(path), scenario.daemon(path)]
      let model = try daemons.map(scenario.load)[0]
      var step = scenario.discover(0, model)
      step.parameters["options"] = .object(WorkspaceScenario.shortOptions.merging(["maxImages": .int(12)]) { $1 })
      _ = try scenario.result(of: step, in: daemons[0])
      let before = try list(daemons[0])
      // Its classes are written before its graph, which is refused.
      let queue = try DatabaseQueue(path: path)
      try queue.writeWithoutTransaction {
        try $0.execute(sql: "CREATE TRIGGER refusal BEFORE INSERT ON graph BEGIN SELECT RAISE(FAIL, 'no'); END")
      }
      let answer = try daemons[0].request("bank/import", .object(["path": .string(file)]), timeout: 60)
      #expect(answer["error"]?["code"] == .int(1007))
      for daemon in daemons {
        #expect(try list(daemon) == before)
        #expect(try daemon.result(of: "graph/list")["graphs"] == .array([]))
        let status = try daemon.result(of: "workspace/status")
        #expect(status["classes"] == .int(1) && status["graphModels"] == .int(0))
      }
      try queue.writeWithoutTransaction { try $0.execute(sql: "DROP TRIGGER refusal") }
      try queue.close()
      _ = try daemons[0].result(of: "bank/import", ["path": .string(file)])
      let there = try list(source)
      for daemon in daemons {
        #expect(try list(daemon) == there)
        let status = try daemon.result(of: "workspace/status")
        #expect(status["classes"] == .int(2) && status["graphModels"] == .int(1))
      }
    }
  }
}
