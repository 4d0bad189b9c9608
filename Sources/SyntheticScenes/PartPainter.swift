import Drawing
import Foundation
import Tensors

/// Draws parts in a given style, each in a rectangle, for a vehicle that faces right.
struct PartPainter {
  let style: VehicleStyle
  let toys: ToyStyle
  private let outline = Color(white: 0.12)

  init(style: VehicleStyle, toys: ToyStyle = ToyStyle()) {
    self.style = style
    self.toys = toys
  }

  /// Paints parts as in another scene. A vehicle's parts on an arrangement look like those of a fire engine of its
  /// seed.
  init(_ donor: SceneOptions.Donor) {
    var random = SeededRandom(seed: donor.seed, purpose: "toys' style")
    let toys = ToyStyle(random: &random)
    var kind = VehicleKind.fireEngine
    if case .vehicle(let own) = donor.subject { kind = own }
    random = SeededRandom(seed: donor.seed, purpose: "style \(kind.rawValue)")
    self.init(style: VehicleStyle(kind: kind, body: nil, random: &random), toys: toys)
  }

  /// Draws `part` so that it fills `rect`.
  func paint(_ part: PartName, in rect: Rect, on canvas: Canvas) {
    switch part {
    case .body: paintBody(in: rect, on: canvas)
    case .cab: paintCab(in: rect, on: canvas)
    case .cabWindow: paintCabWindow(in: rect, on: canvas)
    case .beacon: paintBeacon(in: rect, on: canvas)
    case .frontWheel, .rearWheel: paintWheel(in: rect, on: canvas)
    case .ladder: paintLadder(in: rect, on: canvas)
    case .hoseReel: paintHoseReel(in: rect, on: canvas)
    case .pumpPanel: paintPumpPanel(in: rect, on: canvas)
    case .bumper: paintBumper(in: rect, on: canvas)
    case .cross: paintCross(in: rect, on: canvas)
    case .checkerStripe: paintCheckers(in: rect, on: canvas)
    case .rearDoor: paintRearDoor(in: rect, on: canvas)
    case .windowRow: paintWindowRow(in: rect, on: canvas)
    case .rails: paintRails(in: rect, on: canvas)
    case .stopSign: paintStopSign(in: rect, on: canvas)
    case .door: paintDoor(in: rect, on: canvas)
    case .hood: paintHood(in: rect, on: canvas)
    case .grille: paintGrille(in: rect, on: canvas)
    case .warningLights: paintWarningLights(in: rect, on: canvas)
    case .ball: ToyPainter(style: toys).paint(.ball, in: rect, on: canvas)
    case .block: ToyPainter(style: toys).paint(.block, in: rect, on: canvas)
    case .cone: ToyPainter(style: toys).paint(.cone, in: rect, on: canvas)
    case .balloon: BalloonPainter().paint(in: rect, on: canvas)
    }
  }

  // MARK: Shared parts

  private func paintBody(in rect: Rect, on canvas: Canvas) {
    let radius = style.kind == .schoolBus ? 0.075 : 0.025
    canvas.fill(rect, top: style.body.lighter(0.22), bottom: style.body.darker(0.16), corner: radius)
    canvas.fill(rect.inner(0.01, 0.9, 0.99, 1), style.body.darker(0.55))
    switch style.kind {
    case .fireEngine:
      canvas.fill(rect.inner(0, 0.76, 1, 0.86), style.stripe)
      paintShutter(in: rect.inner(0.03, 0.1, 0.21, 0.7), on: canvas)
    case .ambulance: canvas.fill(rect.inner(0.02, 0.03, 0.98, 0.075), style.checkers.1)
    case .schoolBus: canvas.fill(rect.inner(0.1, 0.035, 0.92, 0.06), style.body.darker(0.3))
    }
    canvas.stroke(rect, style.body.darker(0.6), width: 0.008, corner: radius)
  }

  private func paintShutter(in rect: Rect, on canvas: Canvas) {
    canvas.fill(rect, style.metal)
    for row in 1..<8 {
      let v = Double(row) / 8
      canvas.strokeLine(rect.point(0, v), rect.point(1, v), style.metal.darker(0.4), width: 0.006)
    }
  }

