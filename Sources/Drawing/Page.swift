import CCairo

/// A white page that becomes a file of any format.
package struct Page {
  /// Extents in points (1/72 inch).
  package var width: Double
  package var height: Double
  /// What it shows, for people who cannot see it: a title and a text, which go into SVG and PDF files.
  package var title: String
  package var description: String

  package init(width: Double, height: Double, title: String, description: String) {
    self.width = width
    self.height = height
    self.title = title
    self.description = description
  }

  /// Pixels per point of PNG pictures.
  package static let pixelsPerPoint = 2.0
  /// The longest side in points: Cairo counts in 1/256 of a point, in 32 bits.
  package static let longestSide = 8_000_000.0
  /// A PDF carries a date; a fixed one keeps equal drawings equal.
  private static let fixedDate = "2021-06-19T00:00:00Z"

  /// Runs `draw` on the page and returns the file. The same drawing gives the same bytes.
  ///
  /// Throws `DrawingError` where the page has no area or is larger than the format takes, or drawing fails.
  package func render(as format: PictureFormat, _ draw: (Canvas) throws -> Void) throws -> [UInt8] {
    // False for numbers that are not finite.
    guard width > 0, height > 0, width <= Self.longestSide, height <= Self.longestSide else {
      throw DrawingError("A picture's sides must be above 0 and at most \(Int(Self.longestSide)) points.")
    }
    switch format {
    case .png: return try png(draw)
    case .svg:
      let file = try vectors(format, draw)
      return SVGText.described(SVGText.renumbered(file), title: title, description: description)
    case .pdf: return try vectors(format, draw)
    }
  }

  private func png(_ draw: (Canvas) throws -> Void) throws -> [UInt8] {
    func pixels(_ points: Double) -> Int { Int((points * Self.pixelsPerPoint).rounded(.up)) }
    guard let bitmap = try? Bitmap(width: pixels(width), height: pixels(height), isOpaque: true) else {
      throw tooLarge(for: .png)
    }
    try paint(on: Canvas(on: bitmap, scale: Self.pixelsPerPoint), draw)
    return try bitmap.png()
  }

  private func vectors(_ format: PictureFormat, _ draw: (Canvas) throws -> Void) throws -> [UInt8] {
    try ByteSink.bytes { write, closure in
      let surface =
        format == .pdf
        ? cairo_pdf_surface_create_for_stream(write, closure, width, height)
        : cairo_svg_surface_create_for_stream(write, closure, width, height)
      defer { cairo_surface_destroy(surface) }
      guard cairo_surface_status(surface) == CAIRO_STATUS_SUCCESS else { throw tooLarge(for: format) }
      if format == .pdf {
        cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE, title)
        cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_SUBJECT, description)
        cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATE_DATE, Self.fixedDate)
      }
      try paint(on: Canvas(surface: surface), draw)
      cairo_surface_finish(surface)
      try DrawingError.check(cairo_surface_status(surface))
    }
  }

  private func paint(on canvas: Canvas, _ draw: (Canvas) throws -> Void) throws {
    canvas.fill(Rect(x: 0, y: 0, width: width, height: height), Color(0xffffff))
    try draw(canvas)
    try canvas.check()
  }

  private func tooLarge(for format: PictureFormat) -> DrawingError {
    DrawingError(
      "A picture of \(Int(width)) × \(Int(height)) points is too large for \(format.rawValue); draw fewer things on it."
    )
  }
}
