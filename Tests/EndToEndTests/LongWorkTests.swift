import Foundation
import JSON
import RPC
import TestSupport
import Testing

/// Progress, cancellation and what runs beside a long job, against the real daemon.
@Suite(.serialized) struct LongWorkTests {
  private func code(_ answer: JSONValue) -> Int64? { answer["error"]?["code"]?.integer }

  private func isProgress(_ message: JSONValue, _ token: JSONValue, _ kind: String) -> Bool {
    message["method"] == .string("$/progress") && message["params"]?["token"] == token
      && message["params"]?["value"]?["kind"] == .string(kind)
  }

  private func started(_ scenes: DrawnScenes) throws -> (daemon: DaemonProcess, model: JSONValue) {
    let daemon = try DaemonProcess()
    try daemon.initialize(["rootPath": .string(scenes.folder.path)])
    return (daemon, try scenes.load(in: daemon))
  }

  /// Starts a discovery that goes on until it is cancelled, and waits until it has its turn.
  private func working(_ scenes: DrawnScenes, _ daemon: DaemonProcess, _ model: JSONValue) throws -> Int64 {
    let token: JSONValue = .string("long")
    let id = try daemon.start("vrx/discover", scenes.endlessDiscovery(of: model, ["workDoneToken": token]))
    _ = try daemon.message("work") {
      isProgress($0, token, "report") && $0["params"]?["value"]?["message"] != .string("waiting for other work")
    }
    return id
  }

  /// Waits until the lane of long work is free.
  private func awaitLane(_ daemon: DaemonProcess) throws {
    let match: JSONValue = .object(["model": .string("none"), "images": .array([.string("a.png")])])
    #expect(code(try daemon.request("vrx/match", match)) == 1002)
  }

  @Test func progressBeginsAtOnceGoesOnSteadilyAndEnds() throws {
    let scenes = try DrawnScenes(perClass: 12, random: 20)
    let (daemon, model) = try started(scenes)
    let token: JSONValue = .string("work")
    let start = Date()
    let id = try daemon.start("vrx/discover", scenes.endlessDiscovery(of: model, ["workDoneToken": token]))
    _ = try daemon.message("the beginning") { isProgress($0, token, "begin") }
    #expect(Date().timeIntervalSince(start) < 2)
    var times: [Date] = []
    var percentages: [Int64] = []
    while Date().timeIntervalSince(start) < 4 {
      let report = try daemon.message("a report") { isProgress($0, token, "report") }
      times.append(Date())
      percentages.append(report["params"]?["value"]?["percentage"]?.integer ?? -1)
    }
    #expect(percentages == percentages.sorted() && percentages.allSatisfy { (0...100).contains($0) })
    #expect(times.count >= 4 && times.count <= 120, "\(times.count) reports in 4 s")
    try daemon.cancel(id)
    #expect(code(try daemon.answer(to: id)) == -32800)
    _ = try daemon.message("the end") { isProgress($0, token, "end") }
    // Its work has ended, too, so that all it could say is here.
    try awaitLane(daemon)
    #expect(!daemon.waitingMessages().contains { isProgress($0, token, "report") || isProgress($0, token, "end") })
  }

  @Test func aFailureEndsProgressToo() throws {
    let daemon = try DaemonProcess()
    try daemon.initialize()
    let token: JSONValue = .int(7)
    let answer = try daemon.request(
      "vrx/match",
      .object(["model": .string("none"), "images": .array([.string("a.png")]), "workDoneToken": token]))
    #expect(code(answer) == 1002)
    _ = try daemon.message("the end") { isProgress($0, token, "end") }
  }

