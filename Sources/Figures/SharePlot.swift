import Drawing

/// Shares with their intervals, a row each, on one axis from 0 to 100 %.
struct SharePlot {
  struct Row {
    var name: String
    var mean: Double
    /// The 95 % interval.
    var interval: ClosedRange<Double>?
    /// One per run.
    var values: [Double]
    /// What was asked for.
    var threshold: Double?
    var color: Color
  }

  var title: String
  var description: String
  var rows: [Row]

  private static let width = 760.0
  private static let nameWidth = 372.0
  private static let rowHeight = 24.0
  private static let top = 26.0
  private static let bottom = 14.0
  private static let valueWidth = 60.0
  private static let ticks = 4

  func svg() throws -> [UInt8] {
    let text = TextLayout()
    let height = Self.top + Double(rows.count) * Self.rowHeight + Self.bottom
    let axis = Rect(
      x: Self.nameWidth, y: Self.top, width: Self.width - Self.nameWidth - Self.valueWidth,
      height: Double(rows.count) * Self.rowHeight)
    func x(_ share: Double) -> Double { axis.x + min(max(share, 0), 1) * axis.width }
    return try Page(width: Self.width, height: height, title: title, description: description).render(as: .svg) {
      canvas in
      for tick in 0...Self.ticks {
        let share = Double(tick) / Double(Self.ticks)
        canvas.strokeLine(
          Point(x: x(share), y: axis.y), Point(x: x(share), y: axis.maxY), PlotColors.grid, width: 0.75)
        canvas.draw(
          text.line(
            NumberText.percent(share, decimals: 0), .caption, x: x(share), top: Self.top - 14, align: .center))
      }
      for (index, row) in rows.enumerated() {
        let middle = axis.y + (Double(index) + 0.5) * Self.rowHeight
        draw(row, at: middle, x: x, on: canvas, text: text)
        canvas.draw(
          text.line(
            NumberText.percent(row.mean), .strong, x: Self.width - 4, top: middle - text.lineHeight(.strong) / 2,
            align: .right))
      }
    }
  }

  private func draw(_ row: Row, at middle: Double, x: (Double) -> Double, on canvas: Canvas, text: TextLayout) {
    canvas.draw(
      text.line(
        row.name, .body, x: Self.nameWidth - 12, top: middle - text.lineHeight(.body) / 2, align: .right,
        maxWidth: Self.nameWidth - 14))
    if let threshold = row.threshold {
      canvas.roundsJoins = true
      canvas.strokeLine(
        through: [Point(x: x(threshold), y: middle - 9), Point(x: x(threshold), y: middle + 9)], PlotColors.threshold,
        width: 1.5, dash: [3, 2])
    }
    if let interval = row.interval {
      canvas.strokeLine(
        Point(x: x(interval.lowerBound), y: middle), Point(x: x(interval.upperBound), y: middle),
        row.color.mixed(with: Color(0xffffff), 0.35), width: 2.5)
    }
    for value in row.values where row.values.count > 1 {
      canvas.strokeLine(
        Point(x: x(value), y: middle - 5), Point(x: x(value), y: middle + 5), row.color, width: 1)
    }
    canvas.fillCircle(Point(x: x(row.mean), y: middle), radius: 4, row.color)
  }
}

/// Colours that plots of an evaluation share; they stay apart under every common colour blindness.
enum PlotColors {
  static let own = Color(0x0b559f)
  static let other = Color(0xb35806)
  static let verified = Color(0x1b7837)
  static let random = Color(0x777777)
  static let grid = Color(0xd5d5d5)
  static let axis = Color(0x5c5c5c)
  static let threshold = Color(0x9c1c00)
}
