import Foundation

/// Reads files that hold data, not folders, pipes or devices.
package enum RegularFile {
  /// The bytes of the regular file at `path`.
  ///
  /// Throws where it is not a regular file, cannot be read or is larger than `maxBytes`. The bytes are copied, never
  /// mapped: a file that shrinks meanwhile is only truncated.
  package static func bytes(
    path: String, maxBytes: Int
  ) throws(FileError) -> [UInt8] {
    guard !path.isEmpty, !path.utf8.contains(0) else { throw FileError(reason: "not a valid path") }
    // Without O_NONBLOCK, opening a pipe waits for its writer.
    let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard file >= 0 else { throw FileError(reason: "cannot open the file: \(FileError.systemMessage(errno))") }
    defer { close(file) }
    var status = stat()
    guard fstat(file, &status) == 0 else {
      throw FileError(reason: "cannot examine the file: \(FileError.systemMessage(errno))")
    }
    switch status.st_mode & S_IFMT {
    case S_IFREG: break
    case S_IFDIR: throw FileError(reason: "a folder, where a file is needed")
    default: throw FileError(reason: "not a regular file")
    }
    let length = Int(status.st_size)
    guard length <= maxBytes else {
      throw FileError(reason: "the file is too large: \(length) bytes, where \(maxBytes) are allowed")
    }
    var failure: FileError?
    let bytes = [UInt8](unsafeUninitializedCapacity: length) { target, count in
      while count < length {
        let read = pread(file, target.baseAddress.map { $0 + count }, length - count, off_t(count))
        if read > 0 {
          count += read
        } else if read == 0 {
          return
        } else if errno != EINTR {
          failure = FileError(reason: "cannot read the file: \(FileError.systemMessage(errno))")
          return
        }
      }
    }
    if let failure { throw failure }
    return bytes
  }
}
