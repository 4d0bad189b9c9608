import Foundation
import JSON
import RPC

/// A recorded session that is played to a new daemon.
struct TraceReplay {
  struct Report {
    var answers = 0
    /// A line for each that differs.
    var differences: [String] = []
  }

  /// A recording that cannot be played.
  struct Failure: Error, CustomStringConvertible {
    var description: String
  }

  private let entries: [TraceEntry]

  /// Members of answers that give times.
  private static let ignored: Set<String> = ["seconds"]

  /// The session of these lines, with another workspace, or none.
  init(lines: String, workspace: String?) throws {
    entries = try lines.split(separator: "\n").enumerated().map { number, line in
      guard let value = try? JSONValue.parse(Array(line.utf8)), let entry = TraceEntry(line: value) else {
        throw Failure(description: "line \(number + 1) is no line of a recording")
      }
      return Self.adapt(entry, workspace: workspace)
    }
  }

  /// The client of the recording is gone: the daemon must not watch its process, nor write to its workspace.
  private static func adapt(_ entry: TraceEntry, workspace: String?) -> TraceEntry {
    guard entry.sender == .client, case .message(.object(var message)) = entry.content,
      message["method"] == .string("initialize"), case .object(var parameters)? = message["params"]
    else { return entry }
    parameters["processId"] = .int(Int64(getpid()))
    parameters["workspace"] = workspace.map(JSONValue.string)
    message["params"] = .object(parameters)
    var adapted = entry
    adapted.content = .message(.object(message))
    return adapted
  }

  /// Plays it. Throws `Failure` where no daemon can be started.
  func play(timeout: TimeInterval) throws -> Report {
    let daemon = try ReplayedDaemon()
    defer { daemon.end() }
    var report = Report()
    for entry in entries {
      switch (entry.sender, entry.content) {
      case (.client, .message(let message)): daemon.send(message.serialized())
      case (.client, .body(let bytes)): daemon.send(bytes)
      case (.daemon, .message(let recorded)):
        guard let id = recorded["id"] else { continue }
        guard recorded["method"] == nil else {
          // A request of the daemon: the recorded answer to it comes next.
          _ = daemon.answer(to: .array([id]), within: timeout)
          continue
        }
        report.answers += 1
        guard let answer = daemon.answer(to: id, within: timeout) else {
          report.differences.append("\(Self.words(id)): no answer came")
          return report
        }
        report.differences += Self.differences(recorded, answer, at: Self.words(id))
      case (.daemon, .body): continue
      }
    }
    return report
  }

  private static func words(_ value: JSONValue) -> String {
    let text = String(decoding: value.serialized(), as: UTF8.self)
    return text.count > longestQuote ? text.prefix(longestQuote) + "…" : text
  }

  /// Characters of a value that a difference shows.
  private static let longestQuote = 100

  /// Where two values differ.
  private static func differences(_ recorded: JSONValue, _ now: JSONValue, at place: String) -> [String] {
    switch (recorded, now) {
    case (.object(let old), .object(let new)):
      return Set(old.keys).union(new.keys).subtracting(ignored).sorted().flatMap {
        differences(old[$0] ?? .null, new[$0] ?? .null, at: "\(place).\($0)")
      }
    case (.array(let old), .array(let new)) where old.count == new.count:
      return zip(old, new).enumerated().flatMap { differences($1.0, $1.1, at: "\(place)[\($0)]") }
    default:
      return recorded == now ? [] : ["\(place): was \(words(recorded)), is \(words(now))"]
    }
  }
}

/// The daemon that a recording is played to: this executable, as another process.
private final class ReplayedDaemon: @unchecked Sendable {
  private let process = Process()
  private let input = Pipe()
  private let output = Pipe()
  private let condition = NSCondition()
  // Touched only with `condition` held. Requests of the daemon are kept under their id in an array.
  private var answers: [JSONValue: [JSONValue]] = [:]
  private var isAtEnd = false

  /// Bytes of a header and of an answer that are taken from the daemon.
  private static let limits = (header: 4 << 10, body: 1 << 30)
  /// Seconds that the daemon gets to end.
  private static let patience = 2.0

  init() throws {
    signal(SIGPIPE, SIG_IGN)
    process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    process.arguments = ["serve"]
    process.standardInput = input
    process.standardOutput = output
    do { try process.run() } catch { throw TraceReplay.Failure(description: "no daemon can be started: \(error)") }
    let descriptor = output.fileHandleForReading.fileDescriptor
    Thread { [self] in read(from: descriptor) }.start()
  }

  func send(_ body: [UInt8]) {
    try? input.fileHandleForWriting.write(contentsOf: Data(FrameDecoder.frame(body)))
  }

  /// The next answer to `id`; nil where none comes.
  func answer(to id: JSONValue, within seconds: TimeInterval) -> JSONValue? {
    let deadline = Date(timeIntervalSinceNow: seconds)
    condition.lock()
    defer { condition.unlock() }
    while true {
      if let answer = answers[id]?.first {
        answers[id]?.removeFirst()
        return answer
      }
      if isAtEnd || !condition.wait(until: deadline) { return nil }
    }
  }

  func end() {
    try? input.fileHandleForWriting.close()
    let deadline = Date(timeIntervalSinceNow: Self.patience)
    while process.isRunning, Date() < deadline { usleep(10_000) }
    if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    process.waitUntilExit()
  }

  private func read(from descriptor: Int32) {
    var decoder = FrameDecoder(maxHeaderBytes: Self.limits.header, maxBodyBytes: Self.limits.body)
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = Glibc.read(descriptor, &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      let messages = count > 0 ? decoder.push(buffer[..<count]) : []
      condition.lock()
      for case .message(let body) in messages {
        guard let message = try? JSONValue.parse(body), let id = message["id"] else { continue }
        answers[message["method"] == nil ? id : .array([id]), default: []].append(message)
      }
      isAtEnd = count <= 0
      condition.broadcast()
      condition.unlock()
      if count <= 0 { return }
    }
  }
}
