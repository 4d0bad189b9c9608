/// How much a log message matters.
package enum LogLevel: String, Sendable, CaseIterable {
  /// Something failed.
  case error
  /// Something is wrong, but work goes on.
  case warning
  /// Something happened.
  case info
  /// For developers of the daemon.
  case debug
}

extension LogLevel {
  /// Whether it matters at least as much as `level`.
  package func isAtLeast(_ level: LogLevel) -> Bool { rank <= level.rank }

  private var rank: Int {
    switch self {
    case .error: 0
    case .warning: 1
    case .info: 2
    case .debug: 3
    }
  }
}
