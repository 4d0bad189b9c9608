import Foundation

/// The only writer of the protocol's descriptor: frames go out in the order of their arrival, on a thread of its own.
///
/// Whoever sends never waits. Frames that may be dropped replace an older one of the same key that still waits, and are dropped while
/// the client reads slowly; the others are kept however slow it is.
final class FrameWriter: @unchecked Sendable {
  private struct Item {
    var frame: [UInt8]
    /// What this frame is the latest news of; nil for those that must arrive.
    var key: String?
  }

  // Everything below is touched only with `condition` held.
  private let condition = NSCondition()
  private var queue: [Item] = []
  private var queuedBytes = 0
  private var isClosing = false
  private var deadline = Date.distantFuture
  private var hasEnded = false

  private let descriptor: Int32
  private let droppableBytes: Int
  private let onFailure: @Sendable () -> Void

  /// Bytes written at once: a pipe that is ready takes as many without blocking.
  private static let chunk = 4096
  /// Milliseconds after which a writer that waits for the client looks at its deadline again.
  private static let patience: Int32 = 50

  /// A writer to `descriptor` that drops what may be dropped while more than `droppableBytes` wait. `onFailure` hears, once, that the
  /// client is gone.
  init(descriptor: Int32, droppableBytes: Int, onFailure: @escaping @Sendable () -> Void) {
    self.descriptor = descriptor
    self.droppableBytes = droppableBytes
    self.onFailure = onFailure
    let thread = Thread { [self] in run() }
    thread.name = "writer"
    thread.start()
  }

  /// Sends a message that must arrive.
  func send(_ message: JSONValue) { enqueue(Item(frame: FrameDecoder.frame(message.serialized()), key: nil)) }

  /// Sends the latest news of `key`, if the client keeps up.
  func sendDroppable(_ message: JSONValue, key: String) {
    enqueue(Item(frame: FrameDecoder.frame(message.serialized()), key: key))
  }

  /// Takes no more, and waits until all is written, at most `seconds`.
  func close(within seconds: TimeInterval) {
    condition.lock()
    isClosing = true
    deadline = Date(timeIntervalSinceNow: seconds)
    condition.broadcast()
    while !hasEnded, condition.wait(until: deadline) {}
    condition.unlock()
  }

  private func enqueue(_ item: Item) {
    condition.lock()
    defer { condition.unlock() }
    guard !isClosing, !hasEnded else { return }
    if let key = item.key {
      if let waiting = queue.firstIndex(where: { $0.key == key }) {
        queuedBytes += item.frame.count - queue[waiting].frame.count
        queue[waiting] = item
        return
      }
      guard queuedBytes <= droppableBytes else { return }
    }
    queue.append(item)
    queuedBytes += item.frame.count
    condition.broadcast()
  }

  private func run() {
    while let frame = next() {
      if !write(frame) {
        end()
        onFailure()
        return
      }
    }
    end()
  }

  private func end() {
    condition.lock()
    hasEnded = true
    queue = []
    condition.broadcast()
    condition.unlock()
  }

  private func next() -> [UInt8]? {
    condition.lock()
    defer { condition.unlock() }
    while queue.isEmpty, !isClosing { condition.wait() }
    guard !queue.isEmpty else { return nil }
    let item = queue.removeFirst()
    queuedBytes -= item.frame.count
    return item.frame
  }

  private var isPastDeadline: Bool {
    condition.lock()
    defer { condition.unlock() }
    return isClosing && Date() >= deadline
  }

  /// Writes a frame; false where the client is gone or closing has taken too long.
  private func write(_ frame: [UInt8]) -> Bool {
    frame.withUnsafeBytes { bytes in
      var written = 0
      while written < bytes.count {
        var state = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        let ready = poll(&state, 1, Self.patience)
        if ready == 0 || (ready < 0 && errno == EINTR) {
          if isPastDeadline { return false }
          continue
        }
        guard ready > 0, let base = bytes.baseAddress else { return false }
        let count = Glibc.write(descriptor, base + written, min(Self.chunk, bytes.count - written))
        if count > 0 {
          written += count
        } else if count < 0, errno != EINTR, errno != EAGAIN {
          return false
        }
      }
      return true
    }
  }
}
