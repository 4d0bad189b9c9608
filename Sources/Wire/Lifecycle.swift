import RPC

/// `initialize`: opens the session.
public struct Initialize: WireRequest {
  public static let method = "initialize"
  public static let ordering = Ordering.barrier
  public static let lane = Lane.short

  /// The client's process; the daemon ends when it does.
  public var processID: Int32?
  /// The folder that relative paths refer to.
  public var rootPath: String?
  /// The workspace's file.
  public var workspace: String?
  /// Whether the client wants `window/logMessage`.
  public var wantsLog: Bool

  public init(_ reader: ParameterReader) throws {
    processID = try reader.optional("processId", .int(in: 1...Int(Int32.max))).map(Int32.init)
    rootPath = try reader.optional("rootPath", .path)
    workspace = try reader.optional("workspace", .path)
    wantsLog = try reader.object("capabilities").object("window").optional("logMessage", .bool) ?? false
  }
}

/// `shutdown`: ends the session; `exit` ends the process.
public struct Shutdown: WireRequest {
  public static let method = "shutdown"
  public static let ordering = Ordering.free
  public static let lane = Lane.short

  public init(_ reader: ParameterReader) throws {}
}
