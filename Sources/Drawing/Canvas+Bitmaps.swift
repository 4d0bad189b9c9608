import CCairo

extension Canvas {
  /// Draws all of `bitmap` into `rect`.
  package func draw(_ bitmap: Bitmap, in rect: Rect) {
    cairo_save(context)
    trace(rect, corner: 0)
    cairo_clip(context)
    cairo_translate(context, rect.x, rect.y)
    cairo_scale(context, rect.width / Double(bitmap.width), rect.height / Double(bitmap.height))
    cairo_set_source_surface(context, bitmap.surface, 0, 0)
    let pattern = cairo_get_source(context)
    cairo_pattern_set_filter(pattern, CAIRO_FILTER_GOOD)
    // An image continues past its edge, so that enlarging shows no seam.
    cairo_pattern_set_extend(pattern, CAIRO_EXTEND_PAD)
    cairo_paint(context)
    cairo_restore(context)
  }

  /// Draws the part of `bitmap`, in `rect`, that lies within closed lines; a line within a line bounds a hole.
  package func draw(_ bitmap: Bitmap, in rect: Rect, within lines: [[Point]]) {
    cairo_save(context)
    cairo_new_path(context)
    for line in lines {
      cairo_new_sub_path(context)
      for point in line { cairo_line_to(context, point.x, point.y) }
      cairo_close_path(context)
    }
    cairo_set_fill_rule(context, CAIRO_FILL_RULE_EVEN_ODD)
    cairo_clip(context)
    cairo_set_fill_rule(context, CAIRO_FILL_RULE_WINDING)
    draw(bitmap, in: rect)
    cairo_restore(context)
  }

  /// Lays a bitmap of the same size over this canvas, pixel on pixel, whatever the coordinates.
  package func lay(_ bitmap: Bitmap) {
    cairo_save(context)
    cairo_identity_matrix(context)
    cairo_set_source_surface(context, bitmap.surface, 0, 0)
    cairo_paint(context)
    cairo_restore(context)
  }
}
