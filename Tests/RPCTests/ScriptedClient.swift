import Foundation
import JSON
import Synchronization
import Testing

@testable import RPC

/// A client at the other end of two pipes, driving a connection that runs on a thread of its own.
final class ScriptedClient: @unchecked Sendable {
  /// Seconds that something may take on a machine that is busy with all other tests; what takes longer hangs.
  static let patience = 30.0

  let connection: Connection
  private let toServer: Int32
  private let fromServer: Int32
  private let ended = DispatchSemaphore(value: 0)
  private var exitCode: Int32?
  private var decoder = FrameDecoder(maxHeaderBytes: 4096, maxBodyBytes: 64 << 20)
  private var waiting: [JSONValue] = []
  /// What the connection logged.
  private let lines = Lines()

  init(
    routes: [Route], notifications: [String: Connection.NotificationHandler] = [:],
    configuration: Connection.Configuration = .init()
  ) throws {
    var (incoming, outgoing): ([Int32], [Int32]) = ([0, 0], [0, 0])
    try #require(pipe(&incoming) == 0 && pipe(&outgoing) == 0)
    connection = Connection(
      routes: routes, notifications: notifications, admit: { _, _ in nil }, configuration: configuration,
      log: { [lines] _, line in lines.append(line) })
    (toServer, fromServer) = (incoming[1], outgoing[0])
    let (reading, writing) = (incoming[0], outgoing[1])
    Thread { [self] in
      exitCode = connection.run(reading: reading, writing: writing)
      close(writing)
      ended.signal()
    }.start()
  }

  func sendRaw(_ bytes: [UInt8]) {
    var written = 0
    while written < bytes.count {
      let count = bytes.withUnsafeBytes { write(toServer, $0.baseAddress.map { $0 + written }, bytes.count - written) }
      guard count > 0 else { return }
      written += count
    }
  }

  func send(_ text: String) { sendRaw(FrameDecoder.frame(Array(text.utf8))) }

  /// The next message; nil at the end, or where none comes in time.
  func receive(within seconds: Double = patience) -> JSONValue? {
    let deadline = Date(timeIntervalSinceNow: seconds)
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while waiting.isEmpty {
      var state = pollfd(fd: fromServer, events: Int16(POLLIN), revents: 0)
      let patience = max(0, deadline.timeIntervalSinceNow * 1000)
      guard poll(&state, 1, Int32(patience)) > 0 else { return nil }
      let count = read(fromServer, &buffer, buffer.count)
      guard count > 0 else { return nil }
      for event in decoder.push(buffer[..<count]) {
        if case .message(let body) = event, let message = try? JSONValue.parse(body) { waiting.append(message) }
      }
    }
    return waiting.removeFirst()
  }

  /// What the connection has logged.
  var log: [String] { lines.all.withLock { $0 } }

  /// The next message with this id, progress passed over.
  func response(to id: JSONValue) -> JSONValue? {
    while let message = receive() {
      if message["id"] == id { return message }
    }
    return nil
  }

  func closeInput() { close(toServer) }
  func closeOutput() { close(fromServer) }

  /// The connection's exit code; nil where it does not end in time.
  func end(within seconds: Double = patience) -> Int32? {
    ended.wait(timeout: .now() + seconds) == .success ? exitCode : nil
  }
}

/// Lines that any thread may add.
private final class Lines: Sendable {
  let all = Mutex<[String]>([])

  func append(_ line: String) { all.withLock { $0.append(line) } }
}

extension Route {
  /// A route that takes any parameters.
  init(
    method: String, ordering: Ordering, lane: Lane,
    handle: @escaping @Sendable (_ parameters: JSONValue, _ call: any Call) throws -> JSONValue
  ) {
    self.init(method: method, ordering: ordering, lane: lane, prepare: { parameters in { try handle(parameters, $0) } })
  }
}

extension JSONValue {
  var errorCode: Int64? {
    if case .int(let code) = self["error"]?["code"] { code } else { nil }
  }
}
