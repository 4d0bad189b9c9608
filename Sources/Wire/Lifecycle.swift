import Fields
import JSON
import RPC

/// `initialize`: opens the session.
package struct Initialize: WireRequest {
  package static let method = "initialize"
  package static let ordering = Ordering.barrier
  package static let lane = Lane.short
  package static let summary = "Opens the session: the first request."
  package typealias Result = SessionInfo

  package var processID: Int32?
  package var rootPath: String?
  package var workspace: String?
  package var workspaceBytes: Int?
  package var memoryBytes: Int?
  package var logLevel: LogLevel?

  package init(_ reader: FieldReader) throws {
    processID = try reader.optional(
      "processId", .int(in: 1...Int(Int32.max)), "The client's process; the daemon ends when it does."
    ).map(Int32.init)
    rootPath = try reader.optional("rootPath", .path, "The folder that relative paths refer to.")
    workspace = try reader.optional(
      "workspace", .path, "The SQLite file that keeps what is computed; where absent, everything stays in memory.")
    let options = try reader.object("initializationOptions", "What the daemon may use.")
    workspaceBytes = try options.optional(
      "workspaceBytes", .int(in: 0...Int.max),
      "Bytes in the workspace for results that can be computed again; the least recently used are removed first.")
    memoryBytes = try options.optional(
      "memoryBytes", .int(in: 0...Int.max), "Bytes of such results that are kept in memory.")
    let window = try reader.object("capabilities", "What the client can do.").object("window", "What it can show.")
    logLevel =
      try window.optional(
        "logMessage", FieldType<LogLevel?>.logLevel,
        "Whether it wants window/logMessage, and from which level; true means info.") ?? nil
  }
}

extension FieldType where Value == LogLevel? {
  /// True for `info`, false for nothing, or a level.
  fileprivate static var logLevel: FieldType {
    let levels = LogLevel.allCases.map(\.rawValue)
    return FieldType(
      "true, false or one of " + levels.joined(separator: ", "), schema: .anyOf([.boolean, .words(levels)]),
      example: .bool(true)
    ) { value in
      switch value {
      case .bool(let flag): .some(flag ? .info : nil)
      case .string(let name): LogLevel(rawValue: name).map { .some($0) }
      default: nil
      }
    }
  }
}

/// `shutdown`: ends the session; `exit` ends the process.
package struct Shutdown: WireRequest {
  package static let method = "shutdown"
  package static let ordering = Ordering.free
  package static let lane = Lane.immediate
  package static let summary = "Ends the session; work under way is cancelled, and only exit may follow."
  package static let result = FieldType<JSONValue>(
    "null", schema: .null, write: { $0 }
  ) { $0 }

  package init(_ reader: FieldReader) throws {}
}

/// `rpc.discover`.
package struct DescribeService: WireRequest {
  package static let method = "rpc.discover"
  package static let ordering = Ordering.free
  package static let lane = Lane.short
  package static let summary = "This document, as the daemon that answers has it."
  package static let result = FieldType<JSONValue>(
    "an OpenRPC document", schema: Schema.map(of: .any).described("An OpenRPC document."), write: { $0 }
  ) { $0 }

  package init(_ reader: FieldReader) throws {}
}

/// Who answers, and what it can do.
package struct SessionInfo: WrittenRecord {
  package var version: String
  package var protocolVersion: String
  package var capabilities: [String: JSONValue]

  package init(version: String, protocolVersion: String, capabilities: [String: JSONValue]) {
    self.version = version
    self.protocolVersion = protocolVersion
    self.capabilities = capabilities
  }

  package static let partName: String? = "Session"
  package static let fields = FieldList<SessionInfo>([
    .group(
      "serverInfo", "Who answers.",
      [
        .derived("name", .anyString, "\"vrxd\".") { _ in "vrxd" },
        .field("version", \.version, .anyString, "The daemon's version."),
      ]),
    .field("protocolVersion", \.protocolVersion, .anyString, "The version of this contract."),
    .field("capabilities", \.capabilities, .map(of: .any, allowsEmpty: true), "What the daemon can do."),
  ])
}
