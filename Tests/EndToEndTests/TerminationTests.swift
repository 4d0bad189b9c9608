import Foundation
import JSON
import RPC
import TestSupport
import Testing

/// The daemon is asked to end at every stage of its long work: it ends in order and soon, and the next one goes on from
/// there.
@Suite(.serialized) struct TerminationTests {
  /// Seconds from the signal to the end, on a machine that is busy.
  private static let patience: TimeInterval = 3
  /// Runs until a stage is seen that may be over before its progress is told.
  private static let attempts = 5

  /// Stages of `vrx/discover` and `vrx/train`, in order, as progress names them.
  private static let stages = [
    [
      "reading images", "reading random images", "finding attended regions", "segmenting images", "embedding patches",
      "clustering patches", "cutting random patches", "embedding random images", "testing concepts",
    ], ["reading images", "building graphs", "training"],
  ]

  /// The scenario's requests, with more to do in the stages that are over at once.
  private func steps(_ scenario: WorkspaceScenario, _ model: JSONValue) -> [WorkspaceScenario.Step] {
    scenario.steps(model).map { step in
      var step = step
      if step.method == "vrx/discover", case .object(var options) = step.parameters["options"] {
        options["restarts"] = .int(60)
        options["randomSets"] = .int(60)
        options["cavMethod"] = .string("linearClassifier")
        step.parameters["options"] = .object(options)
      }
      if step.method == "vrx/train", case .object(var options) = step.parameters["options"] {
        options["maxEpochs"] = .int(100)
        step.parameters["options"] = .object(options)
      }
      return step
    }
  }

  @Test func askedToEndAtEveryStage() throws {
    let scenario = try WorkspaceScenario.shared.get()
    try scenario.withFolder { folder in
      let expected = try results(scenario, scenario.daemon(folder.appendingPathComponent("whole.sqlite").path))
      let path = folder.appendingPathComponent("bank.sqlite").path
      // Each daemon ends as the next stage begins, so that what it finds done grows from one to the next.
      var unseen: [String] = []
      for (number, step) in [(0, 0), (1, 2)] {
        for stage in Self.stages[number] {
          let isSeen = try (0..<Self.attempts).contains { _ in try end(scenario, path, step: step, at: stage) }
          if !isSeen { unseen.append(stage) }
        }
        let daemon = try scenario.daemon(path)
        let model = try scenario.load(daemon)
        let own = steps(scenario, model)[step]
        let answer = try daemon.result(of: own.method, own.parameters)
        #expect(WorkspaceScenario.lasting(answer) == expected[own.name], "\(own.name)")
        if own.method == "vrx/discover" {
          let embeddings = answer["reused"]?["embeddings"]?.integer ?? 0
          #expect(answer["reused"]?["segments"] == .int(18) && embeddings >= answer["segments"]?.integer ?? .max)
        }
      }
      // Reading small pictures may be over before it is told of; the rest takes its time.
      #expect(unseen.allSatisfy { $0.hasPrefix("reading") }, "\(unseen) were over too soon")
    }
  }

  /// Runs everything up to the request at `step` and asks the daemon to end once that is at `stage`. False if it was
  /// answered before, and the workspace is as it was then.
  private func end(_ scenario: WorkspaceScenario, _ path: String, step: Int, at stage: String) throws -> Bool {
    let before = path + "-before"
    try Self.copyWorkspace(path, to: before)
    let daemon = try scenario.daemon(path)
    let model = try scenario.load(daemon)
    let steps = steps(scenario, model)
    for earlier in steps[..<step] { _ = try daemon.result(of: earlier.method, earlier.parameters) }
    var parameters = steps[step].parameters
    parameters["workDoneToken"] = .string("work")
    let id = try daemon.start(steps[step].method, .object(parameters))
    let message = try daemon.message("progress of \(stage)", timeout: 300) {
      $0["params"]?["value"]?["message"] == .string(stage) || ($0["id"] == .int(id) && $0["method"] == nil)
    }
    guard message["method"] != nil else {
      daemon.closeInput()
      _ = daemon.exitCode(within: Self.patience)
      try Self.copyWorkspace(before, to: path)
      return false
    }
    let asked = Date()
    kill(daemon.processID, SIGTERM)
    let answer = try daemon.answer(to: id)
    #expect(answer["error"]?["code"] == .int(-32800) || answer["result"] != nil)
    #expect(daemon.exitCode(within: Self.patience) == 128 + SIGTERM, "at \(stage)")
    #expect(Date().timeIntervalSince(asked) < Self.patience, "at \(stage)")
    let problems = try WorkspaceScenario.integrity(path)
    #expect(problems == "ok", "at \(stage): \(problems)")
    return true
  }

  /// Makes `target` what `source` is: a workspace that no daemon has open, or none.
  private static func copyWorkspace(_ source: String, to target: String) throws {
    let files = FileManager.default
    for suffix in ["", "-wal", "-shm"] { try? files.removeItem(atPath: target + suffix) }
    for suffix in ["", "-wal"] where files.fileExists(atPath: source + suffix) {
      try files.copyItem(atPath: source + suffix, toPath: target + suffix)
    }
  }

  private func results(_ scenario: WorkspaceScenario, _ daemon: DaemonProcess) throws -> [String: JSONValue] {
    let model = try scenario.load(daemon)
    var results: [String: JSONValue] = [:]
    for step in steps(scenario, model).prefix(3) {
      results[step.name] = WorkspaceScenario.lasting(try daemon.result(of: step.method, step.parameters))
    }
    return results
  }
}
