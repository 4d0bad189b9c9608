import Foundation

extension Statistics {
  /// Exact two-sided p of the sign test of the hypothesis that both signs are equally likely. For two lists of answers
  /// to the same yes-or-no questions this is McNemar's exact test. SciPy's `binomtest(positive, positive + negative)`;
  /// 1 without differences.
  package static func signTest(positive: Int, negative: Int) -> Double {
    let (few, many) = (max(0, min(positive, negative)), max(0, positive, negative))
    guard few < many else { return 1 }
    // P(X ≤ k) of n fair coins is I(1/2; n − k, k + 1).
    let tail = regularizedIncompleteBeta(x: 0.5, a: Double(many), b: Double(few + 1)) ?? 1
    return min(1, 2 * tail)
  }

  /// The sign test of `differences`, without zeros. Nil where a value is not finite.
  package static func signTest(_ differences: [Double]) -> Double? {
    guard differences.allSatisfy(\.isFinite) else { return nil }
    return signTest(positive: differences.count { $0 > 0 }, negative: differences.count { $0 < 0 })
  }

  /// Two-sided p of Wilcoxon's signed-rank test (1945) of the hypothesis that paired `differences` are symmetric about
  /// 0; zeros are left out. SciPy's `wilcoxon`: exact for up to 50 values without ties, else by the normal distribution
  /// with the variance corrected for ties. 1 without differences, nil where a value is not finite.
  package static func signedRankTest(_ differences: [Double]) -> Double? {
    guard differences.allSatisfy(\.isFinite) else { return nil }
    let values = differences.filter { $0 != 0 }
    guard !values.isEmpty, let ranks = ranks(values.map(abs)) else { return 1 }
    let sum = zip(values, ranks).reduce(0) { $1.0 > 0 ? $0 + $1.1 : $0 }
    let tied = Dictionary(grouping: ranks) { $0 }.values.map { Double($0.count) }
    let count = Double(values.count)
    if values.count <= mostExactRanks, tied.allSatisfy({ $0 == 1 }) {
      return exactSignedRankP(sum: Int(sum), count: values.count)
    }
    let mean = count * (count + 1) / 4
    let correction = tied.reduce(0) { $0 + $1 * $1 * $1 - $1 } / 48
    let variance = count * (count + 1) * (2 * count + 1) / 24 - correction
    guard variance > 0 else { return 1 }
    return erfc(abs(sum - mean) / (2 * variance).squareRoot())
  }

  private static let mostExactRanks = 50

  /// 2 min(P(W ≤ sum), P(W ≥ sum)), where W is the sum of those of the ranks 1...count whose fair coin shows heads.
  private static func exactSignedRankP(sum: Int, count: Int) -> Double {
    let largest = count * (count + 1) / 2
    var ways = [Double](repeating: 0, count: largest + 1)
    ways[0] = 1
    for rank in 1...count {
      for value in stride(from: largest, through: rank, by: -1) { ways[value] += ways[value - rank] }
    }
    // The distribution is symmetric, so the smaller tail suffices.
    let tail = ways[...min(sum, largest - sum)].reduce(0, +)
    return min(1, 2 * tail / pow(2, Double(count)))
  }

  /// The interval that holds the share of the population with probability `confidence`, from `successes` of `count`
  /// independent draws, by Wilson's score (1927). SciPy's `binomtest(…).proportion_ci(confidence, method="wilson")`;
  /// nil for no draw.
  package static func shareInterval(
    successes: Int, of count: Int, confidence: Double = 0.95
  ) -> ClosedRange<Double>? {
    guard count > 0, (0...count).contains(successes) else { return nil }
    return shareInterval(Double(successes) / Double(count), effectiveCount: Double(count), confidence: confidence)
  }

  /// The same from a share and its effective number of draws; nil for a share outside [0, 1] or no draw.
  package static func shareInterval(
    _ share: Double, effectiveCount n: Double, confidence: Double = 0.95
  ) -> ClosedRange<Double>? {
    guard n > 0, (0...1).contains(share), let z = normalQuantile(confidence: confidence) else { return nil }
    let center = (share + z * z / (2 * n)) / (1 + z * z / n)
    let margin = z / (1 + z * z / n) * (share * (1 - share) / n + z * z / (4 * n * n)).squareRoot()
    return max(0, center - margin)...min(1, center + margin)
  }

  /// The effective number of draws of a share whose draws come in clusters, such as the concepts of one image: their
  /// number divided by the design effect of Rao and Scott (1992), the variance of the share between clusters
  ///
  ///     m / (m − 1) Σ (x_i − p n_i)² / (Σ n_i)²,      p = Σ x_i / Σ n_i
  ///
  /// over that of as many independent draws, p (1 − p) / Σ n_i. At most the number of draws. It is the number of
  /// clusters where each has one draw, and where dependence cannot be estimated: all draws are alike, or there is one
  /// cluster.
  ///
  /// - Parameter clusters: x_i successes of n_i draws; those without a draw do not count.
  package static func effectiveSampleSize(_ clusters: [(successes: Int, draws: Int)]) -> Double {
    let clusters = clusters.filter { $0.draws > 0 }
    let (count, draws) = (Double(clusters.count), Double(clusters.reduce(0) { $0 + $1.draws }))
    let share = draws > 0 ? Double(clusters.reduce(0) { $0 + $1.successes }) / draws : 0
    let independent = share * (1 - share) / draws
    guard clusters.count > 1, draws > count, independent > 0 else { return count }
    let squares = clusters.reduce(0) { sum, cluster in
      let residual = Double(cluster.successes) - share * Double(cluster.draws)
      return sum + residual * residual
    }
    let clustered = count / (count - 1) * squares / (draws * draws)
    return draws / max(1, clustered / independent)
  }

  /// The z such that a standard normal number lies within −z...z with probability `confidence`, by bisection.
  private static func normalQuantile(confidence: Double) -> Double? {
    guard confidence > 0, confidence < 1 else { return nil }
    var (lower, upper) = (0.0, 40.0)
    while true {
      let middle = lower + (upper - lower) / 2
      guard middle > lower, middle < upper else { return middle }
      if erfc(middle / 2.0.squareRoot()) > 1 - confidence { lower = middle } else { upper = middle }
    }
  }
}
