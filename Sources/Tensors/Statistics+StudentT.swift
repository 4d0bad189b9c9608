import Foundation

/// The outcome of a t-test.
package struct TTest: Sendable, Equatable {
  /// Student's t.
  package var statistic: Double
  /// Degrees of freedom; fractional for Welch's test.
  package var degreesOfFreedom: Double
  /// Two-sided p.
  package var pValue: Double
}

extension Statistics {
  /// Welch's t-test of the hypothesis that two samples have equal means, variances not assumed equal (Welch 1947).
  ///
  /// Nil where it is undefined: a sample of fewer than two values, or no variance in either.
  package static func welchTTest(_ a: [Double], _ b: [Double]) -> TTest? {
    guard let meanA = mean(a), let meanB = mean(b), let varianceA = variance(a), let varianceB = variance(b) else {
      return nil
    }
    let errorA = varianceA / Double(a.count)
    let errorB = varianceB / Double(b.count)
    let error = errorA + errorB
    let degrees =
      error * error / (errorA * errorA / Double(a.count - 1) + errorB * errorB / Double(b.count - 1))
    return tTest(difference: meanA - meanB, squaredError: error, degreesOfFreedom: degrees)
  }

  /// Student's t-test of the hypothesis that the sample comes from a population of mean `mean`.
  ///
  /// Nil where it is undefined: fewer than two values, or no variance.
  package static func oneSampleTTest(_ values: [Double], mean expected: Double) -> TTest? {
    guard let mean = mean(values), let variance = variance(values) else { return nil }
    return tTest(
      difference: mean - expected, squaredError: variance / Double(values.count),
      degreesOfFreedom: Double(values.count - 1))
  }

  private static func tTest(difference: Double, squaredError: Double, degreesOfFreedom: Double) -> TTest? {
    guard squaredError > 0, degreesOfFreedom > 0, degreesOfFreedom.isFinite else { return nil }
    let statistic = difference / squaredError.squareRoot()
    guard let pValue = twoSidedP(t: statistic, degreesOfFreedom: degreesOfFreedom) else { return nil }
    return TTest(statistic: statistic, degreesOfFreedom: degreesOfFreedom, pValue: pValue)
  }

  /// The probability that Student's t with `degreesOfFreedom` ν is at least as far from 0 as `t`:
  /// I(ν / (ν + t²); ν/2, 1/2). Nil where `t` or ν is not finite or ν is not positive.
  package static func twoSidedP(t: Double, degreesOfFreedom: Double) -> Double? {
    guard t.isFinite, degreesOfFreedom.isFinite, degreesOfFreedom > 0 else { return nil }
    let square = t * t
    let x = degreesOfFreedom / (degreesOfFreedom + square)
    let complement = square / (degreesOfFreedom + square)
    guard square.isFinite else { return 0 }
    return regularizedIncompleteBeta(x: x, complement: complement, a: degreesOfFreedom / 2, b: 0.5)
  }

  /// The regularised incomplete beta function I(x; a, b) for x in [0, 1] and positive a, b; nil outside.
  ///
  /// Uses the continued fraction of DiDonato and Morris (1992), for the tail that converges faster.
  package static func regularizedIncompleteBeta(x: Double, a: Double, b: Double) -> Double? {
    regularizedIncompleteBeta(x: x, complement: 1 - x, a: a, b: b)
  }

  /// The same with 1 − x given separately, so that neither end loses digits.
  private static func regularizedIncompleteBeta(x: Double, complement: Double, a: Double, b: Double) -> Double? {
    guard (0...1).contains(x), a > 0, b > 0, a.isFinite, b.isFinite else { return nil }
    if x == 0 { return 0 }
    if complement == 0 { return 1 }
    let logFront = a * log(x) + b * log(complement) - logBeta(a, b)
    if x <= (a + 1) / (a + b + 2) {
      return exp(logFront) / a / continuedFraction(x: x, a: a, b: b)
    }
    return 1 - exp(logFront) / b / continuedFraction(x: complement, a: b, b: a)
  }

  /// log B(a, b).
  private static func logBeta(_ a: Double, _ b: Double) -> Double {
    logGamma(a) + logGamma(b) - logGamma(a + b)
  }

  private static func logGamma(_ x: Double) -> Double {
    let value: (Double, Int) = lgamma(x)
    return value.0
  }

  /// The continued fraction 1 + d₁/(1 + d₂/(1 + …)) whose inverse is I(x; a, b) a B(a, b) / (xᵃ (1 − x)ᵇ), evaluated
  /// from the front by the modified Lentz recurrence (Thompson and Barnett 1986).
  private static func continuedFraction(x: Double, a: Double, b: Double) -> Double {
    let tiny = 1e-300
    let maximumTerms = 10_000
    var value = 1.0
    var numerator = 1.0
    var denominator = 0.0
    for term in 1...maximumTerms {
      let m = Double(term / 2)
      let coefficient =
        term.isMultiple(of: 2)
        ? m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        : -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
      denominator = 1 + coefficient * denominator
      if abs(denominator) < tiny { denominator = tiny }
      denominator = 1 / denominator
      numerator = 1 + coefficient / numerator
      if abs(numerator) < tiny { numerator = tiny }
      let factor = numerator * denominator
      value *= factor
      if abs(factor - 1) < 1e-16 { break }
    }
    return value
  }
}
