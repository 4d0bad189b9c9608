import Drawing
import Foundation
import Tensors

/// A thing in the scene that belongs to no vehicle.
struct Clutter: Sendable {
  enum Kind: Int, CaseIterable {
    case tree, fir, bush, cone, house, lamp, crate, barrel, ball, fence, rock, flowers, card, tower
  }

  let kind: Kind
  /// Where it stands: the middle of its foot, in [0, 1]².
  let foot: Point
  let height: Double
  private let seed: UInt64

  /// A thing of one of `kinds`, whose foot is in the given ranges and whose height is multiplied by `scale`.
  init(
    among kinds: [Kind], x: ClosedRange<Double>, y: ClosedRange<Double>, scale: Double, random: inout SeededRandom
  ) {
    kind = kinds.isEmpty ? .bush : kinds[random.index(below: kinds.count)]
    foot = Point(x: random.uniform(in: x), y: random.uniform(in: y))
    height = kind.usualHeight * random.uniform(in: 0.75...1.3) * scale
    seed = random.next()
  }

  /// Things behind a vehicle.
  static let behind: [Kind] = [.tree, .fir, .bush, .house, .lamp, .fence, .tower, .crate]
  /// Low things before a vehicle.
  static let before: [Kind] = [.cone, .bush, .rock, .ball, .flowers, .barrel]

  /// Draws the thing in coordinates from 0 to 1.
  func paint(on canvas: Canvas) {
    var random = SeededRandom(seed: seed)
    let width = height * kind.aspect
    let rect = Rect(x: foot.x - width / 2, y: foot.y - height, width: width, height: height)
    canvas.transformed(.translation(foot.x, foot.y).after(.scale(1, 0.25))) { canvas in
      canvas.fillCircle(
        Point(x: 0, y: 0), radius: width * 0.55, inner: Color(white: 0, opacity: 0.4),
        outer: Color(white: 0, opacity: 0))
    }
    let hue = random.uniform()
    let color = Color(hue: hue, saturation: random.uniform(in: 0.3...0.85), value: random.uniform(in: 0.45...0.95))
    let leaf = Color(
      hue: random.uniform(in: 0.2...0.4), saturation: random.uniform(in: 0.4...0.75),
      value: random.uniform(in: 0.3...0.65))
    switch kind {
    case .tree: paintTree(in: rect, leaf: leaf, on: canvas, random: &random)
    case .fir: paintFir(in: rect, leaf: leaf, on: canvas)
    case .bush: paintBush(in: rect, leaf: leaf, on: canvas, random: &random)
    case .flowers:
      paintBush(in: rect, leaf: leaf, on: canvas, random: &random)
      for _ in 0..<9 {
        let at = rect.point(random.uniform(in: 0.08...0.92), random.uniform(in: 0.15...0.9))
        canvas.fillCircle(at, radius: height * 0.08, color)
        canvas.fillCircle(at, radius: height * 0.03, Color(1, 0.95, 0.6))
      }
    case .cone: paintCone(in: rect, on: canvas)
    case .house: paintHouse(in: rect, color: color, on: canvas, random: &random)
    case .lamp:
      canvas.fill(rect.inner(0.4, 0.12, 0.6, 1), Color(white: 0.25))
      canvas.fill(rect.inner(0, 0, 1, 0.16), Color(1, 0.95, 0.7), corner: 0.02)
    case .crate: paintCrate(in: rect, color: color, on: canvas)
    case .barrel:
      canvas.fill(rect, top: color.lighter(0.2), bottom: color.darker(0.3), corner: height * 0.12)
      for v in [0.12, 0.45, 0.78] { canvas.fill(rect.inner(0, v, 1, v + 0.07), color.darker(0.5)) }
    case .ball:
      let center = rect.point(0.5, 0.5)
      canvas.fillCircle(center, radius: height / 2, color)
      canvas.fillPolygon(
        [rect.point(0.1, 0.35), rect.point(0.9, 0.35), rect.point(0.97, 0.6), rect.point(0.03, 0.6)],
        color.lighter(0.65))
      canvas.fillCircle(rect.point(0.35, 0.25), radius: height * 0.1, Color(white: 1, opacity: 0.6))
    case .fence:
      for v in [0.25, 0.6] { canvas.fill(rect.inner(0, v, 1, v + 0.14), Color(0.7, 0.55, 0.38)) }
      for post in 0..<7 {
        let u = Double(post) / 7 + 0.02
        canvas.fillPolygon(
          [
            rect.point(u, 0.12), rect.point(u + 0.05, 0), rect.point(u + 0.1, 0.12), rect.point(u + 0.1, 1),
            rect.point(u, 1),
          ], Color(0.78, 0.64, 0.45))
      }
    case .rock:
      let shade = Color(white: random.uniform(in: 0.4...0.65))
      canvas.fillPolygon(
        [
          rect.point(0, 1), rect.point(0.1, 0.45), rect.point(0.4, 0.05), rect.point(0.75, 0.15), rect.point(1, 0.6),
          rect.point(0.97, 1),
        ], top: shade.lighter(0.3), bottom: shade.darker(0.3))
    case .card: paintCard(in: rect, color: color, on: canvas, random: &random)
    case .tower:
      canvas.fill(rect.inner(0.15, 0.2, 0.85, 1), top: color.lighter(0.3), bottom: color.darker(0.2))
      for step in 0..<4 {
        let v = 0.3 + Double(step) * 0.17
        canvas.fill(rect.inner(0.15, v, 0.85, v + 0.07), Color(white: 0.95))
      }
      canvas.fillPolygon([rect.point(0, 0.22), rect.point(0.5, 0), rect.point(1, 0.22)], color.darker(0.4))
    }
  }

