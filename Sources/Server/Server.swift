import Engine
import RPC

/// The daemon: one session with one client over a pair of streams.
public final class Server: Sendable {
  private let handlers: Handlers
  private let session = Session()
  /// Seconds that the workspace gets, once the client is gone, for results that are not acknowledged but worth keeping.
  private static let closingSeconds = 0.3
  private let log: @Sendable (LogLevel, String) -> Void

  /// A daemon of this version that answers from `engine` and tells `log` what happens.
  public init(
    engine: Engine, version: String, log: @escaping @Sendable (_ level: LogLevel, _ message: String) -> Void
  ) {
    handlers = Handlers(engine: engine, session: session, version: version)
    self.log = log
  }

  /// The methods that are answered.
  public var routes: [Route] { handlers.routes }

  /// Serves until `exit`, the end of `reading`, or the client's death. Blocks.
  ///
  /// - Parameters:
  ///   - reading: Where frames come from.
  ///   - writing: Where frames go to; nothing else may write there.
  /// - Returns: The process's exit code: 0 after `shutdown`, else 1.
  public func run(reading: Int32, writing: Int32) -> Int32 {
    let connection = Connection(
      routes: routes, notifications: ["initialized": { _ in }, "exit": { [session] _ in session.exit() }],
      admit: { [session] in session.admit(method: $0, isNotification: $1) },
      log: { [session, log] level, message in
        log(level, message)
        session.sendLog(level, message)
      })
    session.attach(connection)
    defer { session.detach() }
    defer { handlers.engine.close(within: Self.closingSeconds) }
    return connection.run(reading: reading, writing: writing)
  }
}
