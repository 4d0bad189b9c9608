import Foundation
import JSON

/// The only writer of the protocol's descriptor: frames go out in the order of their arrival, on a thread of its own.
///
/// Senders never wait. Messages are kept, however slowly the client reads. Progress and previews are entries of the
/// queue that are filled when their turn comes, so that a slow client gets the latest state and the queue stays short.
final class FrameWriter: @unchecked Sendable {
  fileprivate enum Item {
    /// A message that must arrive.
    case message(frame: [UInt8], isAnswer: Bool, traced: JSONValue?)
    /// Makes the latest state; nil where nothing is left to send.
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
  private let onFailure: @Sendable (_ reason: String) -> Void

  /// Bytes written at once: a ready pipe takes this many without blocking.
  private static let chunk = 4096
  /// Milliseconds after which a writer that waits for the client looks at its deadline again.
  private static let patience: Int32 = 50
  /// Taken items that may lie before `head`.
  private static let largestHead = 1024

  /// A writer to `descriptor`. `onFailure` is called once, when the client is gone.
  init(
    descriptor: Int32, trace: TraceRecorder? = nil, onFailure: @escaping @Sendable (_ reason: String) -> Void
  ) {
    self.descriptor = descriptor
    self.trace = trace
    self.onFailure = onFailure
    let thread = Thread { [self] in run() }
    thread.name = "writer"
    thread.start()
  }

  /// Bytes and answers that the client has not read yet.
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

  /// Serialises a message, outside of any lock of its sender.
  func prepare(_ message: JSONValue, isAnswer: Bool) -> Prepared {
    let frame = FrameDecoder.frame(message.serialized())
    return Prepared(
      item: .message(frame: frame, isAnswer: isAnswer, traced: trace == nil ? nil : message), count: frame.count)
  }

  func send(_ prepared: Prepared) { enqueue(prepared.item, bytes: prepared.count) }

  /// Queues an entry; when its turn comes, `take` gives the message.
  func sendNews(_ take: @escaping @Sendable () -> JSONValue?) { enqueue(.news(take), bytes: 0) }

  /// Takes no more messages, and waits until all are written, at most `seconds` and what it takes the thread to notice:
  /// after it nothing is written, so that the descriptor can be closed.
  func close(within seconds: TimeInterval) {
    condition.lock()
    isClosing = true
    deadline = Date(timeIntervalSinceNow: seconds)
    condition.broadcast()
    while !hasEnded { condition.wait() }
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
    // Recorded before it is written, so that the client's answer is recorded after it.
    while let item = next() {
      let failure: WriteFailure?
      switch item {
      case .message(let frame, let isAnswer, let traced):
        if let traced { trace?.record(.message(traced), from: .daemon) }
        failure = write(frame)
        written(frame.count, isAnswer: isAnswer)
      case .news(let take):
        guard let message = take() else { continue }
        trace?.record(.message(message), from: .daemon)
        failure = write(FrameDecoder.frame(message.serialized()))
      }
      if let failure {
        end()
        if case .lost(let reason) = failure { onFailure(reason) }
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
    // Taken items must not be kept alive.
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

  private enum WriteFailure {
    /// The client is gone.
    case lost(reason: String)
    /// Closing has taken too long.
    case late
  }

  /// Writes a frame; what failed, if anything.
  private func write(_ frame: [UInt8]) -> WriteFailure? {
    frame.withUnsafeBytes { bytes in
      var written = 0
      while written < bytes.count {
        var state = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        let ready = poll(&state, 1, Self.patience)
        if ready < 0, errno != EINTR { return .lost(reason: String(cString: strerror(errno))) }
        // Late or not, what the client's pipe takes at once is written.
        if ready < 1 || written > 0, isPastDeadline { return .late }
        guard ready > 0, let base = bytes.baseAddress else { continue }
        let count = Glibc.write(descriptor, base + written, min(Self.chunk, bytes.count - written))
        if count > 0 {
          written += count
        } else if count < 0, errno != EINTR, errno != EAGAIN {
          return .lost(reason: String(cString: strerror(errno)))
        }
      }
      return nil
    }
  }
}
