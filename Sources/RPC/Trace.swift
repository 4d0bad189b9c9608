import Foundation
import JSON
import Synchronization

/// One line of a recorded session: `{"time": seconds, "from": "client" | "daemon", "message": …}`, or `"base64"` in
/// place of `"message"` for bytes of the client that are not JSON.
package struct TraceEntry: Sendable, Equatable {
  package enum Sender: String, Sendable {
    case client
    case daemon
  }

  package enum Content: Sendable, Equatable {
    case message(JSONValue)
    /// A body that is not JSON.
    case body([UInt8])
  }

  /// Seconds since the session began.
  package var time: Double
  package var sender: Sender
  package var content: Content

  package init(time: Double, sender: Sender, content: Content) {
    self.time = time
    self.sender = sender
    self.content = content
  }

  /// Reads a line; nil where it is not one of a trace.
  package init?(line: JSONValue) {
    guard case .string(let name)? = line["from"], let sender = Sender(rawValue: name) else { return nil }
    self.sender = sender
    switch line["time"] {
    case .int(let seconds): time = Double(seconds)
    case .double(let seconds): time = seconds
    default: time = 0
    }
    if let message = line["message"] {
      content = .message(message)
    } else if case .string(let text)? = line["base64"], let bytes = Data(base64Encoded: text) {
      content = .body([UInt8](bytes))
    } else {
      return nil
    }
  }

  package var line: JSONValue {
    var members: [String: JSONValue] = [
      "time": .double((time * Self.ticksPerSecond).rounded() / Self.ticksPerSecond), "from": .string(sender.rawValue),
    ]
    switch content {
    case .message(let message): members["message"] = message
    case .body(let bytes): members["base64"] = .string(Data(bytes).base64EncodedString())
    }
    return .object(members)
  }

  /// Times are kept to the microsecond.
  private static let ticksPerSecond = 1e6
}

/// Records a session, a line per message, in the order in which messages were read and written.
///
/// A file that can no longer be written ends the recording, never the session.
package final class TraceRecorder: Sendable {
  private let descriptor: Mutex<Int32>
  private let start = ContinuousClock.now
  private let log: @Sendable (LogLevel, String) -> Void
  package let path: String

  /// A recording in a new file `session-<date>-<process>.jsonl` of `folder`, which is made if need be.
  package init(
    folder: String, log: @escaping @Sendable (_ level: LogLevel, _ message: String) -> Void
  ) throws(StreamError) {
    try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let formatter = DateFormatter()
    formatter.locale = Locale(identifier: "en_US_POSIX")
    formatter.timeZone = TimeZone(identifier: "UTC")
    formatter.dateFormat = "yyyyMMdd-HHmmss"
    path = "\(folder)/session-\(formatter.string(from: Date()))-\(getpid()).jsonl"
    let opened = open(path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0o600)
    guard opened >= 0 else { throw StreamError(code: errno) }
    descriptor = Mutex(opened)
    self.log = log
  }

  deinit { descriptor.withLock { if $0 >= 0 { close($0) } } }

  /// Records a message.
  package func record(_ content: TraceEntry.Content, from sender: TraceEntry.Sender) {
    let time = (ContinuousClock.now - start) / .seconds(1)
    let line = TraceEntry(time: time, sender: sender, content: content).line.serialized() + [UInt8(ascii: "\n")]
    let isLost = descriptor.withLock { descriptor in
      guard descriptor >= 0 else { return false }
      var written = 0
      while written < line.count {
        let count = line[written...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
        if count > 0 {
          written += count
        } else if count < 0, errno == EINTR {
          continue
        } else {
          close(descriptor)
          descriptor = -1
          return true
        }
      }
      return false
    }
    if isLost { log(.warning, "\(path) cannot be written any more: the recording ends") }
  }
}
