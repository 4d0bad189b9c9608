extension Statistics {
  /// The t such that Student's t with `degreesOfFreedom` lies within −t...t with probability `confidence`: SciPy's
  /// `t.ppf((1 + confidence) / 2, degreesOfFreedom)`. Nil outside 0 < confidence < 1 or where the degrees are not
  /// positive.
  package static func twoSidedQuantile(confidence: Double, degreesOfFreedom: Double) -> Double? {
    guard confidence > 0, confidence < 1, degreesOfFreedom > 0, degreesOfFreedom.isFinite else { return nil }
    let tail = 1 - confidence
    func isInside(_ t: Double) -> Bool { (twoSidedP(t: t, degreesOfFreedom: degreesOfFreedom) ?? 0) > tail }
    var (lower, upper) = (0.0, 1.0)
    while isInside(upper) {
      (lower, upper) = (upper, 2 * upper)
      guard upper.isFinite else { return nil }
    }
    // Bisection, until no number lies between.
    while true {
      let middle = lower + (upper - lower) / 2
      guard middle > lower, middle < upper else { return middle }
      if isInside(middle) { lower = middle } else { upper = middle }
    }
  }

  /// The interval that holds the mean of the population with probability `confidence`, if that is normal: mean ± t
  /// s/√n. SciPy's `t.interval(confidence, n − 1, mean, sem)`. A single point where all values are equal; nil for fewer
  /// than two values.
  package static func meanInterval(_ values: [Double], confidence: Double = 0.95) -> ClosedRange<Double>? {
    guard let mean = mean(values), let deviation = standardDeviation(values),
      let quantile = twoSidedQuantile(confidence: confidence, degreesOfFreedom: Double(values.count - 1))
    else { return nil }
    let margin = quantile * deviation / Double(values.count).squareRoot()
    return mean - margin...mean + margin
  }
}
