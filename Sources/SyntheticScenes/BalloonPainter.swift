import Drawing
import Foundation
import Tensors

/// Draws a hot-air balloon, the landmark of a backdrop.
struct BalloonPainter {
  /// Where it hangs: above most vehicles, anywhere from side to side.
  static func place(random: inout SeededRandom) -> Rect {
    let height = random.uniform(in: 0.23...0.29)
    let width = height * 0.74
    return Rect(
      x: random.uniform(in: 0.02...0.98 - width), y: random.uniform(in: 0.01...0.06), width: width, height: height)
  }

  /// Draws the balloon so that it fills `rect`.
  func paint(in rect: Rect, on canvas: Canvas) {
    let hull = rect.inner(0, 0, 1, 0.76)
    let center = hull.point(0.5, 0.47)
    let outline = Color(0.25, 0.05, 0.3)
    // Round above, drawn in to the mouth below.
    func silhouette(_ scale: Double) -> [Point] {
      (0..<48).map { step in
        let angle = 2 * Double.pi * Double(step) / 48
        let narrow = sin(angle) > 0 ? 1 - 0.55 * pow(sin(angle), 2) : 1
        return Point(
          x: center.x + scale * narrow * hull.width / 2 * cos(angle),
          y: center.y + scale * hull.height * (sin(angle) > 0 ? 0.53 : 0.47) * sin(angle))
      }
    }
    for (u, v) in [(0.36, 0.42), (0.64, 0.58)] {
      canvas.strokeLine(rect.point(u, 0.72), rect.point(v, 0.88), outline, width: rect.width * 0.02)
    }
    canvas.clipped(to: silhouette(1)) { canvas in
      let colors = [Color(0.95, 0.25, 0.65), Color(1, 0.92, 0.35), Color(0.2, 0.75, 0.8)]
      for stripe in 0..<9 {
        let (u0, u1) = (Double(stripe) / 9, Double(stripe + 1) / 9)
        // Stripes are wide in the middle and narrow at the sides, as on a sphere.
        let (left, right) = (0.5 - 0.5 * cos(.pi * u0), 0.5 - 0.5 * cos(.pi * u1))
        canvas.fill(hull.inner(left, 0, right + 0.01, 1), colors[stripe % colors.count])
      }
      canvas.fill(hull.inner(0, 0.42, 1, 0.54), Color(0.45, 0.15, 0.6))
      canvas.fillCircle(
        hull.point(0.32, 0.22), radius: hull.width * 0.24, inner: Color(white: 1, opacity: 0.6),
        outer: Color(white: 1, opacity: 0))
    }
    canvas.strokePolygon(silhouette(0.98), outline, width: rect.width * 0.03)
    let basket = rect.inner(0.38, 0.87, 0.62, 1)
    canvas.fill(basket, top: Color(0.75, 0.52, 0.28), bottom: Color(0.5, 0.32, 0.15), corner: rect.width * 0.03)
    canvas.stroke(basket, outline, width: rect.width * 0.02, corner: rect.width * 0.03)
  }
}
