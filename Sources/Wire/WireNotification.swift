import Fields
import JSON

/// A message without an answer.
package struct WireNotification: Sendable {
  package enum Direction: String, Sendable {
    case clientToDaemon
    case daemonToClient
  }

  package let method: String
  package let direction: Direction
  package let summary: String
  package let parameters: [Schema.Member]

  /// Identifies the work that progress and previews belong to.
  static let token = Schema.anyOf([.string, .integer(in: Int.min...Int.max)])

  package static let all = [
    WireNotification(
      method: "initialized", direction: .clientToDaemon, summary: "The client has read the answer to initialize.",
      parameters: []),
    WireNotification(
      method: "exit", direction: .clientToDaemon,
      summary: "Ends the process: with code 0 after shutdown, else with 1.", parameters: []),
    WireNotification(
      method: "$/cancelRequest", direction: .clientToDaemon,
      summary: "Cancels a request: it is answered with -32800 at once; work that waits never starts.",
      parameters: [.init("id", token, "The request's id.")]),
    WireNotification(
      method: "$/progress", direction: .daemonToClient, summary: "How far work has come, or a preview of its result.",
      parameters: [
        .init("token", token, "The workDoneToken or partialResultToken of the request."),
        .init("value", .anyOf([progress, preview])),
      ]),
    WireNotification(
      method: "window/logMessage", direction: .daemonToClient,
      summary: "A line of the daemon's log, for clients whose capabilities ask for it.",
      parameters: [
        .init("type", .integer(in: 1...4), "1 error, 2 warning, 3 info, 4 debug."),
        .init("message", .string, "The line."),
      ]),
  ]

  private static let progress = Schema.object([
    .init("kind", .words(["begin", "report", "end"]), "begin is first, end is last, also after a failure."),
    .init("title", .string, "Of begin: the method.", isOptional: true),
    .init("message", .string, "What is being done; of end: what went wrong.", isOptional: true),
    .init("percentage", .integer(in: 0...100), "Of the whole request; never falls.", isOptional: true),
    .init("done", .count, "Units of the current stage done.", isOptional: true),
    .init("total", .count, "Units of the current stage in all.", isOptional: true),
  ])

  private static let preview = Schema.object([
    .init("seq", .count, "From 0."), .init("items", .array(of: .any), "New results: concepts, epochs."),
  ])

  /// As OpenRPC describes it.
  var json: JSONValue {
    OpenRPCDocument.message(
      method, summary, parameters.map(\.parameter), direction, ["x-notification": .bool(true)])
  }
}
