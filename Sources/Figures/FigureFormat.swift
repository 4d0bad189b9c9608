/// The file formats of pictures.
package enum FigureFormat: String, Sendable, CaseIterable {
  /// Pixels, at twice the nominal resolution (144 per inch).
  case png
  /// Vectors; text is drawn as outlines, so no font is needed to view it.
  case svg
  /// One page of vectors with embedded fonts.
  case pdf
}

/// Why a picture could not be drawn.
package struct FigureError: Error, Sendable, Equatable, CustomStringConvertible {
  /// What happened and what to do.
  package var message: String

  /// A failure described by `message`.
  package init(_ message: String) { self.message = message }

  /// The message.
  package var description: String { message }
}
