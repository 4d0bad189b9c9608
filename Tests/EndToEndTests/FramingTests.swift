import Foundation
import RPC
import TestSupport
import Testing

/// Every row of the contract's table of what arrives on the wire.
@Suite struct FramingTests {
  private func initialized() throws -> DaemonProcess {
    let daemon = try DaemonProcess()
    try daemon.initialize()
    return daemon
  }

  private func errorWithoutID(_ daemon: DaemonProcess, timeout: TimeInterval = 10) throws -> Int64? {
    try daemon.message("an error with id null", timeout: timeout) { $0["id"] == .null }["error"]?["code"]?.integer
  }

  @Test(
    arguments: [
      "Content-Length: -5\r\n\r\n", "Content-Length: five\r\n\r\n", "Content-Type: text\r\n\r\n{}",
      "Content-Length: 99999999999999999999\r\n\r\n", "no colon\r\n\r\n",
      "X: " + String(repeating: "y", count: 5000) + "\r\n\r\n",
    ])
  func aLostFrameEndsTheDaemon(_ bytes: String) throws {
    let daemon = try initialized()
    daemon.send(bytes: Data(bytes.utf8))
    #expect(try errorWithoutID(daemon) == -32700)
    #expect(daemon.exitCode(within: 2) == 1)
  }

  @Test(
    arguments: [
      Data("{".utf8), Data([0x22, 0xff, 0x22]), Data("{} {}".utf8),
      Data((String(repeating: "[", count: 600) + String(repeating: "]", count: 600)).utf8), Data(),
    ])
  func aBodyThatIsNoJSONIsAnsweredAndPassedOver(_ body: Data) throws {
    let daemon = try initialized()
    daemon.send(body: body)
    #expect(try errorWithoutID(daemon) == -32700)
    #expect(try daemon.request("workspace/status")["error"] == nil)
  }

  @Test(
    arguments: [
      #"[{"jsonrpc":"2.0","id":7,"method":"workspace/status"}]"#,
      #"{"jsonrpc":"2.0","id":null,"method":"workspace/status"}"#,
      #"{"jsonrpc":"2.0","id":true,"method":"workspace/status"}"#,
      #"{"jsonrpc":"2.0","id":1.5,"method":"workspace/status"}"#,
    ])
  func aMessageThatIsNoRequestIsAnsweredAndPassedOver(_ body: String) throws {
    let daemon = try initialized()
    daemon.send(body: body)
    #expect(try errorWithoutID(daemon) == -32600)
    #expect(try daemon.request("workspace/status")["error"] == nil)
  }

  @Test func aBodyThatIsTooLargeIsDrained() throws {
    let daemon = try initialized()
    daemon.send(body: Data(repeating: 0x20, count: (64 << 20) + 1))
    #expect(try errorWithoutID(daemon, timeout: 30) == -32600)
    #expect(try daemon.request("workspace/status")["error"] == nil)
  }

  @Test func headersAreReadGenerously() throws {
    let daemon = try initialized()
    let body = #"{"jsonrpc":"2.0","id":"a","method":"workspace/status","params":null}"#
    daemon.send(
      bytes: Data(
        "content-length: \(body.utf8.count)\r\nX-New: 1\r\nContent-Type: application/vscode-jsonrpc; charset=utf8\r\n\r\n\(body)"
          .utf8))
    let answer = try daemon.message("the answer") { $0["id"] == .string("a") }
    #expect(answer["error"] == nil && answer["result"]?["models"] == .int(0))
  }

  @Test func bytesMayArriveOneByOne() throws {
    let daemon = try initialized()
    let body = #"{"jsonrpc":"2.0","id":"slow","method":"model/list"}"#
    for byte in Data("Content-Length: \(body.utf8.count)\r\n\r\n\(body)".utf8) { daemon.send(bytes: Data([byte])) }
    #expect(try daemon.message("the answer") { $0["id"] == .string("slow") }["result"]?["models"] == .array([]))
  }
}
