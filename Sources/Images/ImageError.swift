/// Why an image could not be read, for people: one sentence, with the remedy where there is one.
package struct ImageError: Error, Sendable, Equatable, CustomStringConvertible {
  /// Does not repeat the image's path.
  package var reason: String

  package init(reason: String) { self.reason = reason }

  package var description: String { reason }
}
