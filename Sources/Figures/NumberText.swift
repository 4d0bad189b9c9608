import Foundation

/// Numbers as pictures and reports print them.
enum NumberText {
  /// "+0.42", "−1.30", "0": a sign and as many decimals as `limit`, the largest of the figure, warrants; "n/a" where it
  /// is not finite.
  static func signed(_ value: Double, limit: Double) -> String {
    guard value.isFinite else { return "n/a" }
    let text = plain(abs(value), limit: limit)
    if !text.contains(where: { $0 != "0" && $0 != "." && $0.isNumber }) { return "0" }
    return (value < 0 ? "\u{2212}" : "+") + text
  }

  /// As `signed`, with a sign only where negative.
  static func unsigned(_ value: Double, limit: Double) -> String {
    let text = signed(value, limit: limit)
    return text.hasPrefix("+") ? String(text.dropFirst()) : text
  }

  /// A share in [0, 1] as "92.1 %"; "n/a" where it is not finite.
  static func percent(_ share: Double, decimals: Int = 1) -> String {
    guard share.isFinite else { return "n/a" }
    return String(format: "%.\(decimals)f\u{a0}%%", share * 100).replacingOccurrences(of: "-", with: "\u{2212}")
  }

  /// A probability as "92.1 %" or "< 0.1 %".
  static func chance(_ share: Double) -> String {
    share < 0.0005 ? "< " + percent(0.001) : percent(share)
  }

  /// A number in three significant digits; "n/a" where it is not finite.
  static func significant(_ value: Double) -> String {
    guard value.isFinite else { return "n/a" }
    return String(format: "%.3g", value).replacingOccurrences(of: "-", with: "\u{2212}")
  }

  /// A probability in two significant digits: "0.03", "< 0.001".
  static func probability(_ value: Double) -> String {
    guard value.isFinite else { return "n/a" }
    return value < 0.001 ? "< 0.001" : String(format: "%.2g", value)
  }

  /// A number with `decimals` decimals; "n/a" where it is not finite.
  static func decimal(_ value: Double, _ decimals: Int) -> String {
    guard value.isFinite else { return "n/a" }
    return String(format: "%.\(decimals)f", value).replacingOccurrences(of: "-", with: "\u{2212}")
  }

  private static func plain(_ value: Double, limit: Double) -> String {
    switch limit {
    case ..<0.001, 10_000...: String(format: "%.1e", value)
    case ..<0.01: String(format: "%.4f", value)
    case ..<0.1: String(format: "%.3f", value)
    case ..<10: String(format: "%.2f", value)
    case ..<100: String(format: "%.1f", value)
    default: String(format: "%.0f", value)
    }
  }
}
