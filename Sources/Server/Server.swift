import Engine
import JSON
import RPC
import Wire

/// The daemon: one session with one client over a pair of streams.
package final class Server: Sendable {
  private let handlers: Handlers
  private let session = Session()
  /// Seconds that the workspace gets after the client is gone, to write results that no response reported.
  private static let closingSeconds = 0.3
  private let log: @Sendable (LogLevel, String) -> Void

  /// Answers from `engine` and writes events to `log`.
  package init(
    engine: Engine, version: String, log: @escaping @Sendable (_ level: LogLevel, _ message: String) -> Void
  ) {
    handlers = Handlers(engine: engine, session: session, version: version)
    self.log = log
  }

  package var routes: [Route] { handlers.routes }

  /// Serves until `exit`, the end of `reading`, or the client's death. Blocks.
  ///
  /// - Parameters:
  ///   - reading: Where frames come from.
  ///   - writing: Where frames go to; nothing else may write there.
  ///   - trace: Records the session.
  /// - Returns: The process's exit code: of `exit`, 0 after `shutdown`, else 1; 0 at the end of input; that of `stop`.
  package func run(reading: Int32, writing: Int32, trace: TraceRecorder? = nil) -> Int32 {
    let connection = Connection(
      routes: routes, notifications: ["initialized": { _ in }, "exit": { [session] _ in session.exit() }],
      admit: { [session] in session.admit(method: $0, isNotification: $1) }, trace: trace,
      log: { [session, log] level, message in
        log(level, message)
        session.sendLog(level, message)
      })
    session.attach(connection)
    defer { session.detach() }
    defer { handlers.engine.close(within: Self.closingSeconds) }
    return connection.run(reading: reading, writing: writing)
  }

  /// Ends `run` as if the client had gone. From any thread.
  package func stop(exitCode: Int32) { session.end(exitCode: exitCode) }

  /// The contract as an OpenRPC document. Throws where a type cannot be described.
  package static func description() throws -> JSONValue { try OpenRPCDocument.make(errors: ErrorCode.meanings) }
}