  @Test func cancellationOvertakesTheQueueAndWhatWaitedNeverStarts() throws {
    let scenes = try DrawnScenes(perClass: 12, random: 20)
    let (daemon, model) = try started(scenes)
    let token: JSONValue = .string("waiting")
    let first = try daemon.start("vrx/discover", scenes.endlessDiscovery(of: model))
    let second = try daemon.start("vrx/discover", scenes.endlessDiscovery(of: model, ["workDoneToken": token]))
    let waited = try daemon.message("a report") { isProgress($0, token, "report") }
    let start = Date()
    try daemon.cancel(second)
    #expect(code(try daemon.answer(to: second)) == -32800)
    try daemon.cancel(first)
    #expect(code(try daemon.answer(to: first)) == -32800)
    #expect(Date().timeIntervalSince(start) < 2)
    // It has only ever waited.
    let reports = [waited] + daemon.waitingMessages().filter { isProgress($0, token, "report") }
    #expect(
      reports.allSatisfy { $0["params"]?["value"]?["message"] == .string("waiting for other work") })
    // The lane is free again: a request of the same kind is answered.
    try awaitLane(daemon)
  }

  @Test func shortRequestsAreAnsweredBesideALongOne() throws {
    let scenes = try DrawnScenes(perClass: 12, random: 20)
    let (daemon, model) = try started(scenes)
    let long = try working(scenes, daemon, model)
    let image: JSONValue = .string(try scenes.heldOutImage())
    let start = Date()
    for _ in 0..<5 { #expect(try daemon.request("workspace/status")["error"] == nil) }
    #expect(Date().timeIntervalSince(start) < 2)
    #expect(try daemon.request("model/classify", .object(["model": model, "images": .array([image])]))["error"] == nil)
    try daemon.cancel(long)
    #expect(code(try daemon.answer(to: long)) == -32800)
  }

  @Test func aTypoIsRefusedWhileALongJobRuns() throws {
    let scenes = try DrawnScenes(perClass: 12, random: 20)
    let (daemon, model) = try started(scenes)
    let long = try working(scenes, daemon, model)
    let waiting = try daemon.start("vrx/discover", scenes.endlessDiscovery(of: model))
    let typo: JSONValue = .object(["model": model, "classes": .array([.int(0), .int(1)]), "image": .object([:])])
    let refusal = try daemon.request("vrx/train", typo)
    #expect(code(refusal) == -32602 && refusal["error"]?["message"]?.text?.contains("image") == true)
    for id in [waiting, long] {
      try daemon.cancel(id)
      #expect(code(try daemon.answer(to: id)) == -32800)
    }
  }

  @Test func anIDInFlightIsRefusedWithoutTouchingTheFirst() throws {
    let scenes = try DrawnScenes(perClass: 12, random: 20)
    let (daemon, model) = try started(scenes)
    let long = try daemon.start("vrx/discover", scenes.endlessDiscovery(of: model))
    daemon.send(body: #"{"jsonrpc":"2.0","id":\#(long),"method":"workspace/status"}"#)
    let refusal = try daemon.message("a refusal") { $0["id"] == .null }
    #expect(code(refusal) == -32600)
    try daemon.cancel(long)
    #expect(code(try daemon.answer(to: long)) == -32800)
  }

  @Test func shutdownDoesNotWaitForALongJob() throws {
    let scenes = try DrawnScenes(perClass: 12, random: 20)
    let (daemon, model) = try started(scenes)
    let long = try working(scenes, daemon, model)
    let queued = try daemon.start("vrx/discover", scenes.endlessDiscovery(of: model))
    let start = Date()
    #expect(try daemon.request("shutdown")["result"] == .null)
    #expect(Date().timeIntervalSince(start) < 2)
    #expect(code(try daemon.answer(to: long)) == -32800)
    #expect(code(try daemon.answer(to: queued)) == -32800)
    try daemon.notify("exit")
    #expect(daemon.exitCode(within: 3) == 0)
  }

  @Test(arguments: [SIGTERM, SIGINT, SIGHUP]) func aSignalEndsEvenALongJobInOrder(_ signal: Int32) throws {
    let scenes = try DrawnScenes(perClass: 12, random: 20)
    let (daemon, model) = try started(scenes)
    let long = try working(scenes, daemon, model)
    kill(daemon.processID, signal)
    #expect(code(try daemon.answer(to: long)) == -32800)
    #expect(daemon.exitCode(within: 3) == 128 + signal)
  }
}
