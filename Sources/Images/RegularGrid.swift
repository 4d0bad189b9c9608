/// Points spread evenly over an image, by scikit-image's `regular_grid`.
struct RegularGrid {
  /// The first position on an axis and the distance to the next.
  struct Axis: Equatable {
    var start: Int
    var step: Int
  }

  let x: Axis
  let y: Axis

  /// About `points` points; where the image is too narrow for two of them side by side, a single row or column.
  init(width: Int, height: Int, points: Int) {
    guard width * height > points else {
      x = Axis(start: 0, step: 1)
      y = x
      return
    }
    let (short, long) = (Double(min(width, height)), Double(max(width, height)))
    var (shortStep, longStep) = ((short * long / Double(points)).squareRoot(), 0.0)
    longStep = shortStep
    if short < shortStep {
      shortStep = short
      longStep = min(long / Double(points), long)
    }
    let shortAxis = Axis(start: Int((shortStep / 2).rounded(.down)), step: Self.rounded(shortStep))
    let longAxis = Axis(start: Int((longStep / 2).rounded(.down)), step: Self.rounded(longStep))
    (x, y) = width < height ? (shortAxis, longAxis) : (longAxis, shortAxis)
  }

  /// The nearest integer, ties to even; at least 1.
  private static func rounded(_ step: Double) -> Int { max(Int(step.rounded(.toNearestOrEven)), 1) }
}
