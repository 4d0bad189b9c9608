import Foundation
import JSON
import RPC
import TestSupport
import Testing

/// The daemon is killed, or the disk fills up, at any moment: nothing that was acknowledged is lost, and what is asked
/// for again comes out as if nothing had happened.
@Suite(.serialized) struct CrashTests {
  /// How often to kill: a handful, or as many as the environment variable `VRX_CRASH_KILLS` says.
  private static let kills = ProcessInfo.processInfo.environment["VRX_CRASH_KILLS"].flatMap(Int.init) ?? 5
  /// Kills in one workspace before the run is let through.
  private static let killsPerWorkspace = 3
  private static let seed = ProcessInfo.processInfo.environment["VRX_CRASH_SEED"].flatMap(UInt64.init) ?? 1

  @Test func killedAtAnyMoment() throws {
    let scenario = try WorkspaceScenario.shared.get()
    var random = Generator(state: Self.seed)
    var (expected, seconds): ([String: JSONValue], TimeInterval) = ([:], 0)
    try scenario.withFolder { folder in
      let start = Date()
      expected = try scenario.results(in: scenario.daemon(folder.appendingPathComponent("bank.sqlite").path))
      seconds = Date().timeIntervalSince(start)
    }
    var killed = 0
    var lateKills = 0
    while killed < Self.kills {
      try scenario.withFolder { folder in
        let path = folder.appendingPathComponent("bank.sqlite").path
        var acknowledged: Set<String> = []
        for _ in 0..<min(Self.killsPerWorkspace, Self.kills - killed) {
          let moment = Date(timeIntervalSinceNow: random.uniform() * seconds * 0.9)
          let finished = try runUntilKilled(scenario, path, at: moment, acknowledged: &acknowledged, expected: expected)
          killed += 1
          if finished { lateKills += 1 }
          let problems = try WorkspaceScenario.integrity(path)
          #expect(problems == "ok", "after kill \(killed): \(problems)")
        }
        let daemon = try scenario.daemon(path)
        try check(acknowledged, scenario, daemon, expected)
        let resumed = try scenario.results(in: daemon)
        for (name, result) in expected { #expect(resumed[name] == result, "\(name) after kill \(killed)") }
      }
    }
    // A kill after the last answer says little. A workspace that was killed before has little left to do, so that its
    // later kills may be such.
    #expect(lateKills < killed, "\(lateKills) of \(killed) kills came after the last answer")
  }

  /// Runs the scenario and kills the daemon at `moment`. True if everything was answered before.
  private func runUntilKilled(
    _ scenario: WorkspaceScenario, _ path: String, at moment: Date, acknowledged: inout Set<String>,
    expected: [String: JSONValue]
  ) throws -> Bool {
    let daemon = try scenario.daemon(path)
    let pid = daemon.processID
    let killer = Thread {
      Thread.sleep(until: moment)
      kill(pid, SIGKILL)
    }
    killer.start()
    defer {
      kill(pid, SIGKILL)
      _ = daemon.exitCode(within: 10)
    }
    guard let model = try? scenario.load(daemon) else { return false }
    for step in scenario.steps(model) {
      guard let answer = try? daemon.request(step.method, .object(step.parameters), timeout: 300),
        let result = answer["result"]
      else { return false }
      #expect(WorkspaceScenario.lasting(result) == expected[step.name], "\(step.name)")
      acknowledged.insert(step.name)
    }
    return true
  }

  /// What was acknowledged is in the bank before anything is asked for again.
  private func check(
    _ acknowledged: Set<String>, _ scenario: WorkspaceScenario, _ daemon: DaemonProcess, _ expected: [String: JSONValue]
  ) throws {
    let model = try scenario.load(daemon)
    let listed = try daemon.request("concept/list", .object(["model": model]))["result"]?["concepts"]?.elements ?? []
    let ids = Set(listed.compactMap { $0["id"]?.text })
    for name in acknowledged where name.hasPrefix("discover") {
      let found = (expected[name]?["concepts"]?.elements ?? []).compactMap { $0["id"]?.text }
      #expect(!found.isEmpty && ids.isSuperset(of: found), "\(name) was acknowledged")
    }
    if acknowledged.contains("train") {
      let explanation = try scenario.result(of: scenario.explain(model), in: daemon)
      #expect(explanation == expected["explain"])
    }
  }

  @Test(arguments: [400, 1200, 2400]) func aFullDiskIsToldAndWorkGoesOnAfterwards(kilobytes: Int) throws {
    let scenario = try WorkspaceScenario.shared.get()
    let mount = URL(fileURLWithPath: "/bin/mount")
    try scenario.withFolder { folder in
      let disk = folder.appendingPathComponent("disk")
      try FileManager.default.createDirectory(at: disk, withIntermediateDirectories: true)
      guard
        (try? WorkspaceScenario.run(["-t", "tmpfs", "-o", "size=\(kilobytes)k", "tmpfs", disk.path], program: mount))
          != nil
      else { return }
      defer { _ = try? WorkspaceScenario.run(["-l", disk.path], program: URL(fileURLWithPath: "/bin/umount")) }
      let expected = try scenario.results(in: scenario.daemon(folder.appendingPathComponent("roomy.sqlite").path))

      let path = disk.appendingPathComponent("bank.sqlite").path
      let daemon = try scenario.daemon(path)
      let model = try scenario.load(daemon)
      var failed = false
      var done: Set<String> = []
      for step in scenario.steps(model) where !failed {
        let answer = try daemon.request(step.method, .object(step.parameters), timeout: 300)
        if let error = answer["error"] {
          failed = true
          #expect(error["code"] == .int(1007), "\(step.name): \(error)")
          #expect(error["message"]?.text?.contains("full") == true && error["data"]?["retryable"] == .bool(true))
        } else {
          done.insert(step.name)
        }
      }
      #expect(failed, "\(kilobytes) KiB were enough")
      // What needs no space is still answered.
      #expect(try daemon.request("workspace/status")["result"]?["models"] == .int(1))
      let listed = try daemon.request("concept/list", .object([:]))["result"]?["concepts"]?.elements ?? []
      #expect(Set(listed.compactMap { $0["class"]?.text }).count == done.count { $0.hasPrefix("discover") })

      try WorkspaceScenario.run(["-o", "remount,size=64m", disk.path], program: mount)
      let resumed = try scenario.results(in: daemon)
      for (name, result) in expected { #expect(resumed[name] == result, "\(name)") }
      try daemon.notify("exit")
      _ = daemon.exitCode(within: 5)
      #expect(try WorkspaceScenario.integrity(path) == "ok")
    }
  }

  /// SplitMix64, so that a run can be repeated.
  private struct Generator {
    var state: UInt64

    mutating func uniform() -> Double {
      state &+= 0x9E37_79B9_7F4A_7C15
      var z = state
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      return Double((z ^ (z >> 31)) >> 11) / Double(1 << 53)
    }
  }
}
