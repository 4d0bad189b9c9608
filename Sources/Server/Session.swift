import Foundation
import JSON
import RPC
import Synchronization
import Wire

/// One client's session: its lifecycle, the folder of its relative paths, and the log that it wants.
final class Session: Sendable {
  private enum Phase {
    case new
    case open
    case shutDown
  }

  private struct State {
    var phase = Phase.new
    var root = FileManager.default.currentDirectoryPath
    var logLevel: LogLevel?
    var connection: Connection?
    var watchdog: ProcessWatchdog?
    var tensorFolder: TensorFolder?
  }

  private let state = Mutex(State())

  /// Sends through `connection` from now on.
  func attach(_ connection: Connection) { state.withLock { $0.connection = connection } }

  /// Releases the connection and the watchdog after the session.
  func detach() {
    let ended = state.withLock { state in
      defer { (state.connection, state.watchdog, state.tensorFolder) = (nil, nil, nil) }
      return (state.connection, state.watchdog, state.tensorFolder)
    }
    ended.2?.remove()
    withExtendedLifetime(ended) {}
  }

  /// Whether the lifecycle allows a message, as it arrives; the answer if not.
  func admit(method: String, isNotification: Bool) -> RPCError? {
    if isNotification && method == "exit" { return nil }
    return state.withLock { state in
      switch (state.phase, method) {
      case (.shutDown, _):
        return Self.failure(.shutDown, "\(method) after shutdown: only exit may follow; start a new daemon")
      case (.new, Initialize.method) where !isNotification:
        // Set on arrival, so that requests sent right after it are accepted and wait for it.
        state.phase = .open
        return nil
      case (.new, _):
        return Self.failure(.new, "\(method) before initialize: send initialize first")
      case (.open, Initialize.method):
        return Self.failure(.open, "initialize was sent already; one session has one")
      case (.open, Shutdown.method) where !isNotification:
        state.phase = .shutDown
        return nil
      case (.open, _): return nil
      }
    }
  }

  func open(_ request: Initialize) {
    let root = request.rootPath.map { resolve($0) }
    state.withLock { state in
      if let root { state.root = root }
      state.logLevel = request.logLevel
    }
    if let processID = request.processID {
      let watchdog = ProcessWatchdog(processID: processID) { [weak self] in self?.end(exitCode: 1) }
      state.withLock { $0.watchdog = watchdog }
    }
  }

  /// Makes the session new again after an `initialize` that failed.
  func reopen() { state.withLock { if $0.phase == .open { $0.phase = .new } } }

  /// Whether `shutdown` has arrived: work under way is then useless.
  var isShutDown: Bool { state.withLock { $0.phase == .shutDown } }

  /// The folder through which tensors go, made at the first call; nil where none can be made.
  func tensorFolder() -> TensorFolder? {
    state.withLock { state in
      state.tensorFolder = state.tensorFolder ?? TensorFolder()
      return state.tensorFolder
    }
  }

  /// Asks the client and waits for its answer.
  func call(
    _ method: String, _ parameters: JSONValue, within seconds: Double, isCancelled: () -> Bool
  ) throws -> JSONValue {
    guard let connection = state.withLock({ $0.connection }) else { throw ClientCallFailure.gone }
    return try connection.call(method, parameters, within: seconds, isCancelled: isCancelled)
  }

  /// Cancels and answers all requests in flight except `call`.
  func cancelWork(except call: any Call) { state.withLock { $0.connection }?.cancelAll(except: call) }

  /// Ends the process, as `exit` asks.
  func exit() { end(exitCode: isShutDown ? 0 : 1) }

  /// The absolute form of a path.
  func resolve(_ path: String) -> String {
    let root = state.withLock { $0.root }
    let folder = URL(fileURLWithPath: root, isDirectory: true)
    return URL(fileURLWithPath: path, relativeTo: folder).standardizedFileURL.path
  }

  /// Sends a line of the log to a client that wants it.
  func sendLog(_ level: LogLevel, _ message: String) {
    let (wanted, connection) = state.withLock { ($0.logLevel, $0.connection) }
    guard let wanted, level.isAtLeast(wanted), let connection else { return }
    connection.notify(
      "window/logMessage", .object(["type": .int(level.messageType), "message": .string(message)]))
  }

  func end(exitCode: Int32) { state.withLock { $0.connection }?.stop(exitCode: exitCode) }

  private static func failure(_ phase: Phase, _ message: String) -> RPCError {
    RPCError(
      code: phase == .new ? RPCError.Code.serverNotInitialized : RPCError.Code.invalidRequest, message: message,
      data: ErrorCode.data(kind: "lifecycle"))
  }
}

extension LogLevel {
  /// LSP's number for the level.
  fileprivate var messageType: Int64 {
    switch self {
    case .error: 1
    case .warning: 2
    case .info: 3
    default: 4
    }
  }
}
