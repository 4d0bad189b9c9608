import Foundation

/// Puts discs at their true centres, and beside them where two would touch.
struct DiscPlacement {
  /// Where discs may lie.
  var bounds: Rect
  var radius: Double

  /// Least distance between the rims of two discs: room for an arrow between them.
  private static let gap = 11.0
  private static let directions = 24
  private static let ringStep = 3.0

  /// One disc per node, in order; the first keeps its place, later ones move to the nearest free one.
  func place(_ nodes: [(number: Int, center: Point, contribution: Double)]) -> [Disc] {
    let allowed = bounds.expanded(by: -radius)
    var discs: [Disc] = []
    for node in nodes {
      let center = free(near: node.center, in: allowed, among: discs)
      discs.append(
        Disc(
          number: node.number, center: center, radius: radius, trueCenter: node.center, detected: true,
          contribution: node.contribution))
    }
    return discs
  }

  private func free(near target: Point, in allowed: Rect, among discs: [Disc]) -> Point {
    let clamped = allowed.clamp(target)
    let reach = max(bounds.width, bounds.height)
    for gap in [Self.gap, 4, 1] {
      let distance = 2 * radius + gap
      func isFree(_ point: Point) -> Bool { discs.allSatisfy { ($0.center - point).length >= distance - 1e-9 } }
      if isFree(clamped) { return clamped }
      var ring = Self.ringStep
      while ring < reach {
        for direction in 0..<Self.directions {
          let angle = Double(direction) / Double(Self.directions) * 2 * .pi
          let point = Point(x: clamped.x + ring * cos(angle), y: clamped.y + ring * sin(angle))
          if allowed.contains(point), isFree(point) { return point }
        }
        ring += Self.ringStep
      }
    }
    return clamped
  }
}
