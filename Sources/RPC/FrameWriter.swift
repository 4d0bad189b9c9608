import Foundation
import JSON

/// The only writer of the protocol's descriptor: frames go out in the order of their arrival, on a thread of its own.
///
/// Whoever sends never waits. Messages are kept however slowly the client reads; news (progress, previews) is a place in the queue that is
/// filled when its turn comes, so that a slow client gets the latest state and nothing piles up.
final class FrameWriter: @unchecked Sendable {
  fileprivate enum Item {
    /// A message that must arrive.
    case message(frame: [UInt8], isAnswer: Bool, traced: JSONValue?)
    /// What is then the latest; nil where there is nothing to tell any more.
    case news(@Sendable () -> JSONValue?)
  }

  // Everything below is touched only with `condition` held.
  private let condition = NSCondition()
  private var queue: [Item] = []
  /// Items of `queue` before this one have been taken.
  private var head = 0
  private var waitingBytes = 0
  private var waitingAnswers = 0
  private var isClosing = false
  private var deadline = Date.distantFuture
  private var hasEnded = false

  private let descriptor: Int32
  private let trace: TraceRecorder?
  private let onFailure: @Sendable () -> Void

  /// Bytes written at once: a pipe that is ready takes as many without blocking.
  private static let chunk = 4096
  /// Milliseconds after which a writer that waits for the client looks at its deadline again.
  private static let patience: Int32 = 50
  /// Taken items that may lie before `head`.
  private static let largestHead = 1024

  /// A writer to `descriptor`. `onFailure` hears, once, that the client is gone.
  init(descriptor: Int32, trace: TraceRecorder? = nil, onFailure: @escaping @Sendable () -> Void) {
    self.descriptor = descriptor
    self.trace = trace
    self.onFailure = onFailure
    let thread = Thread { [self] in run() }
    thread.name = "writer"
    thread.start()
  }

  /// Bytes and answers that the client has not taken yet.
  var backlog: (bytes: Int, answers: Int) {
    condition.lock()
    defer { condition.unlock() }
    return (waitingBytes, waitingAnswers)
  }

  /// Sends a message that must arrive.
  ///
  /// - Parameter isAnswer: whether it counts among the answers of `backlog` until it is written.
  func send(_ message: JSONValue, isAnswer: Bool = false) { send(prepare(message, isAnswer: isAnswer)) }

  /// A message that is ready to be sent.
  struct Prepared {
    fileprivate let item: Item
    fileprivate let count: Int
  }

  /// Makes a message ready, outside of any lock that its sender holds while it sends.
  func prepare(_ message: JSONValue, isAnswer: Bool) -> Prepared {
    let frame = FrameDecoder.frame(message.serialized())
    return Prepared(
      item: .message(frame: frame, isAnswer: isAnswer, traced: trace == nil ? nil : message), count: frame.count)
  }

  /// Sends what `prepare` made.
  func send(_ prepared: Prepared) { enqueue(prepared.item, bytes: prepared.count) }

  /// Sends, when it is its turn, what `take` then gives.
  func sendNews(_ take: @escaping @Sendable () -> JSONValue?) { enqueue(.news(take), bytes: 0) }

  /// Takes no more, and waits until all is written, at most `seconds`.
  func close(within seconds: TimeInterval) {
    condition.lock()
    isClosing = true
    deadline = Date(timeIntervalSinceNow: seconds)
    condition.broadcast()
    while !hasEnded, condition.wait(until: deadline) {}
    condition.unlock()
  }

  private func enqueue(_ item: Item, bytes: Int) {
    condition.lock()
    defer { condition.unlock() }
    guard !isClosing, !hasEnded else { return }
    queue.append(item)
    waitingBytes += bytes
    if case .message(_, isAnswer: true, _) = item { waitingAnswers += 1 }
    condition.broadcast()
  }

  private func run() {
    // Recorded before it is written, so that what the client sends in answer is recorded after it.
    while let item = next() {
      let isWritten: Bool
      switch item {
      case .message(let frame, let isAnswer, let traced):
        if let traced { trace?.record(.message(traced), from: .daemon) }
        isWritten = write(frame)
        written(frame.count, isAnswer: isAnswer)
      case .news(let take):
        guard let message = take() else { continue }
        trace?.record(.message(message), from: .daemon)
        isWritten = write(FrameDecoder.frame(message.serialized()))
      }
      if !isWritten {
        end()
        onFailure()
        return
      }
    }
    end()
  }

  private func written(_ bytes: Int, isAnswer: Bool) {
    condition.lock()
    waitingBytes -= bytes
    if isAnswer { waitingAnswers -= 1 }
    condition.unlock()
  }

  private func end() {
    condition.lock()
    hasEnded = true
    (queue, head, waitingBytes, waitingAnswers) = ([], 0, 0, 0)
    condition.broadcast()
    condition.unlock()
  }

  private func next() -> Item? {
    condition.lock()
    defer { condition.unlock() }
    while head == queue.count, !isClosing { condition.wait() }
    guard head < queue.count else { return nil }
    let item = queue[head]
    // What has been taken must not be kept alive.
    queue[head] = .news { nil }
    head += 1
    if head == queue.count {
      (queue, head) = ([], 0)
    } else if head > Self.largestHead, head * 2 > queue.count {
      queue.removeFirst(head)
      head = 0
    }
    return item
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
