/// Why an image could not be read: for people, in one sentence that says what to do where there is something to do.
package struct ImageError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The reason. It does not repeat the image's path.
  package var reason: String

  /// An error with this reason.
  package init(reason: String) { self.reason = reason }

  /// The reason.
  package var description: String { reason }
}
