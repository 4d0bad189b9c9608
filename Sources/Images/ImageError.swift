/// Why an image could not be read: for people, in one sentence that says what to do where there is something to do.
public struct ImageError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The reason. It does not repeat the image's path.
  public var reason: String

  /// An error with this reason.
  public init(reason: String) { self.reason = reason }

  /// The reason.
  public var description: String { reason }
}
