/// How much a log message matters.
public enum LogLevel: String, Sendable, CaseIterable {
  /// Something failed.
  case error
  /// Something is not as it should be.
  case warning
  /// Something happened.
  case info
  /// For those who look into the daemon itself.
  case debug
}
