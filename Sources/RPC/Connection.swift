import Foundation
import JSON
import Synchronization

/// A JSON-RPC 2.0 connection over two file descriptors, framed as the Language Server Protocol does it.
///
/// Every request gets exactly one response. The reading thread never waits for the writer, for a handler or for the
/// client. A cancelled request is answered at once, whatever its handler does.
package final class Connection: Sendable {
  /// The limits and times of a connection.
  package struct Configuration: Sendable {
    /// Bytes of a header block.
    package var maxHeaderBytes = 4 << 10
    /// Bytes of a body.
    package var maxBodyBytes = 64 << 20
    /// Requests in flight: not answered, or with an answer that the client has not read.
    package var maxInFlight = 256
    /// Requests that run at once in each lane, except that of long jobs.
    package var laneWidth = 2
    /// Bytes that may wait for the client; above it, no more input is read.
    package var maxUnreadBytes = 64 << 20
    /// Seconds that handlers get to notice the end.
    package var handlerPatience = 0.3
    /// Seconds that the client gets to read the last answers; with `handlerPatience` well below one.
    package var writerPatience = 0.4

    package init() {}
  }

  struct State {
    var calls: [JSONValue: InFlightCall] = [:]
    var exitCode: Int32?
  }

  /// Handles a notification's parameters, on the reading thread.
  package typealias NotificationHandler = @Sendable (JSONValue) -> Void

  let routes: [String: Route]
  let notifications: [String: NotificationHandler]
  let admit: @Sendable (_ method: String, _ isNotification: Bool) -> RPCError?
  let configuration: Configuration
  let log: @Sendable (_ level: LogLevel, _ message: String) -> Void
  let scheduler: Scheduler
  let state = Mutex(State())
  let currentWriter = Mutex<FrameWriter?>(nil)
  let trace: TraceRecorder?
  let outgoing = OutgoingCalls()
  /// A byte written to the second end wakes the reading thread.
  private let wake: (reading: Int32, writing: Int32)

  /// A connection that answers `routes`.
  ///
  /// - Parameters:
  ///   - notifications: by method; they must return at once.
  ///   - admit: asked on arrival, in order, of every request and notification: an error refuses it.
  ///   - trace: records the session.
  ///   - log: gets events for the person who runs the process.
  package init(
    routes: [Route], notifications: [String: NotificationHandler],
    admit: @escaping @Sendable (_ method: String, _ isNotification: Bool) -> RPCError?,
    configuration: Configuration = .init(), trace: TraceRecorder? = nil,
    log: @escaping @Sendable (_ level: LogLevel, _ message: String) -> Void
  ) {
    self.routes = Dictionary(routes.map { ($0.method, $0) }, uniquingKeysWith: { first, _ in first })
    self.notifications = notifications
    self.admit = admit
    self.configuration = configuration
    self.trace = trace
    self.log = log
    scheduler = Scheduler(width: configuration.laneWidth)
    var ends: [Int32] = [-1, -1]
    if pipe(&ends) != 0 { log(.error, "no pipe: \(String(cString: strerror(errno)))") }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    wake = (ends[0], ends[1])
  }

  deinit {
    close(wake.reading)
    close(wake.writing)
  }

  /// Reads and answers until end of file, `stop(exitCode:)`, a client that is gone, or lost framing. Blocks.
  ///
  /// Before it returns, what is in flight is cancelled and answered, and the answers are written if the client reads
  /// them in time. Returns the process's exit code: the one given to `stop`, 0 at end of file, 1 otherwise.
  package func run(reading: Int32, writing: Int32) -> Int32 {
    signal(SIGPIPE, SIG_IGN)
    let writer = FrameWriter(descriptor: writing, trace: trace) { [weak self] reason in
      self?.log(.warning, "the client reads no more: \(reason)")
      self?.stop(exitCode: 1)
    }
    currentWriter.withLock { $0 = writer }
    let ticker = Ticker(interval: InFlightCall.tickInterval) { [weak self] in
      self?.state.withLock { Array($0.calls.values) }.forEach { $0.tick() }
    }
    let code = read(from: reading, writer: writer)
    ticker.stop()
    outgoing.close()
    let calls = state.withLock { Array($0.calls.values) }
    calls.forEach { $0.cancel() }
    scheduler.stop(within: configuration.handlerPatience)
    calls.forEach { answer($0, .failure(Self.cancelled)) }
    writer.close(within: configuration.writerPatience)
    return code
  }

  /// Ends `run` with this exit code. From any thread; the first call counts.
  package func stop(exitCode: Int32) {
    let isFirst = state.withLock { state in
      defer { state.exitCode = state.exitCode ?? exitCode }
      return state.exitCode == nil
    }
    var byte: UInt8 = 0
    if isFirst { _ = Glibc.write(wake.writing, &byte, 1) }
  }

  /// Sends a notification.
  package func notify(_ method: String, _ parameters: JSONValue) {
    currentWriter.withLock { $0 }?.send(
      .object(["jsonrpc": .string("2.0"), "method": .string(method), "params": parameters]))
  }

  /// Cancels and answers every request in flight except `call`.
  package func cancelAll(except call: any Call) {
    for other in state.withLock({ Array($0.calls.values) }) where other !== call as? InFlightCall { cancel(other) }
  }

  static let cancelled = RPCError(code: RPCError.Code.requestCancelled, message: "the request was cancelled")

  /// Bytes read at once.
  private static let chunk = 64 << 10
  /// Milliseconds between checks whether a paused client has read its answers.
  private static let congestionPatience: Int32 = 20

  private func read(from descriptor: Int32, writer: FrameWriter) -> Int32 {
    var decoder = FrameDecoder(
      maxHeaderBytes: configuration.maxHeaderBytes, maxBodyBytes: configuration.maxBodyBytes)
    var buffer = [UInt8](repeating: 0, count: Self.chunk)
    while true {
      if let code = state.withLock({ $0.exitCode }) { return code }
      var sources = [
        pollfd(fd: wake.reading, events: Int16(POLLIN), revents: 0),
        pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0),
      ]
      // No input is read from a client that reads no answers: its own pipe then stops it.
      let isCongested = writer.backlog.bytes > configuration.maxUnreadBytes
      let ready = poll(&sources, isCongested ? 1 : 2, isCongested ? Self.congestionPatience : -1)
      guard ready >= 0 || errno == EINTR else {
        log(.error, "the client cannot be waited for: \(String(cString: strerror(errno)))")
        return 1
      }
      guard sources[1].revents != 0, sources[0].revents == 0 else { continue }
      let count = Glibc.read(descriptor, &buffer, buffer.count)
      if count < 0 {
        if errno == EINTR || errno == EAGAIN { continue }
        log(.error, "the client cannot be read: \(String(cString: strerror(errno)))")
        return 1
      }
      if count == 0 { return 0 }
      for event in decoder.push(buffer[..<count]) {
        switch event {
        case .message(let bytes): receive(bytes, writer: writer)
        case .oversized(let size):
          refuse(
            .invalidRequest, "a message of \(size) bytes, where \(configuration.maxBodyBytes) are accepted", to: .null,
            writer)
        case .broken(let reason):
          log(.error, "the framing is lost: \(reason)")
          refuse(.parseError, "the framing is lost: \(reason)", to: .null, writer)
          return 1
        }
        // What follows `exit` is not read.
        if let code = state.withLock({ $0.exitCode }) { return code }
      }
    }
  }
}

/// Calls a function repeatedly, on its own thread.
private final class Ticker: @unchecked Sendable {
  private let condition = NSCondition()
  private var isStopped = false

  init(interval: TimeInterval, _ body: @escaping @Sendable () -> Void) {
    let thread = Thread { [self] in
      condition.lock()
      while !isStopped {
        if !condition.wait(until: Date(timeIntervalSinceNow: interval)) {
          condition.unlock()
          body()
          condition.lock()
        }
      }
      condition.unlock()
    }
    thread.name = "progress"
    thread.start()
  }

  func stop() {
    condition.lock()
    isStopped = true
    condition.broadcast()
    condition.unlock()
  }
}