  private func paintCab(in rect: Rect, on canvas: Canvas) {
    let points: [Point]
    switch style.kind {
    case .ambulance:
      points = [
        rect.point(0, 0.04), rect.point(0.36, 0.04), rect.point(0.68, 0.46), rect.point(0.95, 0.56),
        rect.point(1, 0.66),
        rect.point(1, 1), rect.point(0, 1),
      ]
    case .fireEngine, .schoolBus:
      points = [
        rect.point(0, 0), rect.point(0.9, 0), rect.point(1, 0.45), rect.point(1, 1), rect.point(0, 1),
      ]
    }
    canvas.fillPolygon(points, top: style.body.lighter(0.25), bottom: style.body.darker(0.12))
    canvas.fill(rect.inner(0, 0.91, 0.97, 1), style.body.darker(0.55))
    if style.kind == .fireEngine { canvas.fill(rect.inner(0, 0.78, 1, 0.87), style.stripe) }
    canvas.strokeLine(rect.point(0.06, 0.1), rect.point(0.06, 0.88), style.body.darker(0.5), width: 0.007)
    canvas.fill(rect.inner(0.12, 0.57, 0.22, 0.61), style.metal.darker(0.3), corner: 0.01)
    canvas.fillCircle(rect.point(0.92, 0.7), radius: 0.03, Color(1, 0.95, 0.7))
    canvas.strokePolygon(points, style.body.darker(0.6), width: 0.008)
  }

  private func paintCabWindow(in rect: Rect, on canvas: Canvas) {
    let slope = style.kind == .ambulance ? 0.5 : 0.87
    let points = [rect.point(0, 0), rect.point(slope, 0), rect.point(1, 1), rect.point(0, 1)]
    canvas.fillPolygon(points, top: style.glass.lighter(0.35), bottom: style.glass.darker(0.25))
    canvas.clipped(to: points) { canvas in
      canvas.fillCircle(rect.point(0.4, 0.62), radius: rect.height * 0.24, Color(0.86, 0.66, 0.52))
      canvas.fill(rect.inner(0.18, 0.86, 0.64, 1.1), Color(0.15, 0.2, 0.4))
      canvas.fill(rect.inner(0.17, 0.26, 0.63, 0.4), Color(0.15, 0.17, 0.3))
      canvas.fillPolygon(
        [rect.point(0.62, -0.1), rect.point(0.76, -0.1), rect.point(0.56, 1.1), rect.point(0.42, 1.1)],
        Color(white: 1, opacity: 0.35))
    }
    canvas.strokePolygon(points, outline, width: 0.014)
  }

  private func paintBeacon(in rect: Rect, on canvas: Canvas) {
    canvas.fill(rect.inner(0.04, 0.8, 0.96, 1), Color(white: 0.2))
    for (u, color) in [(0.0, style.beacon.0), (0.5, style.beacon.1)] {
      let lamp = rect.inner(u + 0.02, 0.08, u + 0.48, 0.85)
      canvas.fill(lamp, top: color.lighter(0.45), bottom: color.darker(0.15), corner: 0.035)
      canvas.fillCircle(lamp.point(0.5, 0.55), radius: lamp.shorterSide * 0.26, color.lighter(0.75))
      canvas.stroke(lamp, color.darker(0.6), width: 0.008, corner: 0.035)
    }
  }

  private func paintWheel(in rect: Rect, on canvas: Canvas) {
    let center = rect.point(0.5, 0.5)
    let radius = rect.shorterSide / 2
    canvas.fillCircle(center, radius: radius, Color(white: 0.1))
    canvas.strokeCircle(center, radius: radius * 0.82, Color(white: 0.3), width: radius * 0.06)
    canvas.fillCircle(center, radius: radius * 0.56, style.hub)
    for hole in 0..<style.hubHoles {
      let angle = 2 * Double.pi * Double(hole) / Double(style.hubHoles) + 0.4
      canvas.fillCircle(
        Point(x: center.x + cos(angle) * radius * 0.36, y: center.y + sin(angle) * radius * 0.36), radius: radius * 0.1,
        style.hub.darker(0.65))
    }
    canvas.fillCircle(center, radius: radius * 0.15, style.hub.darker(0.35))
  }

  // MARK: Fire engine

  private func paintLadder(in rect: Rect, on canvas: Canvas) {
    let (light, dark) = (style.metal.lighter(0.2), style.metal.darker(0.45))
    for rung in 0..<style.rungs {
      let u = (Double(rung) + 0.5) / Double(style.rungs)
      canvas.fill(rect.inner(u - 0.016, 0.05, u + 0.016, 0.85), dark)
    }
    for v in [0.0, 0.62] {
      let rail = rect.inner(0, v, 1, v + 0.24)
      canvas.fill(rail, top: light, bottom: style.metal.darker(0.2))
      canvas.strokePolygon(
        [rail.point(0, 0), rail.point(1, 0), rail.point(1, 1), rail.point(0, 1)], dark, width: 0.006)
    }
    for u in [0.1, 0.85] { canvas.fill(rect.inner(u, 0.86, u + 0.05, 1), Color(white: 0.25)) }
  }

