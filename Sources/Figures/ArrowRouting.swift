import Drawing

/// Bends arrows between discs so that they keep clear of other discs and of one another.
///
/// An arrow bends to its own right, so that i → j and j → i are two arcs.
struct ArrowRouting {
  var discs: [Disc]
  var bounds: Rect
  private var routed: [[Point]] = []

  /// Sideways displacement of the middle as a share of the distance, the preferred first.
  private static let bends = [0.16, 0.24, 0.1, 0.34, 0.46, 0.6, -0.16, -0.3, -0.46]
  private static let samples = 48
  /// Distance between a disc's rim and an arrow's end.
  private static let clearance = 1.5

  init(discs: [Disc], bounds: Rect) {
    self.discs = discs
    self.bounds = bounds
  }

  /// The best of the bends tried; later arrows keep away from it.
  mutating func route(from: Disc, to: Disc, width: Double, contribution: Double) -> Arrow {
    var best: (cost: Double, curve: [Point])?
    for (preference, bend) in Self.bends.enumerated() {
      let curve = curve(from: from, to: to, bend: bend)
      let cost = cost(of: curve, from: from, to: to) + Double(preference) * 0.6
      if best.map({ cost < $0.cost }) ?? true { best = (cost, curve) }
    }
    let curve = best?.curve ?? [from.center, to.center]
    routed.append(curve)
    return arrow(along: curve, from: from, to: to, width: width, contribution: contribution)
  }

  /// A quadratic Bézier curve from centre to centre whose middle is `bend` of the distance to the right.
  private func curve(from: Disc, to: Disc, bend: Double) -> [Point] {
    let direction = to.center - from.center
    let least = 13.0
    let sideways = max(abs(bend) * direction.length, min(least, 0.5 * direction.length + 4)) * (bend < 0 ? -1 : 1)
    let middle = (from.center + to.center) * 0.5
    let control = middle + direction.unit.perpendicular * (2 * sideways)
    return (0...Self.samples).map { step in
      let t = Double(step) / Double(Self.samples)
      return from.center * ((1 - t) * (1 - t)) + control * (2 * t * (1 - t)) + to.center * (t * t)
    }
  }

  private func cost(of curve: [Point], from: Disc, to: Disc) -> Double {
    var cost = 0.0
    for point in curve {
      if !bounds.contains(point) { cost += 3 }
      for disc in discs where disc.number != from.number && disc.number != to.number {
        let gap = (disc.center - point).length - disc.radius
        if gap < 5 { cost += gap < 1 ? 3 : 1 }
      }
      let nearEnd = (point - from.center).length < from.radius + 8 || (point - to.center).length < to.radius + 8
      if !nearEnd {
        for other in routed where other.contains(where: { ($0 - point).length < 6 }) { cost += 0.5 }
      }
    }
    return cost
  }

  private func arrow(along curve: [Point], from: Disc, to: Disc, width: Double, contribution: Double) -> Arrow {
    var visible = curve.filter {
      ($0 - from.center).length > from.radius + Self.clearance && ($0 - to.center).length > to.radius + Self.clearance
    }
    if visible.count < 2 {
      let direction = (to.center - from.center).unit
      visible = [
        from.center + direction * (from.radius + Self.clearance), to.center - direction * (to.radius + Self.clearance),
      ]
    }
    let tip = visible[visible.count - 1]
    let reach = Self.headLength(width)
    // The head takes the place of the curve's last stretch.
    let base = visible.last { ($0 - tip).length >= reach } ?? visible[0]
    var shaft = visible.filter { ($0 - tip).length >= reach * 0.85 }
    if shaft.count < 2 { shaft = [visible[0], base] }
    let direction = (tip - base).unit
    let half = reach * 0.5
    let neck = tip - direction * reach
    let head = [neck + direction.perpendicular * half, tip, neck - direction.perpendicular * half]
    return Arrow(
      from: from.number, to: to.number, shaft: shaft, head: head, width: width, contribution: contribution)
  }

  private static func headLength(_ width: Double) -> Double { 5.5 + 1.5 * width }
}
