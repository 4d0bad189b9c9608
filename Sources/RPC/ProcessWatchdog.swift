import Foundation

/// Watches another process and reports its end.
package final class ProcessWatchdog: Sendable {
  /// Seconds between checks.
  private static let interval = 1.0

  /// Watches `processID`; calls `onDeath` once, on its own thread, within about a second of the process's end.
  package init(processID: Int32, onDeath: @escaping @Sendable () -> Void) {
    let thread = Thread {
      while Self.lives(processID) { Thread.sleep(forTimeInterval: Self.interval) }
      onDeath()
    }
    thread.name = "process watchdog"
    thread.start()
  }

  /// Whether the process lives and is not a zombie. A process of another user counts as living.
  private static func lives(_ processID: Int32) -> Bool {
    guard kill(processID, 0) == 0 || errno == EPERM else { return false }
    guard let text = try? String(contentsOfFile: "/proc/\(processID)/stat", encoding: .utf8),
      let end = text.lastIndex(of: ")")
    else { return true }
    return text[text.index(after: end)...].split(separator: " ").first != "Z"
  }
}
