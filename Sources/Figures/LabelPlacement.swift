import Drawing
import Foundation

/// Greedy placement of labels: never over a disc or another label, away from arrows where possible.
struct LabelPlacement {
  var bounds: Rect
  /// Frames that no label may cover; each placed label is added.
  var obstacles: [Rect]
  /// Points along each arrow.
  var curves: [[Point]]

  private static let rings = [2.0, 5, 9, 14, 20, 28]
  private static let directions = 16
  private static let spacing = 1.0
  /// How much nearer a label is to its own disc than to any other.
  private static let margin = 0.5
  /// Places along an arrow, from source 0 to target 1, the preferred first.
  private static let stations = [0.5, 0.4, 0.6, 0.3, 0.7, 0.22, 0.78]
  private static let offsets = [0.0, 8, -8, 13, -13, 19, -19]

  /// A frame beside `disc`; nil where there is no room.
  ///
  /// Of `discs`, the label is always nearest its own, so that it is clear which disc it belongs to.
  mutating func place(size: (width: Double, height: Double), around disc: Disc, among discs: [Disc]) -> Rect? {
    var best: (cost: Double, frame: Rect)?
    for ring in Self.rings {
      for step in 0..<Self.directions {
        let angle = Double(step) / Double(Self.directions) * 2 * .pi
        let direction = Point(x: cos(angle), y: sin(angle))
        let support = abs(direction.x) * size.width / 2 + abs(direction.y) * size.height / 2
        let center = disc.center + direction * (disc.radius + ring + support)
        let frame = Rect(center: center, width: size.width, height: size.height)
        guard isFree(frame), discs.allSatisfy({ isNearer(frame, to: disc, than: $0) }) else { continue }
        // Beside and below are the customary places.
        let cost = ring + 4 * crossings(of: frame) + (direction.y < -0.3 ? 0.6 : 0)
        if best.map({ cost < $0.cost }) ?? true { best = (cost, frame) }
      }
    }
    return take(best?.frame)
  }

  /// A frame on or beside the arrow of `index`; nil where there is no room.
  mutating func place(size: (width: Double, height: Double), along index: Int) -> Rect? {
    guard curves.indices.contains(index), curves[index].count > 1 else { return nil }
    let curve = curves[index]
    var best: (cost: Double, frame: Rect)?
    for (rank, station) in Self.stations.enumerated() {
      let at = min(Int(station * Double(curve.count - 1)), curve.count - 2)
      let normal = (curve[at + 1] - curve[at]).unit.perpendicular
      for offset in Self.offsets {
        let frame = Rect(center: curve[at] + normal * offset, width: size.width, height: size.height)
        guard isFree(frame) else { continue }
        let cost = Double(rank) + abs(offset) * 0.4 + 3 * crossings(of: frame, except: index)
        if best.map({ cost < $0.cost }) ?? true { best = (cost, frame) }
      }
    }
    return take(best?.frame)
  }

  private func isNearer(_ frame: Rect, to disc: Disc, than other: Disc) -> Bool {
    func gap(_ disc: Disc) -> Double { (frame.clamp(disc.center) - disc.center).length - disc.radius }
    return other == disc || gap(disc) + Self.margin <= gap(other)
  }

  private mutating func take(_ frame: Rect?) -> Rect? {
    if let frame { obstacles.append(frame) }
    return frame
  }

  private func isFree(_ frame: Rect) -> Bool {
    let spaced = frame.expanded(by: Self.spacing)
    return bounds.contains(frame) && !obstacles.contains { $0.intersects(spaced) }
  }

  /// How many arrows a label would cover.
  private func crossings(of frame: Rect, except index: Int? = nil) -> Double {
    let spaced = frame.expanded(by: 1.5)
    return Double(curves.indices.filter { $0 != index && curves[$0].contains(where: spaced.contains) }.count)
  }
}
