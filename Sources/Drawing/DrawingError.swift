import CCairo

/// Why a picture could not be drawn.
package struct DrawingError: Error, Sendable, Equatable, CustomStringConvertible {
  /// What happened and what to do.
  package var message: String

  package init(_ message: String) { self.message = message }

  package var description: String { message }

  /// Throws where a status of Cairo is not success.
  static func check(_ status: cairo_status_t, _ what: String = "Drawing failed") throws {
    guard status != CAIRO_STATUS_SUCCESS else { return }
    let words = cairo_status_to_string(status).map { String(cString: $0) } ?? "status \(status.rawValue)"
    throw DrawingError("\(what): \(words).")
  }
}
