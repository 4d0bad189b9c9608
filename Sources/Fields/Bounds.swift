/// What numbers are accepted: an interval, each end of which belongs to it or not.
package struct Bounds: Sendable, Equatable {
  package var lower: Double
  package var upper: Double
  /// Whether the lower end itself is left out.
  package var isAboveLower = false
  /// Whether the upper end itself is left out.
  package var isBelowUpper = false

  /// Every finite number.
  package static let finite = Bounds(lower: -.greatestFiniteMagnitude, upper: .greatestFiniteMagnitude)
  /// From 0 to 1, both included.
  package static let share = Bounds(lower: 0, upper: 1)

  /// From `lower` to `upper`, both included.
  package static func from(_ lower: Double, to upper: Double = .greatestFiniteMagnitude) -> Bounds {
    Bounds(lower: lower, upper: upper)
  }

  /// From `lower` up to but not `upper`.
  package static func from(_ lower: Double, below upper: Double) -> Bounds {
    Bounds(lower: lower, upper: upper, isBelowUpper: true)
  }

  /// Above `lower`, up to `upper`.
  package static func above(_ lower: Double, to upper: Double = .greatestFiniteMagnitude) -> Bounds {
    Bounds(lower: lower, upper: upper, isAboveLower: true)
  }

  /// Above `lower` and below `upper`.
  package static func between(_ lower: Double, _ upper: Double) -> Bounds {
    Bounds(lower: lower, upper: upper, isAboveLower: true, isBelowUpper: true)
  }

  /// Whether a number is accepted; NaN and infinity never are.
  package func contains(_ number: Double) -> Bool {
    number.isFinite && (isAboveLower ? number > lower : number >= lower)
      && (isBelowUpper ? number < upper : number <= upper)
  }

  /// What is accepted, in words that follow "a number"; empty for every number.
  var words: String {
    let (hasLower, hasUpper) = (lower > -.greatestFiniteMagnitude, upper < .greatestFiniteMagnitude)
    return switch (hasLower, hasUpper) {
    case (false, false): ""
    case (true, false): isAboveLower ? " above \(lower)" : " of \(lower) or more"
    case (false, true): isBelowUpper ? " below \(upper)" : " of \(upper) or less"
    case (true, true):
      switch (isAboveLower, isBelowUpper) {
      case (false, false): " from \(lower) to \(upper)"
      case (true, false): " above \(lower) and up to \(upper)"
      case (false, true): " from \(lower) to below \(upper)"
      case (true, true): " between \(lower) and \(upper), neither included"
      }
    }
  }

  /// A number that is accepted.
  var example: Double {
    guard isAboveLower else { return lower > -.greatestFiniteMagnitude ? lower : 1 }
    return upper < .greatestFiniteMagnitude ? (lower + upper) / 2 : lower + 1
  }
}
