import Foundation
import Logging

/// Log lines on standard error, each written whole or not at all: whoever logs never waits for whoever reads.
struct StandardErrorLog: LogHandler {
  var metadata: Logger.Metadata = [:]
  var logLevel = Logger.Level.warning
  let label: String

  /// A pipe takes as many bytes in one piece.
  private static let longestLine = 4096

  init(label: String) { self.label = label }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    let text = event.message.description.replacingOccurrences(of: "\n", with: " ")
    let prefix = "\(Date().ISO8601Format()) \(label) \(event.level): \(text)"
    let line = Array(prefix.utf8.prefix(Self.longestLine - 1)) + [UInt8(ascii: "\n")]
    line.withUnsafeBytes { bytes in
      // A socket is told to take it or leave it; pipes have been told so at the start (`StandardStreams`).
      if send(STDERR_FILENO, bytes.baseAddress, bytes.count, Int32(MSG_DONTWAIT | MSG_NOSIGNAL)) < 0,
        errno == ENOTSOCK
      {
        _ = write(STDERR_FILENO, bytes.baseAddress, bytes.count)
      }
    }
  }
}
