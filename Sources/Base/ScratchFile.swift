import Foundation
import Synchronization

/// Bytes that grow with the data set: first in memory, then in a temporary file without a name. The file ends with the
/// object or the process, however that ends.
///
/// Safe to use from any thread, but never from the cooperative pool: it may wait for the disk. A failure to write or
/// read throws `FileError`.
package final class ScratchFile: Sendable {
  private enum Storage {
    case memory([UInt8])
    case file(descriptor: Int32)
  }

  private let memoryBytes: Int
  private let storage = Mutex(Storage.memory([]))

  /// No bytes yet; up to `memoryBytes` stay in memory.
  package init(memoryBytes: Int) { self.memoryBytes = memoryBytes }

  deinit {
    storage.withLock { if case .file(let descriptor) = $0 { close(descriptor) } }
  }

  package func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws {
    guard !bytes.isEmpty else { return }
    try storage.withLock { storage in
      if case .memory(var held) = storage {
        storage = .memory([])
        let end = offset + bytes.count
        if end <= memoryBytes {
          if held.count < end { held.append(contentsOf: repeatElement(0, count: end - held.count)) }
          held.withUnsafeMutableBytes {
            UnsafeMutableRawBufferPointer(rebasing: $0[offset..<end]).copyMemory(from: bytes)
          }
          storage = .memory(held)
          return
        }
        let descriptor = try Self.open()
        storage = .file(descriptor: descriptor)
        try held.withUnsafeBytes { try Self.write($0, to: descriptor, at: 0) }
      }
      if case .file(let descriptor) = storage { try Self.write(bytes, to: descriptor, at: offset) }
    }
  }

  /// Fills `buffer` from `offset` on.
  package func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws {
    guard !buffer.isEmpty else { return }
    try storage.withLock { storage in
      switch storage {
      case .memory(let held):
        guard offset + buffer.count <= held.count else { throw Self.failure("it is shorter than was written") }
        held.withUnsafeBytes {
          buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[offset..<offset + buffer.count]))
        }
      case .file(let descriptor): try Self.read(into: buffer, from: descriptor, at: offset)
      }
    }
  }

  private static func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32, at offset: Int) throws {
    var done = 0
    while done < bytes.count {
      let count = pwrite(descriptor, bytes.baseAddress?.advanced(by: done), bytes.count - done, off_t(offset + done))
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { throw failure(FileError.systemMessage(errno)) }
      done += count
    }
  }

  private static func read(into buffer: UnsafeMutableRawBufferPointer, from descriptor: Int32, at offset: Int) throws {
    var done = 0
    while done < buffer.count {
      let count = pread(descriptor, buffer.baseAddress?.advanced(by: done), buffer.count - done, off_t(offset + done))
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw failure(FileError.systemMessage(errno)) }
      guard count > 0 else { throw failure("it is shorter than was written") }
      done += count
    }
  }

  /// A new file without a name, in the first folder that takes one: `TMPDIR`, else one that is on a disk rather than in
  /// memory.
  private static func open() throws -> Int32 {
    let folders = [ProcessInfo.processInfo.environment["TMPDIR"], "/var/tmp", "/tmp"].compactMap { $0 }
    var reason = ""
    for folder in folders {
      var name = Array("\(folder)/vrx-XXXXXX".utf8CString)
      let descriptor = mkstemp(&name)
      guard descriptor >= 0 else {
        reason = FileError.systemMessage(errno)
        continue
      }
      unlink(name)
      _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
      return descriptor
    }
    throw failure(reason)
  }

  private static func failure(_ reason: String) -> FileError {
    FileError(
      reason:
        "a temporary file cannot be used: \(reason); make space there, or set TMPDIR to another folder, and ask again")
  }
}
