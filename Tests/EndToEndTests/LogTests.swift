import Foundation
import JSON
import RPC
import TestSupport
import Testing

@Suite struct LogTests {
  private func wanting(_ log: JSONValue) -> [String: JSONValue] {
    ["capabilities": .object(["window": .object(["logMessage": log])])]
  }

  private func lines(_ log: JSONValue) throws -> [JSONValue] {
    let daemon = try DaemonProcess()
    try daemon.initialize(wanting(log))
    try daemon.notify("no/such/notification")
    _ = try daemon.request("workspace/status")
    _ = try daemon.request("shutdown")
    return daemon.waitingMessages().filter { $0["method"] == .string("window/logMessage") }
  }

  @Test func onlyClientsThatAskHearTheLogFromTheirLevelOn() throws {
    #expect(try lines(.bool(false)).isEmpty)
    #expect(try lines(.string("error")).isEmpty)
    let heard = try lines(.string("debug"))
    #expect(heard.contains { $0["params"]?["message"]?.text?.contains("no/such/notification") == true })
    #expect(heard.allSatisfy { $0["params"]?["type"] == .int(4) })
    #expect(try lines(.bool(true)).allSatisfy { ($0["params"]?["type"]?.integer ?? 9) <= 3 })
  }

  @Test func aLevelThatIsNoneIsRefused() throws {
    let daemon = try DaemonProcess()
    let error = try daemon.request("initialize", .object(wanting(.string("loud"))))["error"]
    #expect(error?["data"]?["detail"]?["field"] == .string("capabilities.window.logMessage"))
  }
}
