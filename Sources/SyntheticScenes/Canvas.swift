import CCairo
import Foundation

/// A rectangle in the coordinates of whatever is being drawn; y points down.
struct Rect: Sendable, Equatable {
  var x: Double
  var y: Double
  var width: Double
  var height: Double

  /// The point at fractions `u` of the width and `v` of the height.
  func point(_ u: Double, _ v: Double) -> (Double, Double) { (x + u * width, y + v * height) }

  /// The sub-rectangle between two points given as fractions.
  func inner(_ u0: Double, _ v0: Double, _ u1: Double, _ v1: Double) -> Rect {
    Rect(x: x + u0 * width, y: y + v0 * height, width: (u1 - u0) * width, height: (v1 - v0) * height)
  }

  var shorterSide: Double { min(width, height) }
}

/// A transparent square drawing surface: antialiased shapes by Cairo.
final class Canvas {
  private let surface: OpaquePointer
  private let context: OpaquePointer
  let size: Int

  /// A surface of `size` × `size` pixels; nil where Cairo cannot allocate it.
  init?(size: Int) {
    guard let surface = cairo_image_surface_create(CAIRO_FORMAT_ARGB32, CInt(clamping: size), CInt(clamping: size)),
      let context = cairo_create(surface), cairo_status(context) == CAIRO_STATUS_SUCCESS
    else { return nil }
    self.surface = surface
    self.context = context
    self.size = size
  }

  deinit {
    cairo_destroy(context)
    cairo_surface_destroy(surface)
  }

  /// Draws with a changed coordinate system.
  func transformed(_ change: Transform, _ body: (Canvas) -> Void) {
    cairo_save(context)
    var matrix = change.matrix
    cairo_transform(context, &matrix)
    body(self)
    cairo_restore(context)
  }

  /// Draws only inside a polygon.
  func clipped(to points: [(Double, Double)], _ body: (Canvas) -> Void) {
    cairo_save(context)
    tracePolygon(points)
    cairo_clip(context)
    body(self)
    cairo_restore(context)
  }

  /// Makes every pixel transparent again.
  func clear() {
    cairo_save(context)
    cairo_set_operator(context, CAIRO_OPERATOR_CLEAR)
    cairo_paint(context)
    cairo_restore(context)
  }

  /// Lays another canvas of the same size over this one.
  func paint(_ other: Canvas) {
    cairo_save(context)
    cairo_identity_matrix(context)
    cairo_set_source_surface(context, other.surface, 0, 0)
    cairo_paint(context)
    cairo_restore(context)
  }

  func fill(_ rect: Rect, _ color: Color) {
    cairo_rectangle(context, rect.x, rect.y, rect.width, rect.height)
    fillPath(color)
  }

  /// A rectangle with a linear gradient from its top to its bottom.
  func fill(_ rect: Rect, top: Color, bottom: Color) {
    cairo_rectangle(context, rect.x, rect.y, rect.width, rect.height)
    fillPath(top: top, bottom: bottom, from: rect.y, to: rect.y + rect.height)
  }

  func fillRounded(_ rect: Rect, radius: Double, top: Color, bottom: Color) {
    traceRounded(rect, radius: radius)
    fillPath(top: top, bottom: bottom, from: rect.y, to: rect.y + rect.height)
  }

  func fillRounded(_ rect: Rect, radius: Double, _ color: Color) {
    traceRounded(rect, radius: radius)
    fillPath(color)
  }

  func strokeRounded(_ rect: Rect, radius: Double, width: Double, _ color: Color) {
    traceRounded(rect, radius: radius)
    strokePath(width: width, color)
  }

  func fillPolygon(_ points: [(Double, Double)], _ color: Color) {
    tracePolygon(points)
    fillPath(color)
  }

  func fillPolygon(_ points: [(Double, Double)], top: Color, bottom: Color) {
    let ys = points.map(\.1)
    tracePolygon(points)
    fillPath(top: top, bottom: bottom, from: ys.min() ?? 0, to: ys.max() ?? 0)
  }

  func strokePolygon(_ points: [(Double, Double)], width: Double, _ color: Color) {
    tracePolygon(points)
    strokePath(width: width, color)
  }

  func fillCircle(_ center: (Double, Double), radius: Double, _ color: Color) {
    cairo_new_path(context)
    cairo_arc(context, center.0, center.1, radius, 0, 2 * .pi)
    fillPath(color)
  }

  func strokeCircle(_ center: (Double, Double), radius: Double, width: Double, _ color: Color) {
    cairo_new_path(context)
    cairo_arc(context, center.0, center.1, radius, 0, 2 * .pi)
    strokePath(width: width, color)
  }

