import Tensors

/// Compares the change of a class's margin by an edit at a concept with changes by the same edit at random patches of
/// the same shape.
///
/// A single case is compared with a small sample: t = (x − mean) / (s √(1 + 1/n)) with n − 1 degrees of freedom
/// (Crawford and Howell 1998).
package struct ControlComparison: Sendable, Equatable {
  /// Random patches n.
  package var count: Int
  /// Mean change by the random patches.
  package var mean: Double
  /// Standard deviation s of these changes.
  package var standardDeviation: Double
  /// The concept's change less `mean`.
  package var effect: Double
  /// The interval that holds the effect with probability 0.95, given how random patches vary: effect ± t₀.₉₇₅ s √(1 +
  /// 1/n).
  package var interval: ClosedRange<Double>
  /// Two-sided p of the hypothesis that the concept has the effect of a random patch.
  package var pValue: Double

  /// An effect with a smaller p differs from that of a random patch.
  package static let significance = 0.05
  private static let fewestControls = 2

  /// Compares `change` with `controls`; nil for fewer than two of them, or where a number is not finite.
  package init?(change: Double, controls: [Double]) {
    guard controls.count >= Self.fewestControls, change.isFinite, controls.allSatisfy(\.isFinite),
      let mean = Statistics.mean(controls), let deviation = Statistics.standardDeviation(controls)
    else { return nil }
    let degrees = Double(controls.count - 1)
    let error = deviation * (1 + 1 / Double(controls.count)).squareRoot()
    guard let t = Statistics.twoSidedQuantile(confidence: 1 - Self.significance, degreesOfFreedom: degrees) else {
      return nil
    }
    count = controls.count
    self.mean = mean
    standardDeviation = deviation
    effect = change - mean
    interval = effect - t * error...effect + t * error
    pValue =
      error > 0
      ? Statistics.twoSidedP(t: effect / error, degreesOfFreedom: degrees) ?? 1 : effect == 0 ? 1 : 0
  }

  /// Whether the effect differs from that of a random patch.
  package var isSignificant: Bool { pValue < Self.significance }
}
