import Drawing
import Foundation

/// Puts discs at their true centres, and beside them where two would touch.
struct DiscPlacement {
  var bounds: Rect
  var radius: Double

  /// Least distance between the rims of two discs that may stay where they are: room for an arrow between them.
  private static let gap = 11.0
  /// Distances tried, widest first, for a disc that must move anyway.
  private static let movedGaps = [26.0, 17, 8, 1]
  private static let directions = 24
  private static let ringStep = 3.0

  /// Sides of a shape that a disc would hide, in discs.
  private static let smallShape = 2.2

  /// A node to place; `shape` is the frame of what its disc must not hide, if anything.
  typealias Node = (number: Int, center: Point, contribution: Double, shape: Rect?)

  /// One disc per node, in order; the first keeps its place, later ones move to the nearest free one. A disc does not lie
  /// on a shape that is hardly larger.
  func place(_ nodes: [Node]) -> [Disc] {
    let allowed = bounds.expanded(by: -radius)
    var discs: [Disc] = []
    for node in nodes {
      let small = node.shape.flatMap { $0.shorterSide < Self.smallShape * 2 * radius ? $0 : nil }
      let target = small.map { above($0, node.center, in: allowed) } ?? node.center
      let center = free(near: target, in: allowed, among: discs)
      discs.append(
        Disc(
          number: node.number, center: center, radius: radius, trueCenter: node.center, detected: true,
          contribution: node.contribution))
    }
    return discs
  }

  /// A point above a shape, or below it where there is no room.
  private func above(_ shape: Rect, _ center: Point, in allowed: Rect) -> Point {
    let top = Point(x: center.x, y: shape.y - radius - 4)
    return allowed.contains(top) ? top : Point(x: center.x, y: shape.maxY + radius + 4)
  }

  private func free(near target: Point, in allowed: Rect, among discs: [Disc]) -> Point {
    let clamped = allowed.clamp(target)
    let reach = max(bounds.width, bounds.height)
    func isFree(_ point: Point, gap: Double) -> Bool {
      discs.allSatisfy { ($0.center - point).length >= 2 * radius + gap - 1e-9 }
    }
    if isFree(clamped, gap: Self.gap) { return clamped }
    for gap in Self.movedGaps {
      var ring = Self.ringStep
      while ring < reach {
        for direction in 0..<Self.directions {
          let angle = Double(direction) / Double(Self.directions) * 2 * .pi
          let point = Point(x: clamped.x + ring * cos(angle), y: clamped.y + ring * sin(angle))
          if allowed.contains(point), isFree(point, gap: gap) { return point }
        }
        ring += Self.ringStep
      }
    }
    return clamped
  }
}
