import CCairo

extension Canvas {
  /// The one font that texts are drawn with.
  private static let fontFamily = "DejaVu Sans"

  /// A canvas that nothing is drawn on: to measure texts.
  static func forMeasuring() -> Canvas {
    let surface = cairo_image_surface_create(CAIRO_FORMAT_A8, 1, 1)
    defer { cairo_surface_destroy(surface) }
    return Canvas(surface: surface)
  }

  private func select(_ style: TextStyle) {
    cairo_select_font_face(
      context, Self.fontFamily, CAIRO_FONT_SLANT_NORMAL, style.bold ? CAIRO_FONT_WEIGHT_BOLD : CAIRO_FONT_WEIGHT_NORMAL)
    cairo_set_font_size(context, style.size)
  }

  /// Width of `text`, from where it begins to where a next one would, or to its last ink if that is further.
  func width(of text: String, style: TextStyle) -> Double {
    select(style)
    var extents = cairo_text_extents_t()
    cairo_text_extents(context, text, &extents)
    return max(extents.x_advance, extents.x_bearing + extents.width)
  }

  /// Ascent and descent of the font.
  func height(of style: TextStyle) -> (ascent: Double, descent: Double) {
    select(style)
    var extents = cairo_font_extents_t()
    cairo_font_extents(context, &extents)
    return (extents.ascent, extents.descent)
  }

  package func draw(_ text: PlacedText) {
    select(text.style)
    setColor(text.style.color)
    cairo_move_to(context, text.baseline.x, text.baseline.y)
    cairo_show_text(context, text.text)
    cairo_new_path(context)
  }
}