  private func paintHoseReel(in rect: Rect, on canvas: Canvas) {
    let center = rect.point(0.5, 0.5)
    let radius = rect.shorterSide / 2
    canvas.fill(rect, Color(white: 0.16), corner: 0.02)
    canvas.fillCircle(center, radius: radius * 0.9, style.hose)
    for turn in 0..<4 {
      canvas.strokeCircle(
        center, radius: radius * (0.78 - 0.15 * Double(turn)), style.hose.darker(0.5), width: radius * 0.055)
    }
    canvas.fillCircle(center, radius: radius * 0.2, Color(0.75, 0.1, 0.1))
    canvas.fillCircle(center, radius: radius * 0.08, style.metal)
    canvas.fill(rect.inner(0.78, 0.66, 0.95, 0.93), style.metal.darker(0.1))
  }

  private func paintPumpPanel(in rect: Rect, on canvas: Canvas) {
    canvas.fill(rect, top: style.metal.lighter(0.25), bottom: style.metal.darker(0.2), corner: 0.012)
    for (u, v, scale) in [(0.27, 0.24, 0.2), (0.73, 0.24, 0.2), (0.5, 0.53, 0.16)] {
      let center = rect.point(u, v)
      let radius = rect.width * scale
      canvas.fillCircle(center, radius: radius, Color(white: 0.13))
      canvas.fillCircle(center, radius: radius * 0.76, Color(white: 0.97))
      let tip = Point(x: center.x + radius * 0.55, y: center.y - radius * 0.45)
      canvas.strokeLine(center, tip, Color(0.85, 0.1, 0.1), width: radius * 0.22)
    }
    for u in [0.2, 0.5, 0.8] {
      canvas.fillCircle(rect.point(u, 0.83), radius: rect.width * 0.12, Color(white: 0.25))
      canvas.fillCircle(rect.point(u, 0.83), radius: rect.width * 0.07, Color(0.92, 0.65, 0.15))
    }
    canvas.stroke(rect, style.metal.darker(0.65), width: 0.01, corner: 0.012)
  }

  private func paintBumper(in rect: Rect, on canvas: Canvas) {
    canvas.fill(rect, top: Color(white: 0.98), bottom: style.metal.darker(0.35), corner: 0.03)
    canvas.fill(rect.inner(0.06, 0.42, 0.94, 0.6), style.metal.darker(0.6))
    canvas.stroke(rect, outline, width: 0.009, corner: 0.03)
  }

  // MARK: Ambulance

  private func paintCross(in rect: Rect, on canvas: Canvas) {
    canvas.fill(rect, Color(white: 0.99), corner: rect.shorterSide * 0.16)
    canvas.fill(rect.inner(0.36, 0.1, 0.64, 0.9), style.cross)
    canvas.fill(rect.inner(0.1, 0.36, 0.9, 0.64), style.cross)
    canvas.stroke(rect, style.cross.darker(0.2), width: 0.008, corner: rect.shorterSide * 0.16)
  }

  private func paintCheckers(in rect: Rect, on canvas: Canvas) {
    let columns = max(2, Int((rect.width / rect.height * 2.2).rounded()))
    canvas.fill(rect, style.checkers.0)
    for column in 0..<columns {
      let (u0, u1) = (Double(column) / Double(columns), Double(column + 1) / Double(columns))
      let upper = column.isMultiple(of: 2)
      canvas.fill(rect.inner(u0, upper ? 0 : 0.5, u1, upper ? 0.5 : 1), style.checkers.1)
    }
  }

  private func paintRearDoor(in rect: Rect, on canvas: Canvas) {
    let corners = [rect.point(0, 0), rect.point(1, 0), rect.point(1, 1), rect.point(0, 1)]
    canvas.fill(rect, style.chevrons.1)
    canvas.clipped(to: corners) { canvas in
      for step in -2..<7 {
        let v = Double(step) * 0.26
        canvas.fillPolygon(
          [rect.point(0, v + 0.3), rect.point(1, v), rect.point(1, v + 0.13), rect.point(0, v + 0.43)],
          style.chevrons.0)
      }
    }
    let window = rect.inner(0.17, 0.07, 0.83, 0.32)
    canvas.fill(window, top: style.glass.lighter(0.2), bottom: style.glass.darker(0.3), corner: 0.015)
    canvas.stroke(window, outline, width: 0.01, corner: 0.015)
    canvas.strokePolygon(corners, outline, width: 0.01)
  }

  // MARK: School bus

