import CCairo
import Images

/// How a text looks.
struct TextStyle: Equatable {
  /// Size in points.
  var size: Double
  var bold = false
  var color = Color(0x222222)

  static let title = TextStyle(size: 15, bold: true)
  static let heading = TextStyle(size: 12.5, bold: true)
  static let body = TextStyle(size: 10)
  static let strong = TextStyle(size: 10, bold: true)
  static let small = TextStyle(size: 8.5)
  static let caption = TextStyle(size: 8, color: Color(0x5c5c5c))
  static let warning = TextStyle(size: 10, bold: true, color: Color(0x9c1c00))

  /// This style in another colour.
  func colored(_ color: Color) -> TextStyle {
    var copy = self
    copy.color = color
    return copy
  }
}

/// A Cairo context: what figures are drawn with, whatever the format. For use by one thread.
final class Canvas {
  private let context: OpaquePointer?

  /// Draws on `surface`, scaled by `scale`.
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

  deinit { cairo_destroy(context) }

  /// Throws what went wrong while drawing, if anything.
  func check() throws {
    let status = cairo_status(context)
    guard status == CAIRO_STATUS_SUCCESS else { throw FigureError("Drawing failed: \(statusMessage(status)).") }
  }

  /// Draws with the origin moved down by `distance` points.
  func movedDown(by distance: Double, _ draw: () -> Void) {
    cairo_save(context)
    cairo_translate(context, 0, distance)
    draw()
    cairo_restore(context)
  }

  // MARK: Text

  private static let fontFamily = "DejaVu Sans"

  private func select(_ style: TextStyle) {
    cairo_select_font_face(
      context, Self.fontFamily, CAIRO_FONT_SLANT_NORMAL, style.bold ? CAIRO_FONT_WEIGHT_BOLD : CAIRO_FONT_WEIGHT_NORMAL)
    cairo_set_font_size(context, style.size)
  }

  /// Width of `text` in points.
  func width(of text: String, style: TextStyle) -> Double {
    select(style)
    var extents = cairo_text_extents_t()
    cairo_text_extents(context, text, &extents)
    return max(extents.x_advance, extents.x_bearing + extents.width)
  }

  /// Ascent and descent of the font in points.
  func height(of style: TextStyle) -> (ascent: Double, descent: Double) {
    select(style)
    var extents = cairo_font_extents_t()
    cairo_font_extents(context, &extents)
    return (extents.ascent, extents.descent)
  }

  /// Draws a text.
  func draw(_ text: PlacedText) {
    select(text.style)
    setColor(text.style.color)
    cairo_move_to(context, text.baseline.x, text.baseline.y)
    cairo_show_text(context, text.text)
    cairo_new_path(context)
  }

  // MARK: Shapes

  private func setColor(_ color: Color) {
    cairo_set_source_rgba(context, color.red, color.green, color.blue, color.alpha)
  }

  private func stroke(_ color: Color, width: Double, dash: [Double] = []) {
    setColor(color)
    cairo_set_line_width(context, width)
    cairo_set_dash(context, dash, Int32(dash.count), 0)
    cairo_stroke(context)
    cairo_set_dash(context, nil, 0, 0)
  }

  private func path(_ rect: Rect, corner: Double) {
    let radius = min(corner, rect.width / 2, rect.height / 2)
    guard radius > 0 else {
      cairo_rectangle(context, rect.x, rect.y, rect.width, rect.height)
      return
    }
    cairo_new_sub_path(context)
    cairo_arc(context, rect.maxX - radius, rect.y + radius, radius, -.pi / 2, 0)
    cairo_arc(context, rect.maxX - radius, rect.maxY - radius, radius, 0, .pi / 2)
    cairo_arc(context, rect.x + radius, rect.maxY - radius, radius, .pi / 2, .pi)
    cairo_arc(context, rect.x + radius, rect.y + radius, radius, .pi, 1.5 * .pi)
    cairo_close_path(context)
  }

