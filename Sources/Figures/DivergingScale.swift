import Drawing
import Foundation

/// Colours of signed contributions: the colour is the sign (orange against, blue for), its strength the size,
/// near-white at 0.
///
/// Blue and orange stay apart under every common colour blindness, and lightness falls with the size, so that a grey
/// print still shows how strong a contribution is.
struct DivergingScale: Equatable {
  /// The contribution at either end: positive and finite.
  var limit: Double

  /// A scale wide enough for `values`; those that are not finite do not count. The limit is rounded up to two digits.
  init(values: some Sequence<Double>) {
    let largest = values.lazy.filter(\.isFinite).map(abs).max() ?? 0
    guard largest > 1e-12 else {
      limit = 1
      return
    }
    let unit = pow(10, log10(largest).rounded(.down) - 1)
    let rounded = (largest / unit - 1e-9).rounded(.up) * unit
    limit = rounded.isFinite && rounded > 0 ? rounded : largest
  }

  private static let neutral = Color(0xf7f7f7)
  private static let positive = [neutral, Color(0x7db8e0), Color(0x0b559f)]
  private static let negative = [neutral, Color(0xf6ad6b), Color(0xb34a00)]

  /// `value` as a share of the limit, in [−1, 1]; 0 where it is not a number.
  func position(_ value: Double) -> Double {
    guard !value.isNaN else { return 0 }
    return min(max(value / limit, -1), 1)
  }

  func color(_ value: Double) -> Color {
    let position = position(value)
    let stops = position < 0 ? Self.negative : Self.positive
    let place = abs(position) * Double(stops.count - 1)
    let index = min(Int(place), stops.count - 2)
    return stops[index].mixed(with: stops[index + 1], place - Double(index))
  }
}
