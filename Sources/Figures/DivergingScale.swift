import Foundation

/// A colour with components in [0, 1].
struct Color: Equatable {
  var red: Double
  var green: Double
  var blue: Double
  var alpha = 1.0

  init(red: Double, green: Double, blue: Double, alpha: Double = 1) {
    self.red = red
    self.green = green
    self.blue = blue
    self.alpha = alpha
  }

  /// The colour 0xRRGGBB.
  init(_ hex: UInt32, alpha: Double = 1) {
    self.init(
      red: Double(hex >> 16 & 0xff) / 255, green: Double(hex >> 8 & 0xff) / 255, blue: Double(hex & 0xff) / 255,
      alpha: alpha)
  }

  /// Relative luminance (WCAG 2.1), in [0, 1].
  var luminance: Double {
    func linear(_ value: Double) -> Double { value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4) }
    return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
  }

  /// Black or white, whichever stands out more on this colour: the two are even where (L + 0.05)² = 0.05 · 1.05.
  var contrasting: Color { luminance > 0.179 ? Color(0x000000) : Color(0xffffff) }

  /// As CSS writes it: "#rrggbb".
  var css: String {
    func byte(_ value: Double) -> Int { Int((min(max(value, 0), 1) * 255).rounded()) }
    return String(format: "#%02x%02x%02x", byte(red), byte(green), byte(blue))
  }

  /// This colour moved towards `other` by `share` in [0, 1].
  func mixed(with other: Color, _ share: Double) -> Color {
    Color(
      red: red + (other.red - red) * share, green: green + (other.green - green) * share,
      blue: blue + (other.blue - blue) * share, alpha: alpha + (other.alpha - alpha) * share)
  }
}

/// Colours of signed contributions: the colour is the sign (orange against, blue for), its strength the size, near-white at 0.
///
/// Blue and orange stay apart under every common colour blindness, and lightness falls with the size, so that a grey print
/// still shows how strong a contribution is.
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

  /// The colour of a contribution.
  func color(_ value: Double) -> Color {
    let position = position(value)
    let stops = position < 0 ? Self.negative : Self.positive
    let place = abs(position) * Double(stops.count - 1)
    let index = min(Int(place), stops.count - 2)
    return stops[index].mixed(with: stops[index + 1], place - Double(index))
  }
}
