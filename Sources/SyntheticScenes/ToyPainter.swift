import Drawing
import Foundation
import Tensors

/// What varies between the toys of scenes, in the same way in every class.
struct ToyStyle: Sendable {
  var red = Color(hue: 0.99, saturation: 0.85, value: 0.85)
  var blue = Color(hue: 0.6, saturation: 0.8, value: 0.82)
  var purple = Color(hue: 0.78, saturation: 0.62, value: 0.68)
  var yellow = Color(hue: 0.14, saturation: 0.8, value: 0.98)

  init() {}

  /// Colours drawn at random, near the usual ones.
  init(random: inout SeededRandom) {
    func near(_ hue: Double, _ saturation: Double, _ value: Double) -> Color {
      Color(
        hue: hue + random.uniform(in: -0.015...0.015), saturation: saturation * random.uniform(in: 0.92...1.08),
        value: min(1, value * random.uniform(in: 0.92...1.06)))
    }
    red = near(0.99, 0.85, 0.85)
    blue = near(0.6, 0.8, 0.82)
    purple = near(0.78, 0.62, 0.68)
    yellow = near(0.14, 0.8, 0.98)
  }
}

/// Draws toys, each in a rectangle.
struct ToyPainter {
  var style = ToyStyle()
  private let outline = Color(white: 0.1)

  init(style: ToyStyle = ToyStyle()) { self.style = style }

  /// Draws `toy` so that it fills `rect`.
  func paint(_ toy: Toy, in rect: Rect, on canvas: Canvas) {
    switch toy {
    case .ball: paintBall(in: rect, on: canvas)
    case .block: paintBlock(in: rect, on: canvas)
    case .cone: paintCone(in: rect, on: canvas)
    }
  }

  static func paintShadow(of rect: Rect, on canvas: Canvas) {
    let foot = rect.point(0.56, 0.93)
    canvas.transformed(.translation(foot.x, foot.y).after(.scale(1, 0.3))) { canvas in
      canvas.fillCircle(
        Point(x: 0, y: 0), radius: rect.width * 0.62, inner: Color(white: 0, opacity: 0.6),
        outer: Color(white: 0, opacity: 0))
    }
  }

  private func paintBall(in rect: Rect, on canvas: Canvas) {
    let center = rect.point(0.5, 0.5)
    let radius = rect.shorterSide / 2
    func circle(_ scale: Double) -> [Point] {
      (0..<40).map { step in
        let angle = 2 * Double.pi * Double(step) / 40
        return Point(x: center.x + scale * radius * cos(angle), y: center.y + scale * radius * sin(angle))
      }
    }
    canvas.clipped(to: circle(1)) { canvas in
      canvas.fill(rect, top: style.red.lighter(0.25), bottom: style.red.darker(0.3))
      canvas.fillPolygon(
        [rect.point(0, 0.5), rect.point(1, 0.26), rect.point(1, 0.54), rect.point(0, 0.78)], Color(white: 0.97))
      let star = (0..<10).map { step in
        let angle = Double.pi * (Double(step) / 5 - 0.5)
        let reach = radius * (step.isMultiple(of: 2) ? 0.34 : 0.15)
        return Point(x: center.x + reach * cos(angle), y: center.y + 0.02 * radius + reach * sin(angle))
      }
      canvas.fillPolygon(star, style.yellow)
      canvas.strokePolygon(star, style.red.darker(0.5), width: rect.width * 0.02)
      canvas.fillCircle(
        rect.point(0.32, 0.22), radius: radius * 0.34, inner: Color(white: 1, opacity: 0.85),
        outer: Color(white: 1, opacity: 0))
    }
    canvas.strokePolygon(circle(0.97), outline, width: rect.width * 0.045)
  }

  private func paintBlock(in rect: Rect, on canvas: Canvas) {
    let front = [rect.point(0, 0.26), rect.point(0.76, 0.26), rect.point(0.76, 1), rect.point(0, 1)]
    let top = [rect.point(0, 0.26), rect.point(0.24, 0), rect.point(1, 0), rect.point(0.76, 0.26)]
    let side = [rect.point(0.76, 0.26), rect.point(1, 0), rect.point(1, 0.74), rect.point(0.76, 1)]
    canvas.fillPolygon(front, top: style.blue.lighter(0.1), bottom: style.blue.darker(0.1))
    canvas.fillPolygon(top, style.blue.lighter(0.4))
    canvas.fillPolygon(side, style.blue.darker(0.35))
    let panel = rect.inner(0.1, 0.37, 0.66, 0.9)
    canvas.fill(panel, style.blue.lighter(0.72))
    canvas.fill(panel.inner(0.14, 0.56, 0.45, 0.86), style.blue.darker(0.3))
    canvas.fill(panel.inner(0.55, 0.56, 0.86, 0.86), style.blue.darker(0.3))
    canvas.fill(panel.inner(0.345, 0.14, 0.655, 0.44), style.blue.darker(0.3))
    let line = rect.width * 0.035
    for face in [front, top, side] { canvas.strokePolygon(face, outline, width: line) }
  }

  private func paintCone(in rect: Rect, on canvas: Canvas) {
    func edge(_ v: Double) -> (Double, Double) { (0.5 - 0.38 * v, 0.5 + 0.38 * v) }
    func band(_ v0: Double, _ v1: Double) -> [Point] {
      let (upper, lower) = (edge(v0), edge(v1))
      return [rect.point(upper.0, v0), rect.point(upper.1, v0), rect.point(lower.1, v1), rect.point(lower.0, v1)]
    }
    let foot = rect.inner(0, 0.86, 1, 1)
    canvas.fill(foot, top: style.purple, bottom: style.purple.darker(0.35), corner: rect.height * 0.05)
    canvas.stroke(foot, outline, width: rect.width * 0.035, corner: rect.height * 0.05)
    let body = band(0.03, 0.9)
    canvas.fillPolygon(body, top: style.purple.lighter(0.3), bottom: style.purple.darker(0.15))
    for (v0, v1) in [(0.28, 0.44), (0.6, 0.76)] { canvas.fillPolygon(band(v0, v1), style.yellow) }
    canvas.fillPolygon(
      [rect.point(0.5, 0.08), rect.point(0.55, 0.08), rect.point(0.76, 0.88), rect.point(0.6, 0.88)],
      Color(white: 0, opacity: 0.2))
    canvas.strokePolygon(body, outline, width: rect.width * 0.035)
  }
}
