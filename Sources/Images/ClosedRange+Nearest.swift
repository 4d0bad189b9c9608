extension ClosedRange<Double> {
  /// The number in the range nearest to `value`; the lower bound for NaN.
  func nearest(to value: Double) -> Double {
    value > lowerBound ? Swift.min(value, upperBound) : lowerBound
  }
}