  /// A disc that fades from `inner` at its centre to `outer` at its rim.
  func fillCircle(_ center: (Double, Double), radius: Double, inner: Color, outer: Color) {
    guard let pattern = cairo_pattern_create_radial(center.0, center.1, 0, center.0, center.1, radius) else { return }
    addStop(pattern, 0, inner)
    addStop(pattern, 1, outer)
    cairo_new_path(context)
    cairo_arc(context, center.0, center.1, radius, 0, 2 * .pi)
    cairo_set_source(context, pattern)
    cairo_fill(context)
    cairo_pattern_destroy(pattern)
  }

  func strokeLine(_ from: (Double, Double), _ to: (Double, Double), width: Double, _ color: Color) {
    cairo_new_path(context)
    cairo_move_to(context, from.0, from.1)
    cairo_line_to(context, to.0, to.1)
    strokePath(width: width, color)
  }

  /// Calls `body` with the premultiplied pixels: 4 bytes each as blue, green, red, alpha, rows of `4 · size` bytes.
  func withPixels<Result>(_ body: (UnsafeBufferPointer<UInt32>) -> Result) -> Result? {
    cairo_surface_flush(surface)
    guard let data = cairo_image_surface_get_data(surface),
      Int(cairo_image_surface_get_stride(surface)) == 4 * size
    else { return nil }
    let count = size * size
    return data.withMemoryRebound(to: UInt32.self, capacity: count) { pixels in
      body(UnsafeBufferPointer(start: pixels, count: count))
    }
  }

  // MARK: Paths

  private func tracePolygon(_ points: [(Double, Double)]) {
    cairo_new_path(context)
    for (x, y) in points { cairo_line_to(context, x, y) }
    cairo_close_path(context)
  }

  private func traceRounded(_ rect: Rect, radius: Double) {
    let r = min(radius, rect.shorterSide / 2)
    let (right, bottom) = (rect.x + rect.width, rect.y + rect.height)
    cairo_new_path(context)
    cairo_arc(context, right - r, rect.y + r, r, -.pi / 2, 0)
    cairo_arc(context, right - r, bottom - r, r, 0, .pi / 2)
    cairo_arc(context, rect.x + r, bottom - r, r, .pi / 2, .pi)
    cairo_arc(context, rect.x + r, rect.y + r, r, .pi, 1.5 * .pi)
    cairo_close_path(context)
  }

  private func fillPath(_ color: Color) {
    cairo_set_source_rgba(context, color.red, color.green, color.blue, color.opacity)
    cairo_fill(context)
  }

  private func fillPath(top: Color, bottom: Color, from: Double, to: Double) {
    guard let pattern = cairo_pattern_create_linear(0, from, 0, to) else { return }
    addStop(pattern, 0, top)
    addStop(pattern, 1, bottom)
    cairo_set_source(context, pattern)
    cairo_fill(context)
    cairo_pattern_destroy(pattern)
  }

  private func strokePath(width: Double, _ color: Color) {
    cairo_set_line_width(context, width)
    cairo_set_source_rgba(context, color.red, color.green, color.blue, color.opacity)
    cairo_stroke(context)
  }

  private func addStop(_ pattern: OpaquePointer, _ offset: Double, _ color: Color) {
    cairo_pattern_add_color_stop_rgba(pattern, offset, color.red, color.green, color.blue, color.opacity)
  }
}

/// An affine change of coordinates: x' = xx·x + xy·y + x0, y' = yx·x + yy·y + y0.
struct Transform: Sendable, Equatable {
  var xx = 1.0
  var yx = 0.0
  var xy = 0.0
  var yy = 1.0
  var x0 = 0.0
  var y0 = 0.0

  var matrix: cairo_matrix_t { cairo_matrix_t(xx: xx, yx: yx, xy: xy, yy: yy, x0: x0, y0: y0) }

  static func scale(_ x: Double, _ y: Double) -> Transform { Transform(xx: x, yy: y) }

  static func translation(_ x: Double, _ y: Double) -> Transform { Transform(x0: x, y0: y) }

  /// Clockwise on a picture whose y points down.
  static func rotation(_ angle: Double) -> Transform {
    Transform(xx: cos(angle), yx: sin(angle), xy: -sin(angle), yy: cos(angle))
  }

  /// Where a point lands.
  func callAsFunction(_ x: Double, _ y: Double) -> (Double, Double) {
    (xx * x + xy * y + x0, yx * x + yy * y + y0)
  }

  /// This change applied after `first`.
  func after(_ first: Transform) -> Transform {
    Transform(
      xx: xx * first.xx + xy * first.yx, yx: yx * first.xx + yy * first.yx,
      xy: xx * first.xy + xy * first.yy, yy: yx * first.xy + yy * first.yy,
      x0: xx * first.x0 + xy * first.y0 + x0, y0: yx * first.x0 + yy * first.y0 + y0)
  }
}
