package enum PictureFormat: String, Sendable, CaseIterable {
  /// Pixels, at twice the nominal resolution (144 per inch).
  case png
  /// Vectors; text is drawn as outlines, so no font is needed to view it.
  case svg
  /// One page of vectors with embedded fonts.
  case pdf
}
