/// Moments, quantiles and ranks of samples.
///
/// What is undefined for a sample is nil, never NaN. Everything is undefined for a sample with a value that is not
/// finite.
package enum Statistics {
  /// The arithmetic mean; nil for an empty sample.
  package static func mean(_ values: [Double]) -> Double? {
    guard !values.isEmpty else { return nil }
    let mean = values.reduce(0, +) / Double(values.count)
    guard mean.isFinite else { return nil }
    // A second pass corrects the rounding of the first sum.
    let correction = values.reduce(0) { $0 + ($1 - mean) } / Double(values.count)
    return mean + correction
  }

  /// The sample variance, with n − 1 in the denominator; nil for fewer than two values.
  package static func variance(_ values: [Double]) -> Double? {
    guard values.count > 1, let mean = mean(values) else { return nil }
    // Deviations of equal values from their rounded mean would count as variance.
    guard values.contains(where: { $0 != values[0] }) else { return 0 }
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let variance = squares / Double(values.count - 1)
    return variance.isFinite ? variance : nil
  }

  /// The sample standard deviation, with n − 1 in the denominator; nil for fewer than two values.
  package static func standardDeviation(_ values: [Double]) -> Double? { variance(values)?.squareRoot() }

  /// The `percent`-th percentile with linear interpolation between order statistics, as NumPy's default.
  ///
  /// Nil for an empty sample or `percent` outside 0...100.
  package static func percentile(_ values: [Double], _ percent: Double) -> Double? {
    guard !values.isEmpty, (0...100).contains(percent), values.allSatisfy(\.isFinite) else { return nil }
    let sorted = values.sorted()
    let position = percent / 100 * Double(sorted.count - 1)
    let lower = min(Int(position), sorted.count - 1)
    let upper = min(lower + 1, sorted.count - 1)
    return sorted[lower] + (sorted[upper] - sorted[lower]) * (position - Double(lower))
  }

  /// Ranks from 1, ascending; equal values share the mean of the ranks they span. Nil if a value is not finite.
  package static func ranks(_ values: [Double]) -> [Double]? {
    guard values.allSatisfy(\.isFinite) else { return nil }
    let order = values.indices.sorted { (values[$0], $0) < (values[$1], $1) }
    var ranks = [Double](repeating: 0, count: values.count)
    var start = 0
    while start < order.count {
      var end = start + 1
      while end < order.count, values[order[end]] == values[order[start]] { end += 1 }
      let shared = Double(start + 1 + end) / 2
      for position in start..<end { ranks[order[position]] = shared }
      start = end
    }
    return ranks
  }

  /// Pearson's correlation of two samples of equal size; nil where a sample is constant or has fewer than two values.
  package static func pearson(_ a: [Double], _ b: [Double]) -> Double? {
    guard a.count == b.count, a.count > 1, let meanA = mean(a), let meanB = mean(b) else { return nil }
    // A constant sample's deviations are rounding errors; its correlation is undefined.
    guard a.contains(where: { $0 != a[0] }), b.contains(where: { $0 != b[0] }) else { return nil }
    var (covariance, squaresA, squaresB) = (0.0, 0.0, 0.0)
    for (x, y) in zip(a, b) {
      covariance += (x - meanA) * (y - meanB)
      squaresA += (x - meanA) * (x - meanA)
      squaresB += (y - meanB) * (y - meanB)
    }
    let correlation = covariance / (squaresA.squareRoot() * squaresB.squareRoot())
    return correlation.isFinite ? max(-1, min(1, correlation)) : nil
  }

  /// Spearman's rank correlation: Pearson's of the fractional ranks; nil where that is.
  package static func spearman(_ a: [Double], _ b: [Double]) -> Double? {
    guard let ranksA = ranks(a), let ranksB = ranks(b) else { return nil }
    return pearson(ranksA, ranksB)
  }
}
