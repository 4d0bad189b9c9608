import ArgumentParser
import Engine
import Foundation
import Logging
import RPC
import Server

/// Serves one client over standard input and output.
struct ServeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve", abstract: "Answer JSON-RPC requests on standard input; the log goes to standard error.")

  @Option(help: "Least level that is logged: trace, debug, info, notice, warning, error or critical.")
  var logLevel = Logger.Level.warning

  func run() throws {
    let streams = try StandardStreams.isolate()
    LoggingSystem.bootstrap { StreamLogHandler.standardError(label: $0) }
    var logger = Logger(label: "vrxd")
    logger.logLevel = logLevel
    let server = Server(engine: Engine(), version: VRXD.version) { [logger] level, message in
      logger.log(level: Logger.Level(level), "\(message)")
    }
    throw ExitCode(server.run(reading: streams.reading, writing: streams.writing))
  }
}

extension Logger.Level: @retroactive ExpressibleByArgument {}

extension Logger.Level {
  /// The logger's name for a level of the connection.
  fileprivate init(_ level: LogLevel) {
    self =
      switch level {
      case .error: .error
      case .warning: .warning
      case .info: .info
      case .debug: .debug
      }
  }
}