  private func paintTree(in rect: Rect, leaf: Color, on canvas: Canvas, random: inout SeededRandom) {
    canvas.fill(rect.inner(0.43, 0.5, 0.57, 1), Color(0.42, 0.29, 0.18))
    for _ in 0..<9 {
      let at = rect.point(random.uniform(in: 0.2...0.8), random.uniform(in: 0.14...0.52))
      let shade = leaf.mixed(
        with: random.uniform() < 0.5 ? Color(white: 1) : Color(white: 0), random.uniform(in: 0...0.2))
      canvas.fillCircle(at, radius: rect.width * random.uniform(in: 0.16...0.26), shade)
    }
  }

  private func paintFir(in rect: Rect, leaf: Color, on canvas: Canvas) {
    canvas.fill(rect.inner(0.43, 0.8, 0.57, 1), Color(0.4, 0.28, 0.18))
    for (top, bottom, half) in [(0.5, 0.86, 0.5), (0.26, 0.6, 0.4), (0.0, 0.36, 0.3)] {
      canvas.fillPolygon(
        [rect.point(0.5 - half, bottom), rect.point(0.5, top), rect.point(0.5 + half, bottom)],
        top: leaf.lighter(0.2), bottom: leaf.darker(0.25))
    }
  }

  private func paintBush(in rect: Rect, leaf: Color, on canvas: Canvas, random: inout SeededRandom) {
    for step in 0..<5 {
      let u = 0.14 + Double(step) * 0.18
      canvas.fillCircle(
        rect.point(u, random.uniform(in: 0.45...0.65)), radius: rect.height * 0.4,
        leaf.lighter(random.uniform(in: 0...0.25)))
    }
  }

  private func paintCone(in rect: Rect, on canvas: Canvas) {
    canvas.fill(rect.inner(0, 0.9, 1, 1), Color(0.9, 0.35, 0.05))
    let points = [rect.point(0.42, 0), rect.point(0.58, 0), rect.point(0.88, 0.9), rect.point(0.12, 0.9)]
    canvas.fillPolygon(points, Color(0.98, 0.45, 0.08))
    canvas.clipped(to: points) { canvas in
      canvas.fill(rect.inner(0, 0.25, 1, 0.42), Color(white: 0.97))
      canvas.fill(rect.inner(0, 0.6, 1, 0.76), Color(white: 0.97))
    }
  }

