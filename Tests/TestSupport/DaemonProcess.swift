import Foundation
import JSON
import RPC

/// A running vrxd and the frames that it has sent. Every answer is checked against the published schema. Ends with the
/// object.
package final class DaemonProcess: @unchecked Sendable {
  private let process = Process()
  private let input = Pipe()
  private let output = Pipe()
  private let condition = NSCondition()
  private var received: [JSONValue] = []
  private var unframed = Data()
  private var isAtEnd = false
  private var nextID: Int64 = 1
  private var methods: [Int64: String] = [:]

  /// What a test waited for in vain, or an answer that is not as published.
  package struct Failure: Error, CustomStringConvertible {
    /// What it was.
    package var description: String
  }

  /// The daemon: the environment variable `VRXD`, else the one beside the tests.
  package static var executable: URL {
    if let given = ProcessInfo.processInfo.environment["VRXD"] { return URL(fileURLWithPath: given) }
    let beside = URL(fileURLWithPath: CommandLine.arguments.first ?? "").deletingLastPathComponent()
      .appendingPathComponent("vrxd")
    if FileManager.default.isExecutableFile(atPath: beside.path) { return beside }
    return PublishedContract.package.appendingPathComponent(".build/release/vrxd")
  }

  /// Runs the daemon's executable to its end; returns what it wrote and its exit code.
  package static func run(_ arguments: [String]) throws -> (output: Data, exitCode: Int32) {
    let process = Process()
    let output = Pipe()
    process.executableURL = executable
    process.arguments = arguments
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (data, process.terminationStatus)
  }

  /// Starts the daemon.
  ///
  /// - Parameters:
  ///   - standardError: Where its log goes; nowhere by default.
  ///   - isRead: Whether what it sends is read from the start; else from `startReading` on.
  package init(arguments: [String] = [], standardError: Any = FileHandle.nullDevice, isRead: Bool = true) throws {
    signal(SIGPIPE, SIG_IGN)
    process.executableURL = Self.executable
    process.arguments = arguments
    process.standardInput = input
    process.standardOutput = output
    process.standardError = standardError
    try process.run()
    if isRead { startReading() }
  }

  deinit {
    try? input.fileHandleForWriting.close()
    if process.isRunning { kill(process.processIdentifier, SIGKILL) }
  }

  /// Reads what the daemon sends, from now on.
  package func startReading() {
    let reading = output.fileHandleForReading
    Thread { [weak self] in
      while true {
        let data = reading.availableData
        guard let self, self.take(data) else { return }
      }
    }.start()
  }

  /// Closes the end at which the daemon's output is read; only for one that is not read.
  package func closeOutput() { try? output.fileHandleForReading.close() }

  /// The daemon's process.
  package var processID: Int32 { process.processIdentifier }

  /// The daemon's resident memory in bytes; nil where it has ended.
  package var residentBytes: Int? {
    guard let text = try? String(contentsOfFile: "/proc/\(processID)/status", encoding: .utf8),
      let line = text.split(separator: "\n").first(where: { $0.hasPrefix("VmRSS:") }),
      let kilobytes = line.split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst().first.flatMap({ Int($0) })
    else { return nil }
    return kilobytes << 10
  }

  /// Waits until there is something to read; for one that is not read. False where nothing comes.
  package func hasOutput(within seconds: TimeInterval) -> Bool {
    var state = pollfd(fd: output.fileHandleForReading.fileDescriptor, events: Int16(POLLIN), revents: 0)
    return poll(&state, 1, Int32(seconds * 1000)) > 0
  }

  /// Waits until the daemon has read all that was sent. False where it does not.
  package func takesInput(within seconds: TimeInterval) -> Bool {
    let deadline = Date(timeIntervalSinceNow: seconds)
    var unread: Int32 = 0
    while ioctl(input.fileHandleForWriting.fileDescriptor, UInt(FIONREAD), &unread) == 0, unread > 0 {
      guard Date() < deadline else { return false }
      usleep(1000)
    }
    return unread == 0
  }

  /// Sends bytes as they are. What the daemon no longer reads is dropped.
  package func send(bytes: Data) { try? input.fileHandleForWriting.write(contentsOf: bytes) }

  /// Sends a text in a frame.
  package func send(body: String) { send(body: Data(body.utf8)) }

  /// Sends bytes in a frame.
  package func send(body: Data) { send(bytes: Data("Content-Length: \(body.count)\r\n\r\n".utf8) + body) }

  /// Sends a request and returns its id at once.
  package func start(_ method: String, _ parameters: JSONValue? = nil) throws -> Int64 {
    condition.lock()
    let id = nextID
    nextID += 1
    methods[id] = method
    condition.unlock()
    var message: [String: JSONValue] = ["jsonrpc": .string("2.0"), "id": .int(id), "method": .string(method)]
    message["params"] = parameters
    send(body: try JSONValue.object(message).foundationData())
    return id
  }

  /// Sends a notification.
  package func notify(_ method: String, _ parameters: JSONValue? = nil) throws {
    var message: [String: JSONValue] = ["jsonrpc": .string("2.0"), "method": .string(method)]
    message["params"] = parameters
    send(body: try JSONValue.object(message).foundationData())
  }

  /// Asks for the cancellation of a request.
  package func cancel(_ id: Int64) throws { try notify("$/cancelRequest", .object(["id": .int(id)])) }

  /// Sends a request and waits for the answer: the whole envelope.
  package func request(
    _ method: String, _ parameters: JSONValue? = nil, timeout: TimeInterval = 10
  ) throws -> JSONValue {
    try answer(to: start(method, parameters), timeout: timeout)
  }

  /// Sends a request and waits for its result; throws `Failure` with the error, if there is one.
  package func result(
    of method: String, _ parameters: [String: JSONValue] = [:], timeout: TimeInterval = 300
  ) throws -> JSONValue {
    let answer = try request(method, .object(parameters), timeout: timeout)
    guard let result = answer["result"] else {
      throw Failure(description: "\(method): \(answer["error"]?["message"]?.text ?? "no result")")
    }
    return result
  }

  /// Waits for the answer to `id`: the whole envelope.
  package func answer(to id: Int64, timeout: TimeInterval = 10) throws -> JSONValue {
    let answer = try message("the answer to \(id)", timeout: timeout) { $0["method"] == nil && $0["id"] == .int(id) }
    condition.lock()
    let method = methods[id]
    condition.unlock()
    if let method, let result = answer["result"] {
      let problems = try PublishedContract.load().problems(of: result, answering: method)
      if !problems.isEmpty {
        throw Failure(description: "the answer to \(method) is not as published: " + problems.joined(separator: "; "))
      }
    }
    return answer
  }

  /// Waits for a message that fits; it is then no longer waiting.
  package func message(
    _ words: String, timeout: TimeInterval = 10, where fits: (JSONValue) -> Bool
  ) throws -> JSONValue {
    let deadline = Date(timeIntervalSinceNow: timeout)
    condition.lock()
    defer { condition.unlock() }
    while true {
      if let index = received.firstIndex(where: fits) { return received.remove(at: index) }
      if isAtEnd { throw Failure(description: "the daemon ended before \(words)") }
      if !condition.wait(until: deadline) { throw Failure(description: "no \(words) within \(timeout) s") }
    }
  }

  /// Everything that waits.
  package func waitingMessages() -> [JSONValue] {
    condition.lock()
    defer { condition.unlock() }
    defer { received = [] }
    return received
  }

  /// Initialises the session.
  @discardableResult
  package func initialize(_ parameters: [String: JSONValue] = [:]) throws -> JSONValue {
    let answer = try request("initialize", .object(parameters))
    try notify("initialized")
    return answer
  }

  /// Closes the daemon's standard input.
  package func closeInput() { try? input.fileHandleForWriting.close() }

  /// Waits for the daemon's end; nil if it goes on. That of a signal is minus the signal.
  package func exitCode(within seconds: TimeInterval) -> Int32? {
    let deadline = Date(timeIntervalSinceNow: seconds)
    while process.isRunning && Date() < deadline { usleep(5000) }
    guard !process.isRunning else { return nil }
    return process.terminationReason == .uncaughtSignal ? -process.terminationStatus : process.terminationStatus
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
    return (Data(data[end.upperBound..<bodyEnd]), data[bodyEnd...])
  }
}
