import Fields
import GRDB

/// Why a workspace could not be opened, read or written.
package struct WorkspaceError: Error, Sendable {
  /// Failures that callers handle differently.
  package enum Kind: String, Sendable {
    /// Another process holds it.
    case locked
    /// A later version of VRX made it.
    case newerSchema
    /// Its bytes are damaged.
    case corrupt
    /// It is a file of something else.
    case foreign
    /// Another daemon changed the bank since the caller looked at it.
    case changed
    /// There is no space left for it.
    case full
    /// It, or its folder, cannot be written or does not exist.
    case unwritable
    /// Anything else; the message quotes SQLite.
    case failed
  }

  package var kind: Kind
  package var path: String
  /// What happened and what to do.
  package var message: String

  /// Whether the same request may succeed later.
  package var isRetryable: Bool { [.locked, .changed, .full].contains(kind) }

  init(_ kind: Kind, path: String, _ message: String) {
    self.kind = kind
    self.path = path
    self.message = "workspace \(path): \(message)"
  }

  /// What `error`, thrown while the workspace at `path` was in use, means to the caller.
  init(_ error: any Error, path: String) {
    if let error = error as? WorkspaceError {
      self = error
      return
    }
    guard let error = error as? DatabaseError else {
      if error is ArchiveError || error is RowDecodingError {
        self.init(.corrupt, path: path, "a record is damaged; restore the file from a copy")
      } else {
        self.init(.failed, path: path, String(describing: error))
      }
      return
    }
    switch error.resultCode {
    case .SQLITE_FULL:
      self.init(.full, path: path, "the disk is full; make space and ask again: what was done so far is kept")
    case .SQLITE_BUSY, .SQLITE_LOCKED:
      self.init(.locked, path: path, "another process holds a lock on it; close that or ask again later")
    case .SQLITE_CORRUPT, .SQLITE_NOTADB:
      self.init(
        .corrupt, path: path,
        "the file is damaged (\(error.message ?? "no details")); restore it from a copy, or give another path")
    case .SQLITE_READONLY, .SQLITE_CANTOPEN, .SQLITE_PERM, .SQLITE_AUTH:
      self.init(
        .unwritable, path: path,
        "it cannot be opened for writing (\(error.message ?? "no details")); see that the folder exists and that file and folder "
          + "may be written")
    case .SQLITE_IOERR
    where error.extendedResultCode == .SQLITE_IOERR_WRITE
      || error.extendedResultCode == .SQLITE_IOERR_SHMSIZE || error.extendedResultCode == .SQLITE_IOERR_FSYNC
      || error.extendedResultCode == .SQLITE_IOERR_TRUNCATE:
      self.init(.full, path: path, "it cannot be written: the disk may be full or failing; make space and ask again")
    default: self.init(.failed, path: path, error.description)
    }
  }
}
