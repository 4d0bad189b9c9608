import Glibc

/// Files that hold data, as against folders, pipes and devices.
public enum RegularFile {
  /// The bytes of the regular file at `path`.
  ///
  /// Throws where it is none, cannot be read or is larger than `maxBytes`. The bytes are copied, never mapped: a file that
  /// shrinks meanwhile is only truncated.
  public static func bytes(
    path: String, maxBytes: Int = DecodingOptions().maxFileBytes
  ) throws(ImageError) -> [UInt8] {
    guard !path.isEmpty, !path.utf8.contains(0) else { throw ImageError(reason: "not a valid path") }
    // Without O_NONBLOCK, opening a pipe waits for its writer.
    let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard file >= 0 else { throw ImageError(reason: "cannot open the file: \(systemMessage())") }
    defer { close(file) }
    var status = stat()
    guard fstat(file, &status) == 0 else { throw ImageError(reason: "cannot examine the file: \(systemMessage())") }
    switch status.st_mode & S_IFMT {
    case S_IFREG: break
    case S_IFDIR: throw ImageError(reason: "a folder, where an image file is needed")
    default: throw ImageError(reason: "not a regular file")
    }
    let length = Int(status.st_size)
    guard length <= maxBytes else {
      throw ImageError(reason: "the file is too large: \(length) bytes, where \(maxBytes) are allowed")
    }
    var failure: ImageError?
    let bytes = [UInt8](unsafeUninitializedCapacity: length) { target, count in
      while count < length {
        let read = pread(file, target.baseAddress.map { $0 + count }, length - count, off_t(count))
        if read > 0 {
          count += read
        } else if read == 0 {
          return
        } else if errno != EINTR {
          failure = ImageError(reason: "cannot read the file: \(systemMessage())")
          return
        }
      }
    }
    if let failure { throw failure }
    return bytes
  }

  private static func systemMessage() -> String {
    var characters = [CChar](repeating: 0, count: 256)
    let code = errno
    guard strerror_r(code, &characters, characters.count) == 0 else { return "error \(code)" }
    return String(decoding: characters.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }
}
