import ArgumentParser
import Foundation
import RPC

/// Plays the client's side of a recorded session to a new daemon and compares the answers.
struct ReplayCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay",
    abstract: "Play a session recorded with --trace-dir to a new daemon, and say where its answers differ.",
    discussion: """
      Each message of the client is sent when the answers recorded before it have arrived. The answers are compared \
      without their times. The workspace of the recording is not used unless --workspace names one.
      """)

  @Argument(help: "The recording.")
  var trace: String

  @Option(help: "A workspace file for the session, in place of the recorded one.")
  var workspace: String?

  @Option(help: "Seconds to wait for an answer.")
  var timeout = 600.0

  func run() throws {
    let replay = try TraceReplay(lines: String(contentsOfFile: trace, encoding: .utf8), workspace: workspace)
    let report = try replay.play(timeout: timeout)
    let words = report.differences + ["\(report.answers) answers, \(report.differences.count) differ"]
    FileHandle.standardOutput.write(Data((words.joined(separator: "\n") + "\n").utf8))
    if !report.differences.isEmpty { throw ExitCode.failure }
  }
}
