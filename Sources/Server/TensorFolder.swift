import Base
import Foundation
import Images
import Synchronization
import Wire

/// A folder of the session's own, in memory where possible, through which large tensors go to a local client and back.
final class TensorFolder: Sendable {
  /// Where it is.
  let path: String
  private let number = Mutex(0)

  /// Where folders are made: the first that there is.
  private static let places = ["/dev/shm", NSTemporaryDirectory()]

  /// A new folder that only this user can look into; nil where none can be made.
  init?() {
    for place in Self.places {
      var template = Array("\(place)/vrxd-XXXXXX".utf8CString)
      if let made = mkdtemp(&template) {
        path = String(cString: made)
        return
      }
    }
    return nil
  }

  deinit { remove() }

  func remove() { try? FileManager.default.removeItem(atPath: path) }

  /// Writes bytes to a new file; returns its path.
  func write(_ bytes: [UInt8]) throws -> String {
    let name = number.withLock { number in
      number += 1
      return "\(path)/daemon-\(number)"
    }
    try Data(bytes).write(to: URL(fileURLWithPath: name), options: .withoutOverwriting)
    return name
  }

  /// Takes `count` bytes out of a file that the client wrote here, which is then deleted; nil where there is no such
  /// file here, or too little in it.
  func take(_ file: String, offset: Int, count: Int) -> [UInt8]? {
    let name = (file as NSString).lastPathComponent
    guard file == "\(path)/\(name)", !name.hasPrefix(".") else { return nil }
    defer { unlink(file) }
    var information = stat()
    guard lstat(file, &information) == 0, information.st_mode & S_IFMT == S_IFREG else { return nil }
    let (end, overflow) = offset.addingReportingOverflow(count)
    guard !overflow, let bytes = try? RegularFile.bytes(path: file, maxBytes: Self.largestFile), bytes.count >= end
    else {
      return nil
    }
    return Array(bytes[offset..<end])
  }

  private static let largestFile = 1 << 30
}
