import Foundation

/// Exclusive access in the order of requests: a caller that locks repeatedly lets others in between.
final class FairLock<Value>: @unchecked Sendable {
  // Everything below is touched only with `condition` held, and `value` only by the holder of the turn.
  private let condition = NSCondition()
  private var next: UInt64 = 0
  private var serving: UInt64 = 0
  private let value: Value

  init(_ value: consuming sending Value) { self.value = value }

  /// Runs `body` in its turn.
  func withLock<Result>(_ body: (Value) throws -> Result) rethrows -> Result {
    condition.lock()
    let turn = next
    next += 1
    while serving != turn { condition.wait() }
    condition.unlock()
    defer {
      condition.lock()
      serving += 1
      condition.broadcast()
      condition.unlock()
    }
    return try body(value)
  }
}
