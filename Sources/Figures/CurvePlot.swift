import Drawing
import Evaluation
import Foundation

/// Mean probability and margin of the class as concepts are masked and as they are put back, with bands of 95 %
/// intervals: two panels on one scale for each.
struct CurvePlot {
  private let curves: [EvaluationCurve]
  private let measure: EvaluationCurve.Measure
  /// Values at the bottom and the top of the panels, a number of steps apart.
  private let range: ClosedRange<Double>
  private let step: Double
  private let description: String

  /// The curves of one measure among `curves`.
  init(_ curves: [EvaluationCurve], of measure: EvaluationCurve.Measure, description: String) {
    self.curves = curves.filter { $0.measure == measure }
    self.measure = measure
    self.description = description
    switch measure {
    case .probability: (range, step) = (0...1, 0.25)
    case .margin:
      let ends = self.curves.flatMap { curve in zip(curve.mean, curve.margin).flatMap { [$0 - $1, $0 + $1] } }
      let (low, high) = (min(0, ends.min() ?? 0), max(0, ends.max() ?? 0))
      step = Self.roundStep((high - low) / Double(Self.ticks))
      range = (low / step).rounded(.down) * step...max(1, (high / step).rounded(.up)) * step
    }
  }

  private static let width = 760.0
  private static let height = 320.0
  private static let panelWidth = 318.0
  private static let panelHeight = 206.0
  private static let top = 40.0
  private static let left = 44.0
  private static let gap = 62.0
  private static let ticks = 4
  /// From the panels to the middle of the legend's first line, and from line to line.
  private static let legendGap = 40.0
  private static let legendStep = 18.0
  private static let bandOpacity = 0.16

  /// 1, 2 or 5 times a power of ten, not less than `least`; 1 where that is 0.
  static func roundStep(_ least: Double) -> Double {
    guard least > 0, least.isFinite else { return 1 }
    let power = pow(10, log10(least).rounded(.down))
    return [1, 2, 5, 10].map { $0 * power }.first { $0 >= least * (1 - 1e-9) } ?? 10 * power
  }

  func svg() throws -> [UInt8] {
    let text = TextLayout()
    return try Page(
      width: Self.width, height: Self.height, title: "Concept deletion and insertion", description: description
    ).render(as: .svg) { canvas in
      for (position, kind) in EvaluationCurve.Kind.allCases.enumerated() {
        let panel = Rect(
          x: Self.left + Double(position) * (Self.panelWidth + Self.gap), y: Self.top, width: Self.panelWidth,
          height: Self.panelHeight)
        let title =
          switch kind {
          case .deletion: "Masked one after another (lower is better)"
          case .insertion: "Put back one after another (higher is better)"
          }
        canvas.draw(text.line(title, .strong, x: panel.x, top: 6, maxWidth: panel.width))
        drawAxes(of: panel, on: canvas, text: text)
        for curve in curves.reversed() where curve.kind == kind { draw(curve, in: panel, on: canvas) }
      }
      drawLegend(on: canvas, text: text)
    }
  }

  private func drawAxes(of panel: Rect, on canvas: Canvas, text: TextLayout) {
    for value in stride(from: range.lowerBound, through: range.upperBound + step / 2, by: step) {
      let y = panel.maxY - height(value) * panel.height
      canvas.strokeLine(Point(x: panel.x, y: y), Point(x: panel.maxX, y: y), PlotColors.grid, width: 0.75)
      canvas.draw(
        text.line(
          NumberText.significant(value), .caption, x: panel.x - 5, top: y - text.lineHeight(.caption) / 2, align: .right
        )
      )
    }
    for tick in 0...Self.ticks {
      let share = Double(tick) / Double(Self.ticks)
      canvas.draw(
        text.line(
          NumberText.percent(share, decimals: 0), .caption, x: panel.x + share * panel.width, top: panel.maxY + 4,
          align: .center))
    }
    canvas.strokeLine(Point(x: panel.x, y: panel.maxY), Point(x: panel.maxX, y: panel.maxY), PlotColors.axis, width: 1)
    canvas.draw(
      text.line("share of the concepts", .caption, x: panel.center.x, top: panel.maxY + 18, align: .center))
    canvas.draw(
      text.line(
        measure == .probability ? "probability of the class" : "margin of the class, in logits", .caption,
        x: panel.x - 38, top: panel.y - 15))
  }

  private func draw(_ curve: EvaluationCurve, in panel: Rect, on canvas: Canvas) {
    let last = Double(max(1, curve.mean.count - 1))
    func point(_ index: Int, _ value: Double) -> Point {
      Point(
        x: panel.x + Double(index) / last * panel.width, y: panel.maxY - height(value) * panel.height)
    }
    var band = Self.color(of: curve.order)
    band.opacity = Self.bandOpacity
    let upper = curve.mean.indices.map { point($0, curve.mean[$0] + curve.margin[$0]) }
    let lower = curve.mean.indices.map { point($0, curve.mean[$0] - curve.margin[$0]) }
    canvas.fillPolygon(upper + lower.reversed(), band)
    canvas.roundsJoins = true
    canvas.strokeLine(
      through: curve.mean.indices.map { point($0, curve.mean[$0]) }, Self.color(of: curve.order), width: 2,
      dash: Self.dash(of: curve.order))
  }

  /// Where a value lies between bottom and top, in [0, 1].
  private func height(_ value: Double) -> Double {
    min(max((value - range.lowerBound) / (range.upperBound - range.lowerBound), 0), 1)
  }

  private func drawLegend(on canvas: Canvas, text: TextLayout) {
    var (x, y) = (Self.left, Self.panelHeight + Self.top + Self.legendGap)
    for order in EvaluationCurve.Order.allCases where curves.contains(where: { $0.order == order }) {
      if x + 32 + text.line(order.words, .small, x: 0, top: 0).frame.width > Self.width {
        (x, y) = (Self.left, y + Self.legendStep)
      }
      canvas.strokeLine(
        through: [Point(x: x, y: y), Point(x: x + 26, y: y)], Self.color(of: order), width: 2,
        dash: Self.dash(of: order))
      let label = text.line(order.words, .small, x: x + 32, top: y - text.lineHeight(.small) / 2)
      canvas.draw(label)
      x = label.frame.maxX + 22
    }
  }

  private static func dash(of order: EvaluationCurve.Order) -> [Double] {
    switch order {
    case .predicted: []
    case .contribution, .ace: [6, 3]
    case .verified: [10, 3, 2, 3]
    case .largest, .random: [2, 3]
    }
  }

  private static func color(of order: EvaluationCurve.Order) -> Color {
    switch order {
    case .predicted, .contribution: PlotColors.own
    case .verified: PlotColors.verified
    case .ace, .largest: PlotColors.other
    case .random: PlotColors.random
    }
  }
}
