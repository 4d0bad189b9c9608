import Foundation

/// A colour by its red, green and blue (sRGB) in [0, 1] and its opacity.
package struct Color: Sendable, Equatable {
  package var red: Double
  package var green: Double
  package var blue: Double
  /// From 0, invisible, to 1.
  package var opacity: Double

  package init(_ red: Double, _ green: Double, _ blue: Double, opacity: Double = 1) {
    self.red = red
    self.green = green
    self.blue = blue
    self.opacity = opacity
  }

  /// The colour 0xRRGGBB.
  package init(_ hex: UInt32, opacity: Double = 1) {
    self.init(
      Double(hex >> 16 & 0xff) / 255, Double(hex >> 8 & 0xff) / 255, Double(hex & 0xff) / 255, opacity: opacity)
  }

  /// A grey: 0 is black, 1 white.
  package init(white: Double, opacity: Double = 1) { self.init(white, white, white, opacity: opacity) }

  /// The colour of a hue in turns (0 is red, 1/3 green), a saturation and a value in [0, 1].
  package init(hue: Double, saturation: Double, value: Double) {
    func channel(_ shift: Double) -> Double {
      let k = (shift + hue * 6).truncatingRemainder(dividingBy: 6)
      let position = k < 0 ? k + 6 : k
      return value - value * saturation * max(0, min(position, 4 - position, 1))
    }
    self.init(channel(5), channel(3), channel(1))
  }

  /// This colour, its opacity too, moved towards `other` by `share` in [0, 1].
  package func mixed(with other: Color, _ share: Double) -> Color {
    Color(
      red + (other.red - red) * share, green + (other.green - green) * share, blue + (other.blue - blue) * share,
      opacity: opacity + (other.opacity - opacity) * share)
  }

  /// Nearer to black by `share` in [0, 1], as opaque as before.
  package func darker(_ share: Double) -> Color { mixed(with: Color(white: 0, opacity: opacity), share) }

  /// Nearer to white by `share` in [0, 1], as opaque as before.
  package func lighter(_ share: Double) -> Color { mixed(with: Color(white: 1, opacity: opacity), share) }

  package func withOpacity(_ opacity: Double) -> Color { Color(red, green, blue, opacity: opacity) }

  /// Relative luminance (WCAG 2.1), in [0, 1].
  package var luminance: Double {
    func linear(_ value: Double) -> Double { value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4) }
    return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
  }

  /// Black or white, whichever stands out more on this colour: the two are even where (L + 0.05)² = 0.05 · 1.05.
  package var contrasting: Color { luminance > 0.179 ? Color(0x000000) : Color(0xffffff) }

  /// As CSS writes it: "#rrggbb".
  package var css: String {
    func byte(_ value: Double) -> Int { Int((min(max(value, 0), 1) * 255).rounded()) }
    return String(format: "#%02x%02x%02x", byte(red), byte(green), byte(blue))
  }
}
