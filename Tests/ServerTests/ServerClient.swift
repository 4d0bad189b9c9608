import Engine
import Foundation
import JSON
import RPC
import TestSupport
import Testing

@testable import Server

/// A server in this process, and its client at the other end of two pipes.
final class ServerClient: @unchecked Sendable {
  /// Seconds that an answer may take on a machine that is busy with all other tests.
  static let patience = 120.0

  let engine = Engine()
  private let toServer: Int32
  private let fromServer: Int32
  private let ended = DispatchSemaphore(value: 0)
  private var exitCode: Int32?
  private var decoder = FrameDecoder(maxHeaderBytes: 4096, maxBodyBytes: 64 << 20)
  private var waiting: [JSONValue] = []
  private var lastID: Int64 = 0
  /// Notifications that came before the last answer, oldest first.
  private(set) var notifications: [JSONValue] = []

  init() throws {
    var (incoming, outgoing): ([Int32], [Int32]) = ([0, 0], [0, 0])
    try #require(pipe(&incoming) == 0 && pipe(&outgoing) == 0)
    (toServer, fromServer) = (incoming[1], outgoing[0])
    let (reading, writing) = (incoming[0], outgoing[1])
    let server = Server(engine: engine, version: "1.2.3", log: { _, _ in })
    Thread { [self] in
      exitCode = server.run(reading: reading, writing: writing)
      close(writing)
      close(reading)
      ended.signal()
    }.start()
  }

  private func send(_ message: [String: JSONValue]) {
    let bytes = FrameDecoder.frame(JSONValue.object(message.merging(["jsonrpc": .string("2.0")]) { $1 }).serialized())
    var written = 0
    while written < bytes.count {
      let count = bytes.withUnsafeBytes { write(toServer, $0.baseAddress.map { $0 + written }, bytes.count - written) }
      guard count > 0 else { return }
      written += count
    }
  }

  func notify(_ method: String) { send(["method": .string(method)]) }

  /// The answer to a request.
  func request(_ method: String, _ parameters: [String: JSONValue] = [:]) throws -> JSONValue {
    lastID += 1
    let id = JSONValue.int(lastID)
    notifications = []
    send(["id": id, "method": .string(method), "params": .object(parameters)])
    while let message = receive() {
      if message["id"] == id { return message }
      notifications.append(message)
    }
    throw Silence()
  }

  /// The result of a request that is to succeed.
  func result(_ method: String, _ parameters: [String: JSONValue] = [:]) throws -> JSONValue {
    let answer = try request(method, parameters)
    return try #require(answer["result"], "\(answer["error"]?["message"]?.text ?? "")")
  }

  private func receive() -> JSONValue? {
    let deadline = Date(timeIntervalSinceNow: Self.patience)
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while waiting.isEmpty {
      var state = pollfd(fd: fromServer, events: Int16(POLLIN), revents: 0)
      guard poll(&state, 1, Int32(max(0, deadline.timeIntervalSinceNow * 1000))) > 0 else { return nil }
      let count = read(fromServer, &buffer, buffer.count)
      guard count > 0 else { return nil }
      for event in decoder.push(buffer[..<count]) {
        if case .message(let body) = event, let message = try? JSONValue.parse(body) { waiting.append(message) }
      }
    }
    return waiting.removeFirst()
  }

  /// The exit code once the client has gone, or said `exit`.
  func end() -> Int32? {
    close(toServer)
    defer { close(fromServer) }
    return ended.wait(timeout: .now() + Self.patience) == .success ? exitCode : nil
  }

  private struct Silence: Error {}
}