  private func paintWindowRow(in rect: Rect, on canvas: Canvas) {
    canvas.fill(rect, Color(white: 0.1), corner: 0.015)
    let skins = [Color(0.9, 0.72, 0.58), Color(0.55, 0.38, 0.28), Color(0.8, 0.6, 0.45)]
    let shirts = [Color(0.85, 0.3, 0.3), Color(0.3, 0.45, 0.8), Color(0.35, 0.65, 0.4)]
    for index in 0..<style.windows {
      let (u0, u1) = (Double(index) / Double(style.windows), Double(index + 1) / Double(style.windows))
      let gap = 0.011
      let pane = rect.inner(u0 + gap, 0.1, u1 - gap, 0.9)
      canvas.fill(pane, top: style.glass.lighter(0.4), bottom: style.glass.darker(0.15))
      if style.passengers && index != style.hubHoles % style.windows {
        canvas.fillCircle(pane.point(0.5, 0.55), radius: pane.shorterSide * 0.24, skins[(index + style.rungs) % 3])
        canvas.fill(pane.inner(0.2, 0.8, 0.8, 1), shirts[(index + style.hubHoles) % 3])
      }
      canvas.fill(pane.inner(0, 0.2, 1, 0.26), Color(white: 0.15))
    }
  }

  private func paintRails(in rect: Rect, on canvas: Canvas) {
    let count = Double(style.rails)
    let thickness = 0.62 / count
    for index in 0..<style.rails {
      let v = Double(index) * (1 - thickness) / (count - 1)
      canvas.fill(rect.inner(0, v, 1, v + thickness), top: Color(white: 0.2), bottom: Color(white: 0.04))
    }
  }

  private func paintStopSign(in rect: Rect, on canvas: Canvas) {
    func octagon(_ scale: Double) -> [Point] {
      let center = rect.point(0.5, 0.5)
      let radius = rect.shorterSide / 2 * scale / cos(.pi / 8)
      return (0..<8).map { corner in
        let angle = (Double(corner) + 0.5) * .pi / 4
        return Point(x: center.x + radius * cos(angle), y: center.y + radius * sin(angle))
      }
    }
    canvas.fillPolygon(octagon(1), Color(white: 0.15))
    canvas.fillPolygon(octagon(0.94), Color(white: 0.98))
    canvas.fillPolygon(octagon(0.8), Color(0.82, 0.06, 0.1))
    canvas.fill(rect.inner(0.2, 0.4, 0.8, 0.6), Color(white: 0.98))
    for u in [0.33, 0.48, 0.64] { canvas.fill(rect.inner(u, 0.4, u + 0.045, 0.6), Color(0.82, 0.06, 0.1)) }
  }

  private func paintDoor(in rect: Rect, on canvas: Canvas) {
    canvas.fill(rect, Color(white: 0.14), corner: 0.015)
    for u in [0.08, 0.54] {
      for (v0, v1) in [(0.05, 0.5), (0.55, 0.94)] {
        canvas.fill(
          rect.inner(u, v0, u + 0.38, v1), top: style.glass.lighter(0.35), bottom: style.glass.darker(0.2))
      }
    }
  }

  private func paintHood(in rect: Rect, on canvas: Canvas) {
    let points = [
      rect.point(0, 0), rect.point(0.75, 0.04), rect.point(1, 0.2), rect.point(1, 1), rect.point(0, 1),
    ]
    canvas.fillPolygon(points, top: style.body.lighter(0.3), bottom: style.body.darker(0.14))
    canvas.strokePolygon(points, style.body.darker(0.6), width: 0.008)
  }

  private func paintGrille(in rect: Rect, on canvas: Canvas) {
    canvas.fill(rect, Color(white: 0.08), corner: 0.02)
    for index in 0..<4 {
      let v = 0.08 + Double(index) * 0.14
      canvas.fill(rect.inner(0.12, v, 0.88, v + 0.07), style.metal.lighter(0.1))
    }
    canvas.fillCircle(rect.point(0.5, 0.79), radius: rect.width * 0.27, style.metal)
    canvas.fillCircle(rect.point(0.5, 0.79), radius: rect.width * 0.2, Color(1, 0.96, 0.72))
  }

  private func paintWarningLights(in rect: Rect, on canvas: Canvas) {
    canvas.fill(rect, Color(white: 0.08), corner: 0.02)
    for step in 0..<6 where step.isMultiple(of: 2) {
      let u = Double(step) / 6
      canvas.fill(rect.inner(u + 0.02, 0.82, u + 1.0 / 6, 1), Color(1, 0.82, 0.1))
    }
    for (u, color) in [(0.27, Color(1, 0.68, 0.08)), (0.73, Color(0.95, 0.12, 0.1))] {
      canvas.fillCircle(rect.point(u, 0.42), radius: rect.height * 0.37, color.darker(0.3))
      canvas.fillCircle(rect.point(u, 0.42), radius: rect.height * 0.29, color)
      canvas.fillCircle(rect.point(u - 0.03, 0.33), radius: rect.height * 0.1, color.lighter(0.7))
    }
  }
}
