import Drawing
import Structure

/// A signed bar from its zero line.
struct Bar: Equatable {
  var axis: Rect
  var contribution: Double
  /// What the axis's ends stand for; nil for the scale's limit on either side.
  var domain: Domain?
  /// What the value may be as well; nil where it is certain.
  var interval: Spread?
  /// What random regions in the place of the concept have.
  var random: Spread?
  /// Its colour where that is not the scale's.
  var color: Color?

  typealias Spread = MeasuredEvidence.Spread

  /// The values at the ends of an axis; `low` is not above 0, `high` above it.
  struct Domain: Equatable {
    var low: Double
    var high: Double

    /// How far beyond the largest value of a figure intervals are drawn, as a share of it.
    private static let most = 1.3

    /// Wide enough for `values`, as far as they are not much larger than `limit`.
    init(values: some Sequence<Double>, limit: Double) {
      let values = values.filter(\.isFinite)
      low = max(min(values.min() ?? 0, 0), -Self.most * limit)
      high = max(min(max(values.max() ?? 0, 0), Self.most * limit), low < 0 ? 0 : limit)
    }

    /// Where a value lies on the axis, from 0 to 1; 0's place where it is not a number.
    func position(_ value: Double) -> Double {
      guard high > low else { return 0 }
      return ((value.isNaN ? 0 : min(max(value, low), high)) - low) / (high - low)
    }
  }
}

extension Canvas {
  /// A bar about its zero line; behind it where 95 % of random regions lie, above it its interval.
  func paint(_ bar: Bar, scale: DivergingScale) {
    let domain = bar.domain ?? Bar.Domain(values: [-scale.limit, scale.limit], limit: scale.limit)
    let axis = bar.axis
    func x(_ value: Double) -> Double { axis.x + domain.position(value) * axis.width }
    func span(_ first: Double, _ second: Double, height: Double) -> Rect {
      Rect(
        x: min(x(first), x(second)), y: axis.center.y - height / 2, width: abs(x(second) - x(first)), height: height)
    }
    fill(axis, BarColors.axis)
    if let random = bar.random { fill(span(random.low, random.high, height: axis.height), BarColors.random) }
    let filled = span(0, bar.contribution, height: bar.domain == nil ? axis.height : axis.height * BarColors.thickness)
    let color = bar.color ?? scale.color(bar.contribution)
    fill(filled, color)
    if filled.width > 0.5 { stroke(filled, color.mixed(with: BarColors.ink, 0.3), width: 0.5) }
    if let random = bar.random {
      strokeLine(
        Point(x: x(random.mean), y: axis.y), Point(x: x(random.mean), y: axis.maxY), BarColors.randomMean, width: 1.4)
    }
    if let interval = bar.interval, x(interval.high) - x(interval.low) > 0.5 {
      paintInterval(from: x(interval.low), to: x(interval.high), at: axis.center.y)
    }
    strokeLine(Point(x: x(0), y: axis.y - 1.5), Point(x: x(0), y: axis.maxY + 1.5), BarColors.zero, width: 0.8)
  }

  /// A line with ends.
  func paintInterval(from low: Double, to high: Double, at middle: Double) {
    let line = [Point(x: low, y: middle), Point(x: high, y: middle)]
    for (color, width) in [(Color(0xffffff, opacity: 0.85), 2.6), (BarColors.ink, 1)] {
      strokeLine(through: line, color, width: width)
      for end in line {
        strokeLine(Point(x: end.x, y: middle - 2.5), Point(x: end.x, y: middle + 2.5), color, width: width)
      }
    }
  }
}

/// Colours of bars and of what stands beside them.
enum BarColors {
  static let ink = Color(0x222222)
  static let axis = Color(0xf4f4f4)
  static let zero = Color(0x666666)
  /// Where random regions lie, and their mean.
  static let random = Color(0xd2d2d2)
  static let randomMean = Color(0x6e6e6e)
  /// Of a bar with something behind it, as a share of its axis.
  static let thickness = 0.55
}
