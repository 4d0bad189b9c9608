/// Corrections of p where several hypotheses are tested at once.
package enum PValueCorrection: String, Sendable, CaseIterable {
  /// The number of tests times p: bounds the chance of any false positive (Dunn 1961).
  case bonferroni
  /// Step-down: bounds the same, never larger than Bonferroni's (Holm 1979).
  case holm
  /// Step-up: bounds the expected share of false positives among the positives (Benjamini and Hochberg 1995).
  case benjaminiHochberg
}

extension Statistics {
  /// `pValues` of hypotheses tested together, corrected so that each can be compared with the level of a single test;
  /// in the same order, at most 1. As statsmodels' `multipletests`.
  ///
  /// - Parameter pValues: p in 0...1; nil for an undefined test, which counts as one and stays nil.
  package static func corrected(_ pValues: [Double?], by correction: PValueCorrection) -> [Double?] {
    let values = pValues.map { $0 ?? 1 }
    let tests = Double(values.count)
    let order = values.indices.sorted { (values[$0], $0) < (values[$1], $1) }
    var corrected = values
    switch correction {
    case .bonferroni:
      for index in order { corrected[index] = values[index] * tests }
    case .holm:
      var largest = 0.0
      for (rank, index) in order.enumerated() {
        largest = max(largest, values[index] * (tests - Double(rank)))
        corrected[index] = largest
      }
    case .benjaminiHochberg:
      var least = 1.0
      for (rank, index) in order.enumerated().reversed() {
        least = min(least, values[index] * tests / Double(rank + 1))
        corrected[index] = least
      }
    }
    return zip(pValues, corrected).map { $0 == nil ? nil : min($1, 1) }
  }
}
