import Foundation

/// Why a file could not be read or written: for people, in one sentence, with the remedy where one exists.
package struct FileError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The reason. It does not repeat the file's path.
  package var reason: String
  /// The file, where the caller may not know it.
  package var path: String?

  package init(reason: String, path: String? = nil) {
    self.reason = reason
    self.path = path
  }

  package var description: String { reason }
}

extension FileError {
  /// What the system says of its error `code`.
  static func systemMessage(_ code: Int32) -> String { String(cString: strerror(code)) }
}