  func fill(_ rect: Rect, _ color: Color, corner: Double = 0) {
    path(rect, corner: corner)
    setColor(color)
    cairo_fill(context)
  }

  func outline(_ rect: Rect, _ color: Color, width: Double, corner: Double = 0, dash: [Double] = []) {
    path(rect, corner: corner)
    stroke(color, width: width, dash: dash)
  }

  func fillDisc(_ center: Point, radius: Double, _ color: Color) {
    cairo_new_sub_path(context)
    cairo_arc(context, center.x, center.y, radius, 0, 2 * .pi)
    setColor(color)
    cairo_fill(context)
  }

  func outlineDisc(_ center: Point, radius: Double, _ color: Color, width: Double, dash: [Double] = []) {
    cairo_new_sub_path(context)
    cairo_arc(context, center.x, center.y, radius, 0, 2 * .pi)
    stroke(color, width: width, dash: dash)
  }

  func line(_ from: Point, _ to: Point, _ color: Color, width: Double) {
    cairo_move_to(context, from.x, from.y)
    cairo_line_to(context, to.x, to.y)
    stroke(color, width: width)
  }

  /// A line through `points`, with round joins.
  func polyline(_ points: [Point], _ color: Color, width: Double, dash: [Double] = []) {
    trace(points)
    cairo_set_line_join(context, CAIRO_LINE_JOIN_ROUND)
    stroke(color, width: width, dash: dash)
  }

  /// A filled polygon; `margin` widens it on every side.
  func polygon(_ points: [Point], _ color: Color, margin: Double = 0) {
    trace(points)
    cairo_close_path(context)
    if margin > 0 {
      setColor(color)
      cairo_set_line_join(context, CAIRO_LINE_JOIN_ROUND)
      cairo_set_line_width(context, 2 * margin)
      cairo_stroke_preserve(context)
    }
    setColor(color)
    cairo_fill(context)
  }

  private func trace(_ points: [Point]) {
    for (index, point) in points.enumerated() {
      if index == 0 {
        cairo_move_to(context, point.x, point.y)
      } else {
        cairo_line_to(context, point.x, point.y)
      }
    }
  }

  /// A horizontal gradient through `colors`, evenly spaced.
  func gradient(_ rect: Rect, _ colors: [Color]) {
    let pattern = cairo_pattern_create_linear(rect.x, 0, rect.maxX, 0)
    for (index, color) in colors.enumerated() {
      let offset = Double(index) / Double(max(colors.count - 1, 1))
      cairo_pattern_add_color_stop_rgba(pattern, offset, color.red, color.green, color.blue, color.alpha)
    }
    cairo_rectangle(context, rect.x, rect.y, rect.width, rect.height)
    cairo_set_source(context, pattern)
    cairo_fill(context)
    cairo_pattern_destroy(pattern)
  }

  // MARK: Images

  /// Draws all of `bitmap` into `rect`.
  func draw(_ bitmap: Bitmap, in rect: Rect, corner: Double = 0) {
    cairo_save(context)
    path(rect, corner: corner)
    cairo_clip(context)
    cairo_translate(context, rect.x, rect.y)
    cairo_scale(context, rect.width / Double(bitmap.width), rect.height / Double(bitmap.height))
    cairo_set_source_surface(context, bitmap.surface, 0, 0)
    let pattern = cairo_get_source(context)
    cairo_pattern_set_filter(pattern, CAIRO_FILTER_GOOD)
    // Past its edge an image goes on as at its edge: no seam where it is enlarged.
    cairo_pattern_set_extend(pattern, CAIRO_EXTEND_PAD)
    cairo_paint(context)
    cairo_restore(context)
  }
}

/// Cairo's words for a status.
func statusMessage(_ status: cairo_status_t) -> String {
  cairo_status_to_string(status).map { String(cString: $0) } ?? "status \(status.rawValue)"
}