  private func paintHouse(in rect: Rect, color: Color, on canvas: Canvas, random: inout SeededRandom) {
    let wall = color.lighter(0.5)
    canvas.fill(rect.inner(0.06, 0.38, 0.94, 1), top: wall, bottom: wall.darker(0.15))
    canvas.fill(rect.inner(0.7, 0.06, 0.8, 0.3), color.darker(0.45))
    canvas.fillPolygon(
      [rect.point(-0.02, 0.42), rect.point(0.5, 0.02), rect.point(1.02, 0.42)], color.darker(0.3))
    for u in [0.16, 0.64] {
      canvas.fill(rect.inner(u, 0.5, u + 0.2, 0.72), Color(white: 0.97))
      canvas.fill(rect.inner(u + 0.025, 0.525, u + 0.175, 0.695), Color(0.45, 0.6, 0.75))
    }
    canvas.fill(rect.inner(0.42, 0.62, 0.58, 1), color.darker(0.55))
  }

  private func paintCrate(in rect: Rect, color: Color, on canvas: Canvas) {
    let wood = color.mixed(with: Color(0.7, 0.52, 0.32), 0.6)
    canvas.fill(rect, wood)
    for v in [0.0, 0.25, 0.5, 0.75] {
      canvas.strokeLine(rect.point(0, v), rect.point(1, v), wood.darker(0.4), width: 0.005)
    }
    canvas.strokeLine(rect.point(0, 1), rect.point(1, 0), wood.darker(0.25), width: height * 0.1)
    canvas.strokePolygon(
      [rect.point(0, 0), rect.point(1, 0), rect.point(1, 1), rect.point(0, 1)], wood.darker(0.35), width: height * 0.08)
  }

  /// A board with a random pattern: rings, squares or stripes in any colours.
  private func paintCard(in rect: Rect, color: Color, on canvas: Canvas, random: inout SeededRandom) {
    let other = Color(
      hue: random.uniform(), saturation: random.uniform(in: 0.2...0.9), value: random.uniform(in: 0.3...1))
    canvas.fill(rect.inner(0.44, 0.8, 0.56, 1), Color(white: 0.3))
    let board = rect.inner(0, 0, 1, 0.82)
    canvas.fill(board, color)
    switch random.index(below: 3) {
    case 0:
      for ring in 0..<3 {
        canvas.strokeCircle(
          board.point(0.5, 0.5), radius: board.shorterSide * (0.12 + 0.13 * Double(ring)), other,
          width: board.shorterSide * 0.06)
      }
    case 1:
      for row in 0..<4 {
        for column in 0..<4 where (row + column).isMultiple(of: 2) {
          let (u, v) = (Double(column) / 4, Double(row) / 4)
          canvas.fill(board.inner(u, v, u + 0.25, v + 0.25), other)
        }
      }
    default:
      for stripe in 0..<4 {
        let u = Double(stripe) / 4
        canvas.fill(board.inner(u, 0, u + 0.12, 1), other)
      }
    }
  }
}

extension Clutter.Kind {
  /// Height as a share of the picture's.
  var usualHeight: Double {
    switch self {
    case .tree, .fir, .lamp: 0.38
    case .house, .tower: 0.34
    case .card: 0.24
    case .crate, .barrel: 0.15
    case .fence, .ball, .bush: 0.12
    case .cone: 0.13
    case .rock, .flowers: 0.09
    }
  }

  /// Width over height.
  var aspect: Double {
    switch self {
    case .tree: 0.75
    case .fir: 0.6
    case .house: 1.1
    case .lamp: 0.22
    case .tower: 0.4
    case .bush, .rock: 1.6
    case .flowers: 2
    case .fence: 3
    case .cone, .barrel: 0.75
    case .crate, .ball: 1
    case .card: 0.9
    }
  }
}
