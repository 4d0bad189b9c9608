import ArgumentParser
import CCoverage
import Dispatch
import Engine
import Foundation
import RPC
import Server

/// Serves one client over standard input and output.
struct ServeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve", abstract: "Answer JSON-RPC requests on standard input; the log goes to standard error.")

  @Option(help: "Least level that is logged: debug, info, warning or error.")
  var logLevel = LogLevel.warning

  @Option(help: "A folder in which the session is recorded, for vrxd replay; it is created.")
  var traceDir: String?

  func run() throws {
    FreeMemory.shareOneArena()
    let streams = try StandardStreams.isolate()
    let errorLog = StandardErrorLog(level: logLevel)
    let log: @Sendable (LogLevel, String) -> Void = { errorLog($0, $1) }
    let trace = try traceDir.map { try TraceRecorder(folder: $0, log: log) }
    let server = Server(engine: Engine(), version: VRXD.version, log: log)
    let signals = Self.endOnSignals(server)
    let code = server.run(reading: streams.reading, writing: streams.writing, trace: trace)
    withExtendedLifetime(signals) {}
    // Without the libraries' own clean-up: work that was too slow to stop still uses them, and nothing that counts is in memory only.
    coverage_write()
    _exit(code)
  }

  /// Signals that ask for an end get an orderly one, with the exit code that shells give them.
  private static func endOnSignals(_ server: Server) -> [any DispatchSourceSignal] {
    [SIGTERM, SIGINT, SIGHUP].map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler { server.stop(exitCode: signalledCode + number) }
      source.resume()
      return source
    }
  }

  /// What shells add to a signal's number.
  private static let signalledCode: Int32 = 128
}

extension LogLevel: ExpressibleByArgument {}
