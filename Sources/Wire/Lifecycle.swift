import RPC

/// `initialize`: opens the session.
public struct Initialize: WireRequest {
  /// The method's name.
  public static let method = "initialize"
  /// How it stands to other requests.
  public static let ordering = Ordering.barrier
  /// Where it runs.
  public static let lane = Lane.short

  /// The client's process; the daemon ends when it does.
  public var processID: Int32?
  /// The folder that relative paths refer to.
  public var rootPath: String?
  /// The workspace's file.
  public var workspace: String?
  /// Bytes that rebuildable rows may take in the workspace.
  public var workspaceBytes: Int?
  /// Bytes of them that may be in memory as well.
  public var memoryBytes: Int?
  /// Whether the client wants `window/logMessage`.
  public var wantsLog: Bool

  /// Reads the parameters; throws `RPCError` −32602.
  public init(_ reader: ParameterReader) throws {
    processID = try reader.optional("processId", .int(in: 1...Int(Int32.max))).map(Int32.init)
    rootPath = try reader.optional("rootPath", .path)
    workspace = try reader.optional("workspace", .path)
    let options = try reader.object("initializationOptions")
    workspaceBytes = try options.optional("workspaceBytes", .int(in: 0...Int.max))
    memoryBytes = try options.optional("memoryBytes", .int(in: 0...Int.max))
    wantsLog = try reader.object("capabilities").object("window").optional("logMessage", .bool) ?? false
  }
}

/// `shutdown`: ends the session; `exit` ends the process.
public struct Shutdown: WireRequest {
  /// The method's name.
  public static let method = "shutdown"
  /// How it stands to other requests.
  public static let ordering = Ordering.free
  /// Where it runs.
  public static let lane = Lane.short

  /// Reads the parameters; throws `RPCError` −32602.
  public init(_ reader: ParameterReader) throws {}
}
