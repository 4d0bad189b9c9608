import CCairo

extension Canvas {
  // MARK: Rectangles; `corner` is the radius of their corners

  package func fill(_ rect: Rect, _ color: Color, corner: Double = 0) {
    trace(rect, corner: corner)
    fillPath(color)
  }

  /// A rectangle with a gradient from its top to its bottom.
  package func fill(_ rect: Rect, top: Color, bottom: Color, corner: Double = 0) {
    trace(rect, corner: corner)
    fillPath(cairo_pattern_create_linear(0, rect.y, 0, rect.maxY), through: [top, bottom])
  }

  /// A rectangle with a gradient from its left to its right, through `colors` in even steps.
  package func fill(_ rect: Rect, leftToRight colors: [Color]) {
    trace(rect, corner: 0)
    fillPath(cairo_pattern_create_linear(rect.x, 0, rect.maxX, 0), through: colors)
  }

  package func stroke(_ rect: Rect, _ color: Color, width: Double, corner: Double = 0, dash: [Double] = []) {
    trace(rect, corner: corner)
    strokePath(color, width: width, dash: dash)
  }

  // MARK: Circles

  package func fillCircle(_ center: Point, radius: Double, _ color: Color) {
    trace(center, radius: radius)
    fillPath(color)
  }

  /// A disc that changes from `inner` at its centre to `outer` at its rim.
  package func fillCircle(_ center: Point, radius: Double, inner: Color, outer: Color) {
    trace(center, radius: radius)
    fillPath(
      cairo_pattern_create_radial(center.x, center.y, 0, center.x, center.y, radius), through: [inner, outer])
  }

  package func strokeCircle(_ center: Point, radius: Double, _ color: Color, width: Double, dash: [Double] = []) {
    trace(center, radius: radius)
    strokePath(color, width: width, dash: dash)
  }

  // MARK: Polygons and lines

  /// A filled polygon; `margin` widens it on every side.
  package func fillPolygon(_ points: [Point], _ color: Color, margin: Double = 0) {
    trace(points)
    cairo_close_path(context)
    if margin > 0 {
      setColor(color)
      cairo_set_line_width(context, 2 * margin)
      cairo_stroke_preserve(context)
    }
    fillPath(color)
  }

  /// A polygon with a gradient from its highest point to its lowest.
  package func fillPolygon(_ points: [Point], top: Color, bottom: Color) {
    let heights = points.map(\.y)
    trace(points)
    cairo_close_path(context)
    fillPath(
      cairo_pattern_create_linear(0, heights.min() ?? 0, 0, heights.max() ?? 0), through: [top, bottom])
  }

  package func strokePolygon(_ points: [Point], _ color: Color, width: Double) {
    trace(points)
    cairo_close_path(context)
    strokePath(color, width: width)
  }

  package func strokeLine(_ from: Point, _ to: Point, _ color: Color, width: Double) {
    strokeLine(through: [from, to], color, width: width)
  }

  package func strokeLine(through points: [Point], _ color: Color, width: Double, dash: [Double] = []) {
    trace(points)
    strokePath(color, width: width, dash: dash)
  }

  // MARK: Everything

  /// Makes every pixel transparent again.
  package func clear() {
    cairo_save(context)
    cairo_set_operator(context, CAIRO_OPERATOR_CLEAR)
    cairo_paint(context)
    cairo_restore(context)
  }

  // MARK: Paths

  func trace(_ points: [Point]) {
    cairo_new_path(context)
    for point in points { cairo_line_to(context, point.x, point.y) }
  }

  func trace(_ rect: Rect, corner: Double) {
    cairo_new_path(context)
    let radius = min(corner, rect.shorterSide / 2)
    guard radius > 0 else {
      cairo_rectangle(context, rect.x, rect.y, rect.width, rect.height)
      return
    }
    cairo_arc(context, rect.maxX - radius, rect.y + radius, radius, -.pi / 2, 0)
    cairo_arc(context, rect.maxX - radius, rect.maxY - radius, radius, 0, .pi / 2)
    cairo_arc(context, rect.x + radius, rect.maxY - radius, radius, .pi / 2, .pi)
    cairo_arc(context, rect.x + radius, rect.y + radius, radius, .pi, 1.5 * .pi)
    cairo_close_path(context)
  }

  private func trace(_ center: Point, radius: Double) {
    cairo_new_path(context)
    cairo_arc(context, center.x, center.y, radius, 0, 2 * .pi)
  }

  func setColor(_ color: Color) {
    cairo_set_source_rgba(context, color.red, color.green, color.blue, color.opacity)
  }

  private func fillPath(_ color: Color) {
    setColor(color)
    cairo_fill(context)
  }

  /// Fills the path with a gradient, which it frees, through `colors` in even steps.
  private func fillPath(_ gradient: OpaquePointer?, through colors: [Color]) {
    for (index, color) in colors.enumerated() {
      let offset = Double(index) / Double(max(colors.count - 1, 1))
      cairo_pattern_add_color_stop_rgba(gradient, offset, color.red, color.green, color.blue, color.opacity)
    }
    cairo_set_source(context, gradient)
    cairo_fill(context)
    cairo_pattern_destroy(gradient)
  }

  private func strokePath(_ color: Color, width: Double, dash: [Double] = []) {
    setColor(color)
    cairo_set_line_width(context, width)
    cairo_set_dash(context, dash, Int32(clamping: dash.count), 0)
    cairo_stroke(context)
    cairo_set_dash(context, nil, 0, 0)
  }
}
