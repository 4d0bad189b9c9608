import CCairo

/// Draws pixels, SVG or PDF. For use by one thread.
///
/// Lengths are in points on a `Page` and in pixels on a `Bitmap`, unless `transformed` says otherwise. Every call
/// leaves the current path empty.
package final class Canvas {
  let context: OpaquePointer?

  /// Draws on a surface of Cairo, which it keeps alive; each unit is `scale` units of the surface.
  init(surface: OpaquePointer?, scale: Double = 1) {
    context = cairo_create(surface)
    cairo_scale(context, scale, scale)
    let options = cairo_font_options_create()
    // Metrics that do not depend on the resolution: one layout serves every format.
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF)
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE)
    cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY)
    cairo_set_font_options(context, options)
    cairo_font_options_destroy(options)
  }

  /// Draws on `bitmap`, each unit `scale` pixels. Throws where memory runs out.
  package convenience init(on bitmap: Bitmap, scale: Double = 1) throws {
    self.init(surface: bitmap.surface, scale: scale)
    try check()
  }

  deinit { cairo_destroy(context) }

  /// Throws the failure of drawing, if any.
  package func check() throws {
    try DrawingError.check(cairo_status(context))
  }

  // MARK: State

  /// Whether strokes have round corners instead of pointed ones: from now on, or until the end of the block of
  /// `transformed` or `clipped`.
  package var roundsJoins: Bool {
    get { cairo_get_line_join(context) == CAIRO_LINE_JOIN_ROUND }
    set { cairo_set_line_join(context, newValue ? CAIRO_LINE_JOIN_ROUND : CAIRO_LINE_JOIN_MITER) }
  }

  package func transformed(_ change: Transform, _ draw: (Canvas) -> Void) {
    cairo_save(context)
    var matrix = cairo_matrix_t(
      xx: change.xx, yx: change.yx, xy: change.xy, yy: change.yy, x0: change.x0, y0: change.y0)
    cairo_transform(context, &matrix)
    draw(self)
    cairo_restore(context)
  }

  package func clipped(to polygon: [Point], _ draw: (Canvas) -> Void) {
    cairo_save(context)
    trace(polygon)
    cairo_close_path(context)
    cairo_clip(context)
    draw(self)
    cairo_restore(context)
  }
}
