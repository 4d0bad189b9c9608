import Drawing

extension Canvas {
  /// The scale of colours, if any, and samples of the signs.
  func paint(_ legend: Legend, scale: DivergingScale) {
    if let bar = legend.bar { paintScale(scale, in: bar) }
    for key in legend.keys { paint(key.sign, at: key.at, scale: scale) }
  }

  private func paintScale(_ scale: DivergingScale, in bar: Rect) {
    fill(bar, leftToRight: [-1, -0.5, 0, 0.5, 1].map { scale.color($0 * scale.limit) })
    stroke(bar, Color(0xb8b8b8), width: 0.6)
    for share in [0, 0.25, 0.5, 0.75, 1] {
      let x = bar.x + share * bar.width
      strokeLine(Point(x: x, y: bar.maxY), Point(x: x, y: bar.maxY + 3), BarColors.ink, width: 0.7)
    }
  }

  private func paint(_ sign: LegendKey.Sign, at middle: Point, scale: DivergingScale) {
    let ink = BarColors.ink
    let sample = Rect(center: middle, width: 20, height: 8)
    switch sign {
    case .positive: fill(sample, scale.color(0.75 * scale.limit))
    case .negative: fill(sample, scale.color(-0.75 * scale.limit))
    case .interval: paintInterval(from: sample.x, to: sample.maxX, at: middle.y)
    case .random:
      fill(sample, BarColors.random)
      strokeLine(
        Point(x: middle.x, y: sample.y), Point(x: middle.x, y: sample.maxY), BarColors.randomMean, width: 1.4)
    case .link:
      strokeLine(Point(x: sample.x, y: middle.y), Point(x: sample.maxX, y: middle.y), ink, width: 1.6)
      for end in [sample.x, sample.maxX] { fillCircle(Point(x: end, y: middle.y), radius: 3, ink) }
    case .seen:
      fillCircle(middle, radius: 4.4, scale.color(0.6 * scale.limit))
      strokeCircle(middle, radius: 4.8, ink, width: 0.8)
    case .unseen: strokeCircle(middle, radius: 4.4, ink, width: 1, dash: [2, 1.6])
    case .relation:
      let tip = Point(x: middle.x + 11, y: middle.y)
      strokeLine(Point(x: middle.x - 11, y: middle.y), Point(x: tip.x - 5, y: tip.y), ink, width: 1.6)
      fillPolygon([Point(x: tip.x - 6, y: tip.y - 3), tip, Point(x: tip.x - 6, y: tip.y + 3)], ink)
    case .moved:
      strokeCircle(Point(x: middle.x - 5, y: middle.y), radius: 4, ink, width: 0.8)
      strokeLine(Point(x: middle.x - 1, y: middle.y), Point(x: middle.x + 9, y: middle.y), ink, width: 0.9)
      fillCircle(Point(x: middle.x + 9, y: middle.y), radius: 1.8, ink)
    }
  }
}
