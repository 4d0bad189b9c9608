import Foundation

/// Writes files that appear whole or not at all.
package enum AtomicFile {
  /// Writes `bytes` to `path`: to a new file beside it, which is then renamed. Makes missing folders.
  /// Throws `FileError`.
  package static func write(_ bytes: [UInt8], to path: String) throws {
    try write(Data(bytes), to: URL(fileURLWithPath: path).resolvingSymlinksInPath())
  }

  /// Throws early what `write` would throw, as far as that is known.
  package static func check(_ path: String) throws {
    let target = URL(fileURLWithPath: path).resolvingSymlinksInPath()
    try checkKind(of: target)
    try makeFolder(of: target)
  }

  private static func write(_ data: Data, to target: URL) throws {
    try checkKind(of: target)
    try makeFolder(of: target)
    let temporary = target.deletingLastPathComponent().appendingPathComponent(".vrx-\(UUID().uuidString)")
    do {
      try data.write(to: temporary, options: .withoutOverwriting)
    } catch {
      unlink(temporary.path)
      throw failure(target, (error as NSError).localizedDescription)
    }
    guard rename(temporary.path, target.path) == 0 else {
      let reason = FileError.systemMessage(errno)
      unlink(temporary.path)
      throw failure(target, reason)
    }
  }

  private static func makeFolder(of target: URL) throws {
    do {
      try FileManager.default.createDirectory(
        at: target.deletingLastPathComponent(), withIntermediateDirectories: true)
    } catch {
      throw failure(target, "its folder cannot be made: \((error as NSError).localizedDescription)")
    }
  }

  /// Replaces no folders, devices or pipes.
  private static func checkKind(of target: URL) throws {
    guard let attributes = try? FileManager.default.attributesOfItem(atPath: target.path) else { return }
    guard attributes[.type] as? FileAttributeType == .typeRegular else {
      throw failure(target, "something that is not a file has this name; give another name")
    }
  }

  private static func failure(_ target: URL, _ reason: String) -> FileError {
    FileError(reason: "\(target.path) cannot be written: \(reason)", path: target.path)
  }
}
