import Foundation
import JSON
import RPC
import TestSupport
import Testing

/// The contract's robustness section, against the real daemon. Limits of time are generous: the strict ones are
/// measured by Tests/Benchmarks/latency.
@Suite(.serialized) struct RobustnessTests {
  private func code(_ answer: JSONValue) -> Int64? { answer["error"]?["code"]?.integer }

  @Test func aClientThatReadsLateGetsEveryAnswerAndMemoryStaysBounded() throws {
    let daemon = try DaemonProcess(isRead: false)
    daemon.send(body: #"{"jsonrpc":"2.0","id":"first","method":"initialize"}"#)
    let count = 10_000
    var bytes = Data()
    for id in 0..<count {
      let method = ["model/list", "workspace/status", "concept/list", "vrx/none"][id % 4]
      let body = #"{"jsonrpc":"2.0","id":\#(id),"method":"\#(method)"}"#
      bytes += Data("Content-Length: \(body.utf8.count)\r\n\r\n\(body)".utf8)
    }
    // Once it answers it has started.
    #expect(daemon.hasOutput(within: 10))
    let before = try #require(daemon.residentBytes)
    // The daemon takes everything, though nobody reads its answers.
    daemon.send(bytes: bytes)
    #expect(daemon.takesInput(within: 10))
    let during = try #require(daemon.residentBytes)
    #expect(during - before < 64 << 20, "grew by \((during - before) >> 10) KiB")
    daemon.startReading()
    var seen: Set<Int64> = []
    while seen.count < count {
      let answer = try daemon.message("answer \(seen.count)", timeout: 60) { $0["id"]?.integer != nil }
      let isNew = seen.insert(answer["id"]?.integer ?? -1).inserted
      #expect(isNew)
      #expect([nil, 1009, -32601].contains(code(answer)))
    }
    #expect(try daemon.request("workspace/status")["error"] == nil)
    #expect(daemon.waitingMessages().allSatisfy { $0["id"] == .string("first") })
  }

  @Test func aFullStandardErrorStopsNothing() throws {
    let pipe = Pipe()
    let daemon = try DaemonProcess(arguments: ["--log-level", "debug"], standardError: pipe)
    try daemon.initialize()
    // Each leaves a line in the log, in all far more than a pipe holds.
    for _ in 0..<3000 { try daemon.notify("no/such/notification/" + String(repeating: "x", count: 200)) }
    #expect(try daemon.request("workspace/status")["error"] == nil)
    #expect(try daemon.request("shutdown")["result"] == .null)
    try daemon.notify("exit")
    #expect(daemon.exitCode(within: 5) == 0)
    withExtendedLifetime(pipe) {}
  }

  @Test func aClientThatNoLongerListensEndsTheDaemon() throws {
    let daemon = try DaemonProcess(isRead: false)
    daemon.closeOutput()
    daemon.send(body: #"{"jsonrpc":"2.0","id":1,"method":"initialize"}"#)
    #expect(daemon.exitCode(within: 5) == 1)
  }

  @Test func theEndOfInputEndsTheDaemonEvenWithAnswersThatNobodyReads() throws {
    let daemon = try DaemonProcess(isRead: false)
    daemon.send(body: #"{"jsonrpc":"2.0","id":1,"method":"initialize"}"#)
    for id in 2..<2000 { daemon.send(body: #"{"jsonrpc":"2.0","id":\#(id),"method":"rpc.discover"}"#) }
    daemon.closeInput()
    #expect(daemon.exitCode(within: 5) != nil)
  }

  @Test func moreThan256InFlightAreRefusedAndMayBeAskedAgain() throws {
    let scenes = try DrawnScenes(perClass: 12, random: 20)
    let daemon = try DaemonProcess()
    try daemon.initialize(["rootPath": .string(scenes.folder.path)])
    let long = try daemon.start("vrx/discover", scenes.endlessDiscovery(of: scenes.load(in: daemon)))
    // These wait behind it.
    let waiting = try (0..<300).map { _ in
      try daemon.start("vrx/match", .object(["model": .string("none"), "images": .array([.string("a.png")])]))
    }
    let busy = try daemon.message("a refusal") { $0["error"]?["code"] == .int(1009) }
    #expect(busy["error"]?["data"]?["retryable"] == .bool(true))
    #expect(try daemon.request("workspace/status")["error"]?["code"] == .int(1009))
    for id in waiting { try daemon.cancel(id) }
    try daemon.cancel(long)
    #expect(code(try daemon.answer(to: long)) == -32800)
    #expect(try daemon.request("workspace/status")["error"] == nil)
  }

  @Test func tenThousandRequestsLeaveNoMemoryBehind() throws {
    let scenes = try DrawnScenes(perClass: 2, random: 2)
    let daemon = try DaemonProcess()
    try daemon.initialize(["rootPath": .string(scenes.folder.path)])
    let image: JSONValue = .string(try scenes.heldOutImage())
    // One request in forty passes an image through the network; the others are quick, and some fail.
    func ask(_ rounds: Int) throws {
      let model = try scenes.load(in: daemon)
      for _ in 0..<rounds {
        var ids = [try daemon.start("model/classify", .object(["model": model, "images": .array([image])]))]
        for number in 1..<40 {
          switch number % 4 {
          case 0: ids.append(try daemon.start("workspace/status"))
          case 1: ids.append(try daemon.start("model/list"))
          case 2: ids.append(try daemon.start("concept/get", .object(["concept": .string("none")])))
          default: ids.append(try daemon.start("concept/list"))
          }
        }
        for id in ids { _ = try daemon.answer(to: id, timeout: 60) }
      }
      _ = try daemon.result(of: "model/unload", ["model": model])
    }
    // What the network's libraries load and keep for themselves is there after a thousand.
    try ask(25)
    let before = try #require(daemon.residentBytes)
    try ask(250)
    // Threads that have answered give back what they used a moment later.
    let deadline = Date(timeIntervalSinceNow: 5)
    var after = try #require(daemon.residentBytes)
    while Double(after) >= Double(before) * 1.1, Date() < deadline {
      usleep(10_000)
      after = try #require(daemon.residentBytes)
    }
    #expect(Double(after) < Double(before) * 1.1, "from \(before >> 10) to \(after >> 10) KiB")
  }
}
