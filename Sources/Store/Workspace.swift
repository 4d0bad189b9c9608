import Foundation
import GRDB
import Synchronization

/// One SQLite file with computed results, concepts, reasoning networks and names, for any number of daemons at once.
///
/// Safe to use from any thread, but never from the cooperative pool: every method waits for the file.
package final class Workspace: Sendable {
  package let path: String
  /// The bytes that rebuildable rows may take.
  package let byteLimit: Int
  let pool: DatabasePool
  let writer: StageWriter
  let lockWaits: LockWaits
  private let isFolderSynced = Mutex(false)

  /// Default limit of the bytes of rebuildable rows.
  package static let defaultByteLimit = 4 << 30

  /// Seconds that a writer waits for another process's transaction.
  private static let busyTimeout: TimeInterval = 5
  /// Milliseconds that the end waits for another daemon.
  private static let closingMilliseconds = 50
  /// Bytes of a page: the rows are arrays, which larger pages hold better.
  private static let pageSize = 8192
  /// Bytes of the write-ahead log that stay on disk once it has been written back.
  private static let logBytes = 16 << 20
  /// Connections that read at once.
  private static let readers = 4
  /// SQLite's number for INCREMENTAL.
  private static let incrementalVacuum = 2
  /// KiB of pages that each connection keeps: inner pages of the indices, as contents are read once.
  private static let cachedKilobytes = 512

  /// Opens the workspace at `path`, or makes it. Throws `WorkspaceError`; a refused file is not changed.
  ///
  /// - Parameter byteLimit: bytes that rebuildable rows may take; above it, the least recently used are removed. Names
  ///   and trained networks are not counted and never removed.
  package init(path: String, byteLimit: Int = Workspace.defaultByteLimit) throws {
    self.path = path
    self.byteLimit = max(0, byteLimit)
    do {
      try Self.inspect(path)
      pool = try DatabasePool(path: path, configuration: Self.configuration(of: path))
      try Self.migrate(pool, path: path)
    } catch {
      throw WorkspaceError(error, path: path)
    }
    lockWaits = LockWaits()
    writer = StageWriter(pool: pool, path: path, byteLimit: self.byteLimit, lockWaits: lockWaits)
  }

  /// Writes the waiting rows, if that takes less than `seconds`, and stops. If no other daemon has the workspace open,
  /// all of it is then in one file, and the log beside it is empty.
  package func close(within seconds: TimeInterval) {
    writer.stop(within: seconds)
    // Where another daemon reads or writes, or the disk is full, the log stays, and nothing is lost.
    try? pool.writeWithoutTransaction { database in
      try database.execute(sql: "PRAGMA busy_timeout = \(Self.closingMilliseconds)")
      try database.checkpoint(.truncate)
    }
    try? pool.close()
  }

  private static func configuration(of path: String) -> Configuration {
    var configuration = Configuration()
    configuration.label = "workspace"
    configuration.busyMode = .timeout(busyTimeout)
    configuration.maximumReaderCount = readers
    configuration.prepareDatabase { database in
      try database.execute(sql: "PRAGMA cache_size = -\(cachedKilobytes)")
      guard !database.configuration.readonly else { return }
      // These matter only to a new file; in an existing one, the second would be written and synced again.
      if try Int.fetchOne(database, sql: "PRAGMA auto_vacuum") != incrementalVacuum {
        try database.execute(sql: "PRAGMA page_size = \(pageSize)")
        try database.execute(sql: "PRAGMA auto_vacuum = INCREMENTAL")
      }
      try database.execute(sql: "PRAGMA journal_size_limit = \(logBytes)")
      try beginLog(path + "-wal", of: database)
    }
    return configuration
  }

  /// Begins the write-ahead log without waiting for the disk, which may take longer than all the rest of opening. The
  /// pool would begin it with a transaction like this one, and sync three times, for nothing that could be lost: the
  /// first commit that must last syncs all of the log, and `syncFolder` its entry in the folder.
  private static func beginLog(_ path: String, of database: Database) throws {
    try database.execute(sql: "PRAGMA journal_mode = WAL")
    var log = stat()
    guard stat(path, &log) != 0 || log.st_size == 0 else { return }
    try database.execute(sql: "PRAGMA synchronous = OFF")
    defer { try? database.execute(sql: "PRAGMA synchronous = NORMAL") }
    try database.inTransaction(.immediate) {
      try database.execute(sql: "CREATE TABLE log_begins (id); DROP TABLE log_begins")
      return .commit
    }
  }

  /// Syncs the folder's entries of file and log, once: another daemon may have made them.
  func syncFolder() {
    isFolderSynced.withLock { isSynced in
      guard !isSynced else { return }
      let descriptor = open((path as NSString).deletingLastPathComponent, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
      guard descriptor >= 0 else { return }
      isSynced = fsync(descriptor) == 0
      Foundation.close(descriptor)
    }
  }

  /// Looks at a file before anything is done that could change it. Throws where it is not a workspace of this version
  /// or an earlier one.
  private static func inspect(_ path: String) throws {
    let folder = (path as NSString).deletingLastPathComponent
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder), isFolder.boolValue else {
      throw WorkspaceError(.unwritable, path: path, "there is no folder \(folder)")
    }
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else { return }
    guard !isFolder.boolValue else {
      throw WorkspaceError(.unwritable, path: path, "is a folder; give the path of a file")
    }
    guard let file = FileHandle(forReadingAtPath: path) else {
      throw WorkspaceError(.unwritable, path: path, "it cannot be read")
    }
    defer { try? file.close() }
    let header = (try? file.read(upToCount: SQLiteHeader.size)) ?? Data()
    // A daemon that dies while it makes the file leaves it empty.
    guard !header.isEmpty else { return }
    guard let header = SQLiteHeader(header) else {
      throw WorkspaceError(.foreign, path: path, "is not a workspace; give another path")
    }
    if header.applicationID == WorkspaceTables.applicationID {
      try checkVersion(header.userVersion, path: path)
    } else {
      // The creation was interrupted, or the content is still in the log: reading shows which.
      var configuration = Configuration()
      configuration.readonly = true
      configuration.busyMode = .timeout(busyTimeout)
      let isOurs = try DatabaseQueue(path: path, configuration: configuration).read { database in
        let id = try Int.fetchOne(database, sql: "PRAGMA application_id")
        let tables = try Int.fetchOne(database, sql: "SELECT COUNT(*) FROM sqlite_master WHERE name NOT LIKE 'grdb%'")
        return id == WorkspaceTables.applicationID || (id == 0 && tables == 0)
      }
      guard isOurs else {
        throw WorkspaceError(.foreign, path: path, "is a database of another program; give another path")
      }
    }
  }

  private static func checkVersion(_ version: Int, path: String) throws {
    guard version <= WorkspaceTables.version else {
      throw WorkspaceError(
        .newerSchema, path: path,
        "a later version of VRX made it (schema \(version), this version reads up to \(WorkspaceTables.version)); update "
          + "VRX or give another path")
    }
  }

  /// Brings the file to this version's schema. Daemons that start at once take turns.
  private static func migrate(_ pool: DatabasePool, path: String) throws {
    // On the open connection: opening another would delay the start.
    func version() throws -> Int {
      try pool.writeWithoutTransaction { try Int.fetchOne($0, sql: "PRAGMA user_version") ?? 0 }
    }
    let found = try version()
    try checkVersion(found, path: path)
    guard found < WorkspaceTables.version else { return }
    do { try WorkspaceTables.migrator.migrate(pool) } catch {
      // Another daemon may have done it meanwhile.
      guard try version() == WorkspaceTables.version else { throw error }
    }
  }
}

/// What the first bytes of an SQLite file say.
struct SQLiteHeader {
  /// Bytes of the header.
  static let size = 100

  /// Whose file it is.
  var applicationID: Int
  /// The version of its schema, counted by whoever made it.
  var userVersion: Int

  /// The header at the start of `data`; nil without a valid one.
  init?(_ data: Data) {
    let bytes = [UInt8](data)
    guard bytes.count == Self.size, bytes.starts(with: Array("SQLite format 3\0".utf8)) else { return nil }
    func number(at offset: Int) -> Int {
      Int(Int32(bitPattern: bytes[offset..<offset + 4].reduce(0) { $0 << 8 | UInt32($1) }))
    }
    userVersion = number(at: 60)
    applicationID = number(at: 68)
  }
}
