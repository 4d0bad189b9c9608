import Foundation
import RPC

/// Log lines on standard error, each written whole or not at all: logging never waits for the reader.
struct StandardErrorLog: Sendable {
  /// Least level that is written.
  let level: LogLevel

  /// A pipe takes this many bytes at once.
  private static let longestLine = 4096

  func callAsFunction(_ level: LogLevel, _ message: String) {
    guard level.isAtLeast(self.level) else { return }
    let text = message.replacingOccurrences(of: "\n", with: " ")
    let prefix = "\(Date().ISO8601Format()) vrxd \(level.rawValue): \(text)"
    let line = Array(prefix.utf8.prefix(Self.longestLine - 1)) + [UInt8(ascii: "\n")]
    line.withUnsafeBytes { bytes in
      // A socket must not block; pipes do not since the start (`StandardStreams`).
      if send(STDERR_FILENO, bytes.baseAddress, bytes.count, Int32(MSG_DONTWAIT | MSG_NOSIGNAL)) < 0,
        errno == ENOTSOCK
      {
        _ = write(STDERR_FILENO, bytes.baseAddress, bytes.count)
      }
    }
  }
}
