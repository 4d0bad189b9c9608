import Foundation
import JSON
import RPC
import TestSupport
import Testing

@Suite struct LifecycleTests {
  /// What the contract promises.
  private let endOfInputSeconds = 1.0
  private let clientDeathSeconds = 5.0

  private func errorCode(_ answer: JSONValue) -> Int64? { answer["error"]?["code"]?.integer }

  @Test func aSessionEndsWithZeroAfterShutdown() throws {
    let daemon = try DaemonProcess()
    let answer = try daemon.initialize(["capabilities": .object([:])])
    #expect(answer["error"] == nil)
    #expect(answer["result"]?["serverInfo"]?["name"] == .string("vrxd"))
    #expect(answer["result"]?["protocolVersion"]?.text != nil)
    #expect(answer["result"]?["capabilities"]?["requests"]?.elements?.contains(.string("vrx/explain")) == true)
    let ended = try daemon.request("shutdown")
    #expect(ended["result"] == .null && ended["error"] == nil)
    #expect(errorCode(try daemon.request("workspace/status")) == -32600)
    try daemon.notify("exit")
    #expect(daemon.exitCode(within: 2) == 0)
  }

  @Test func exitWithoutShutdownGivesOne() throws {
    let daemon = try DaemonProcess()
    try daemon.initialize()
    try daemon.notify("exit")
    #expect(daemon.exitCode(within: 2) == 1)
  }

  @Test func everythingWaitsForInitialize() throws {
    let daemon = try DaemonProcess()
    #expect(errorCode(try daemon.request("workspace/status")) == -32002)
    #expect(errorCode(try daemon.request("shutdown")) == -32002)
    try daemon.initialize()
    #expect(try daemon.request("workspace/status")["result"]?["models"] == .int(0))
    #expect(errorCode(try daemon.request("initialize", .object([:]))) == -32600)
  }

  @Test func aMalformedInitializeLeavesTheSessionNew() throws {
    let daemon = try DaemonProcess()
    let first = try daemon.start("initialize", .object(["rootPath": .int(7)]))
    let second = try daemon.start("model/list")
    #expect(errorCode(try daemon.answer(to: first)) == -32602)
    #expect(errorCode(try daemon.answer(to: second)) == -32002, "the session was never open")
    try daemon.initialize()
    #expect(try daemon.request("model/list")["result"]?["models"] == .array([]))
  }

  @Test func whatIsSentRightBehindInitializeIsAnswered() throws {
    let daemon = try DaemonProcess()
    let first = try daemon.start("initialize", .object([:]))
    let second = try daemon.start("model/list")
    #expect(try daemon.answer(to: first)["error"] == nil)
    #expect(try daemon.answer(to: second)["result"]?["models"] == .array([]))
  }

  @Test func theDaemonEndsWithItsInput() throws {
    let daemon = try DaemonProcess()
    try daemon.initialize()
    daemon.closeInput()
    #expect(daemon.exitCode(within: endOfInputSeconds) != nil)
  }

  @Test func theDaemonEndsWithTheProcessThatItWatches() throws {
    let client = Process()
    client.executableURL = URL(fileURLWithPath: "/bin/sleep")
    client.arguments = ["60"]
    try client.run()
    let daemon = try DaemonProcess()
    try daemon.initialize(["processId": .int(Int64(client.processIdentifier))])
    #expect(daemon.exitCode(within: 0.3) == nil)
    kill(client.processIdentifier, SIGKILL)
    client.waitUntilExit()
    #expect(daemon.exitCode(within: clientDeathSeconds) != nil)
  }

  @Test func theVersionIsPrinted() throws {
    let process = Process()
    let output = Pipe()
    process.executableURL = DaemonProcess.executable
    process.arguments = ["--version"]
    process.standardOutput = output
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    #expect(text.split(separator: ".").count == 3 && process.terminationStatus == 0)
  }
}
