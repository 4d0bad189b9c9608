import Foundation
import RPC

/// A running vrxd and the frames that it has sent. Ends with the object.
public final class DaemonProcess: @unchecked Sendable {
  private let process = Process()
  private let input = Pipe()
  private let output = Pipe()
  private let condition = NSCondition()
  private var received: [JSONValue] = []
  private var unframed = Data()
  private var isAtEnd = false
  private var nextID: Int64 = 1

  /// What a test waited for in vain.
  public struct Timeout: Error, CustomStringConvertible {
    /// What it was.
    public var description: String
  }

  /// The daemon: the environment variable `VRXD`, else the one beside the tests.
  public static var executable: URL {
    if let given = ProcessInfo.processInfo.environment["VRXD"] { return URL(fileURLWithPath: given) }
    let beside = URL(fileURLWithPath: CommandLine.arguments.first ?? "").deletingLastPathComponent()
      .appendingPathComponent("vrxd")
    if FileManager.default.isExecutableFile(atPath: beside.path) { return beside }
    return URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent(".build/release/vrxd")
  }

  /// Starts the daemon.
  public init(arguments: [String] = []) throws {
    signal(SIGPIPE, SIG_IGN)
    process.executableURL = Self.executable
    process.arguments = arguments
    process.standardInput = input
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let reading = output.fileHandleForReading
    Thread { [weak self] in
      while true {
        let data = reading.availableData
        guard let self, self.take(data) else { return }
      }
    }.start()
  }

  deinit {
    try? input.fileHandleForWriting.close()
    if process.isRunning { kill(process.processIdentifier, SIGKILL) }
  }

  /// The daemon's process.
  public var processID: Int32 { process.processIdentifier }

  /// Sends bytes as they are. What the daemon no longer reads is dropped.
  public func send(bytes: Data) { try? input.fileHandleForWriting.write(contentsOf: bytes) }

  /// Sends a text in a frame.
  public func send(body: String) { send(body: Data(body.utf8)) }

  /// Sends bytes in a frame.
  public func send(body: Data) { send(bytes: Data("Content-Length: \(body.count)\r\n\r\n".utf8) + body) }

  /// Sends a request and returns its id at once.
  public func start(_ method: String, _ parameters: JSONValue? = nil) throws -> Int64 {
    let id = nextID
    nextID += 1
    var message: [String: JSONValue] = ["jsonrpc": .string("2.0"), "id": .int(id), "method": .string(method)]
    message["params"] = parameters
    send(body: try JSONValue.object(message).foundationData())
    return id
  }

  /// Sends a notification.
  public func notify(_ method: String, _ parameters: JSONValue? = nil) throws {
    var message: [String: JSONValue] = ["jsonrpc": .string("2.0"), "method": .string(method)]
    message["params"] = parameters
    send(body: try JSONValue.object(message).foundationData())
  }

  /// Sends a request and waits for the answer: the whole envelope.
  public func request(
    _ method: String, _ parameters: JSONValue? = nil, timeout: TimeInterval = 10
  ) throws -> JSONValue {
    try answer(to: start(method, parameters), timeout: timeout)
  }

  /// Waits for the answer to `id`: the whole envelope.
  public func answer(to id: Int64, timeout: TimeInterval = 10) throws -> JSONValue {
    try message("the answer to \(id)", timeout: timeout) { $0["method"] == nil && $0["id"] == .int(id) }
  }

  /// Waits for a message that fits; it is then no longer waiting.
  public func message(
    _ words: String, timeout: TimeInterval = 10, where fits: (JSONValue) -> Bool
  ) throws -> JSONValue {
    let deadline = Date(timeIntervalSinceNow: timeout)
    condition.lock()
    defer { condition.unlock() }
    while true {
      if let index = received.firstIndex(where: fits) { return received.remove(at: index) }
      if isAtEnd { throw Timeout(description: "the daemon ended before \(words)") }
      if !condition.wait(until: deadline) { throw Timeout(description: "no \(words) within \(timeout) s") }
    }
  }

  /// Initialises the session.
  @discardableResult
  public func initialize(_ parameters: [String: JSONValue] = [:]) throws -> JSONValue {
    let answer = try request("initialize", .object(parameters))
    try notify("initialized")
    return answer
  }

  /// Closes the daemon's standard input.
  public func closeInput() { try? input.fileHandleForWriting.close() }

  /// Waits for the daemon's end; nil if it goes on.
  public func exitCode(within seconds: TimeInterval) -> Int32? {
    let deadline = Date(timeIntervalSinceNow: seconds)
    while process.isRunning && Date() < deadline { usleep(5000) }
    return process.isRunning ? nil : process.terminationStatus
  }

  /// Takes what the daemon sent; false at its end.
  private func take(_ data: Data) -> Bool {
    condition.lock()
    defer {
      condition.broadcast()
      condition.unlock()
    }
    unframed.append(data)
    while let (body, rest) = Self.firstFrame(of: unframed) {
      unframed = rest
      if let message = try? JSONValue(foundation: body) { received.append(message) }
    }
    if data.isEmpty { isAtEnd = true }
    return !data.isEmpty
  }

  /// Frames must be exactly `Content-Length: N`, an empty line and N bytes.
  private static func firstFrame(of data: Data) -> (body: Data, rest: Data)? {
    guard let end = data.range(of: Data("\r\n\r\n".utf8)) else { return nil }
    let header = String(decoding: data[data.startIndex..<end.lowerBound], as: UTF8.self)
    let prefix = "Content-Length: "
    guard header.hasPrefix(prefix), let length = Int(header.dropFirst(prefix.count)),
      data.endIndex - end.upperBound >= length
    else { return nil }
    let bodyEnd = end.upperBound + length
    return (Data(data[end.upperBound..<bodyEnd]), Data(data[bodyEnd...]))
  }
}
