import Drawing
import Foundation
import Tensors

/// Sky and ground behind everything: where the horizon is, and what they look like.
struct Backdrop: Sendable {
  enum Theme: Int, CaseIterable { case street, meadow, desert, snow, wall, studio, harbour, dusk }

  let theme: Theme
  /// The horizon's height in the picture, in [0, 1] from its top.
  let horizon: Double
  private let seed: UInt64

  init(random: inout SeededRandom) {
    theme = Theme.allCases[random.index(below: Theme.allCases.count)]
    horizon = random.uniform(in: 0.5...0.68)
    seed = random.next()
  }

  /// A random backdrop that is nearly all ground, as seen from above.
  init(floor random: inout SeededRandom) {
    theme = Theme.allCases[random.index(below: Theme.allCases.count)]
    horizon = 0
    seed = random.next()
  }

  /// Draws the backdrop over the whole picture, in coordinates from 0 to 1.
  func paint(on canvas: Canvas) {
    var random = SeededRandom(seed: seed)
    paintSky(on: canvas, random: &random)
    paintGround(on: canvas, random: &random)
  }

  private func paintSky(on canvas: Canvas, random: inout SeededRandom) {
    let sky = Rect(x: 0, y: 0, width: 1, height: horizon)
    switch theme {
    case .wall: paintBricks(in: sky, on: canvas, random: &random)
    case .studio: paintPattern(in: sky, on: canvas, random: &random)
    case .dusk:
      canvas.fill(sky, top: Color(0.28, 0.25, 0.5), bottom: Color(0.98, random.uniform(in: 0.5...0.7), 0.5))
      paintHills(color: Color(0.25, 0.22, 0.35), on: canvas, random: &random)
    case .street, .meadow, .desert, .snow, .harbour:
      let hue = random.uniform(in: 0.52...0.6)
      let top = Color(hue: hue, saturation: random.uniform(in: 0.3...0.7), value: random.uniform(in: 0.75...0.95))
      canvas.fill(sky, top: top, bottom: top.lighter(0.6))
      if random.uniform() < 0.4 { paintSun(on: canvas, random: &random) }
      for _ in 0..<random.index(below: 4) { paintCloud(on: canvas, random: &random) }
      switch theme {
      case .meadow: paintHills(color: Color(0.35, 0.6, 0.35), on: canvas, random: &random)
      case .desert: paintHills(color: Color(0.8, 0.55, 0.35), on: canvas, random: &random)
      case .snow: paintHills(color: Color(0.78, 0.83, 0.92), on: canvas, random: &random)
      case .street: paintSkyline(on: canvas, random: &random)
      default:
        canvas.fill(Rect(x: 0, y: horizon - 0.1, width: 1, height: 0.1), Color(0.2, 0.45, 0.65))
        for _ in 0..<14 {
          let (x, y) = (random.uniform(), horizon - random.uniform(in: 0.01...0.09))
          canvas.strokeLine(Point(x: x, y: y), Point(x: x + 0.05, y: y), Color(0.75, 0.88, 0.95), width: 0.006)
        }
      }
    }
  }

  private func paintSun(on canvas: Canvas, random: inout SeededRandom) {
    let center = Point(x: random.uniform(in: 0.08...0.92), y: random.uniform(in: 0.07...0.2))
    canvas.fillCircle(center, radius: 0.09, inner: Color(1, 0.95, 0.6), outer: Color(1, 0.95, 0.7, opacity: 0))
    canvas.fillCircle(center, radius: 0.045, Color(1, 0.93, 0.5))
  }

  private func paintCloud(on canvas: Canvas, random: inout SeededRandom) {
    let (x, y) = (random.uniform(), random.uniform(in: 0.04...0.25))
    let scale = random.uniform(in: 0.03...0.06)
    for (dx, dy, r) in [(-1.4, 0.2, 0.8), (-0.4, -0.3, 1.1), (0.7, -0.1, 0.9), (1.6, 0.3, 0.7)] {
      canvas.fillCircle(
        Point(x: x + dx * scale, y: y + dy * scale), radius: r * scale, Color(white: 1, opacity: 0.85))
    }
  }

  private func paintHills(color: Color, on canvas: Canvas, random: inout SeededRandom) {
    for layer in 0..<2 {
      let tint = color.lighter(layer == 0 ? 0.35 : 0.05)
      let (phase, frequency) = (random.uniform(in: 0...6), random.uniform(in: 4...11))
      let amplitude = random.uniform(in: 0.02...0.06)
      var points = [Point(x: 0, y: 1)]
      for step in 0...24 {
        let x = Double(step) / 24
        let y = horizon - 0.07 + Double(layer) * 0.04 - amplitude * sin(phase + frequency * x)
        points.append(Point(x: x, y: y))
      }
      points.append(Point(x: 1, y: 1))
      canvas.fillPolygon(points, tint)
    }
  }

