/// A colour by its red, green and blue in [0, 1] and its opacity.
package struct Color: Sendable, Equatable {
  /// Red.
  package var red: Double
  /// Green.
  package var green: Double
  /// Blue.
  package var blue: Double
  /// 1 is opaque.
  package var opacity: Double

  /// The colour of these components.
  package init(_ red: Double, _ green: Double, _ blue: Double, opacity: Double = 1) {
    self.red = red
    self.green = green
    self.blue = blue
    self.opacity = opacity
  }

  /// A grey.
  init(white: Double, opacity: Double = 1) { self.init(white, white, white, opacity: opacity) }

  /// The colour of a hue in turns (0 is red, 1/3 green), a saturation and a value in [0, 1].
  init(hue: Double, saturation: Double, value: Double) {
    func channel(_ shift: Double) -> Double {
      let k = (shift + hue * 6).truncatingRemainder(dividingBy: 6)
      let position = k < 0 ? k + 6 : k
      return value - value * saturation * max(0, min(position, 4 - position, 1))
    }
    self.init(channel(5), channel(3), channel(1))
  }

  /// The colour moved by `amount` in [0, 1] towards `other`.
  func mixed(with other: Color, _ amount: Double) -> Color {
    Color(
      red + (other.red - red) * amount, green + (other.green - green) * amount, blue + (other.blue - blue) * amount,
      opacity: opacity)
  }

  /// Nearer to black by `amount` in [0, 1].
  func darker(_ amount: Double) -> Color { mixed(with: Color(white: 0), amount) }

  /// Nearer to white by `amount` in [0, 1].
  func lighter(_ amount: Double) -> Color { mixed(with: Color(white: 1), amount) }

  /// The same colour, less opaque.
  func withOpacity(_ opacity: Double) -> Color { Color(red, green, blue, opacity: opacity) }
}
