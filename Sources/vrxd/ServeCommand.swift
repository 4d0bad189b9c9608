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

  @Option(help: "The lowest level that is logged: debug, info, warning or error.")
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
    // Without the libraries' clean-up: slow work may still use them, and everything that matters is on the disk.
    coverage_write()
    _exit(code)
  }

  /// Ends in order on a signal that asks for it, with the exit code of shells.
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