  private func paintSkyline(on canvas: Canvas, random: inout SeededRandom) {
    var x = -0.05
    while x < 1 {
      let (width, height) = (random.uniform(in: 0.1...0.22), random.uniform(in: 0.12...0.42))
      let color = Color(
        hue: random.uniform(), saturation: random.uniform(in: 0.05...0.3), value: random.uniform(in: 0.45...0.85))
      let block = Rect(x: x, y: horizon - height, width: width, height: height)
      canvas.fill(block, color)
      let lit = color.lighter(random.uniform(in: 0.3...0.6))
      let rows = Int(height / 0.055)
      for row in 0..<rows {
        for column in 0..<3 {
          canvas.fill(
            Rect(
              x: x + width * (0.14 + 0.28 * Double(column)), y: block.y + 0.02 + Double(row) * 0.055,
              width: width * 0.16, height: 0.028), lit)
        }
      }
      x += width
    }
  }

  private func paintBricks(in rect: Rect, on canvas: Canvas, random: inout SeededRandom) {
    let mortar = Color(white: random.uniform(in: 0.6...0.85))
    let hue = random.uniform(in: 0...0.12)
    let saturation = random.uniform(in: 0.15...0.5)
    canvas.fill(rect, mortar)
    let height = random.uniform(in: 0.035...0.06)
    let width = height * 2.3
    var (y, row) = (0.0, 0)
    while y < rect.height {
      var x = row.isMultiple(of: 2) ? 0 : -width / 2
      while x < 1 {
        let brick = Color(hue: hue, saturation: saturation, value: random.uniform(in: 0.5...0.72))
        let bottom = min(y + height * 0.88, rect.height)
        canvas.fill(Rect(x: x, y: y, width: width * 0.94, height: bottom - y), brick)
        x += width
      }
      y += height
      row += 1
    }
  }

  private func paintPattern(in rect: Rect, on canvas: Canvas, random: inout SeededRandom) {
    let base = Color(
      hue: random.uniform(), saturation: random.uniform(in: 0.1...0.5), value: random.uniform(in: 0.55...0.95))
    canvas.fill(rect, base)
    let other = random.uniform() < 0.5 ? base.lighter(0.4) : base.darker(0.2)
    let pitch = random.uniform(in: 0.07...0.16)
    let dotted = random.uniform() < 0.5
    for column in 0...Int(1 / pitch) {
      let x = Double(column) * pitch
      if dotted {
        for row in 0..<Int(horizon / pitch) {
          canvas.fillCircle(Point(x: x, y: (Double(row) + 0.5) * pitch), radius: pitch * 0.25, other)
        }
      } else {
        canvas.fill(Rect(x: x, y: 0, width: pitch / 2, height: rect.height), other)
      }
    }
  }

  private func paintGround(on canvas: Canvas, random: inout SeededRandom) {
    let ground = Rect(x: 0, y: horizon, width: 1, height: 1 - horizon)
    let color: Color
    switch theme {
    case .street, .wall, .dusk: color = Color(white: random.uniform(in: 0.32...0.55))
    case .meadow:
      color = Color(hue: random.uniform(in: 0.24...0.34), saturation: 0.55, value: random.uniform(in: 0.45...0.75))
    case .desert: color = Color(hue: 0.1, saturation: 0.4, value: random.uniform(in: 0.75...0.92))
    case .snow: color = Color(0.9, 0.93, 0.98)
    case .studio: color = Color(hue: random.uniform(), saturation: 0.2, value: random.uniform(in: 0.45...0.8))
    case .harbour: color = Color(0.7, 0.64, 0.55)
    }
    canvas.fill(ground, top: color.lighter(0.12), bottom: color.darker(0.18))
    let blades = theme == .meadow
    for _ in 0..<90 {
      let (x, y) = (random.uniform(), random.uniform(in: horizon...1))
      let shade = random.uniform() < 0.5 ? color.darker(0.22) : color.lighter(0.22)
      let length = random.uniform(in: 0.008...0.022)
      let end = blades ? Point(x: x + length * 0.3, y: y - length) : Point(x: x + length, y: y)
      canvas.strokeLine(Point(x: x, y: y), end, shade.withOpacity(0.7), width: 0.006)
    }
    switch theme {
    case .street, .dusk, .wall: paintRoadMarks(on: canvas, random: &random)
    case .harbour: paintPaving(on: canvas, color: color)
    default: break
    }
  }

  private func paintRoadMarks(on canvas: Canvas, random: inout SeededRandom) {
    canvas.fill(Rect(x: 0, y: horizon, width: 1, height: 0.035), Color(white: 0.72))
    let (y, start) = (random.uniform(in: 0.9...0.96), random.uniform(in: -0.2...0))
    for dash in 0..<6 {
      canvas.fill(Rect(x: start + Double(dash) * 0.24, y: y, width: 0.13, height: 0.018), Color(white: 0.93))
    }
  }

  private func paintPaving(on canvas: Canvas, color: Color) {
    for row in 0..<6 {
      let y = horizon + Double(row) * 0.09
      canvas.strokeLine(Point(x: 0, y: y), Point(x: 1, y: y), color.darker(0.3), width: 0.006)
      for column in 0..<7 {
        let x = (Double(column) + (row.isMultiple(of: 2) ? 0 : 0.5)) / 6
        canvas.strokeLine(Point(x: x, y: y), Point(x: x, y: y + 0.09), color.darker(0.3), width: 0.006)
      }
    }
  }
}
