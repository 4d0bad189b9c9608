/// A line of text with its place on the page.
package struct PlacedText: Sendable, Equatable {
  package var text: String
  package var style: TextStyle
  /// Where the first glyph begins.
  package var baseline: Point
  /// The extent of the line: its advance by the font's ascent and descent.
  package var frame: Rect
}

package enum TextAlignment {
  case left
  case center
  case right
}

/// Measures, shortens, wraps and places text. For use by one thread.
package final class TextLayout {
  private let canvas = Canvas.forMeasuring()

  /// Longer texts are cut before they are measured.
  private static let mostCharacters = 4000

  package init() {}

  /// `text` with controls and Unicode noncharacters replaced by spaces.
  package static func cleaned(_ text: String) -> String {
    var scalars = String.UnicodeScalarView()
    for scalar in text.unicodeScalars.prefix(mostCharacters) {
      let isControl = scalar.properties.generalCategory == .control || scalar.properties.isNoncharacterCodePoint
      scalars.append(isControl ? " " : scalar)
    }
    return String(scalars)
  }

  package func width(_ text: String, _ style: TextStyle) -> Double { canvas.width(of: text, style: style) }

  /// Height of a line, from ascent to descent.
  package func lineHeight(_ style: TextStyle) -> Double {
    let height = canvas.height(of: style)
    return height.ascent + height.descent
  }

  /// A line whose frame's top is at `top` and whose left, middle or right is at `x`; cut with an ellipsis to
  /// `maxWidth`.
  package func line(
    _ text: String, _ style: TextStyle, x: Double, top: Double, align: TextAlignment = .left, maxWidth: Double? = nil
  ) -> PlacedText {
    let cleaned = Self.cleaned(text)
    let shown = maxWidth.map { shortened(cleaned, style, to: $0) } ?? cleaned
    let width = width(shown, style)
    let left =
      switch align {
      case .left: x
      case .center: x - width / 2
      case .right: x - width
      }
    let height = canvas.height(of: style)
    return PlacedText(
      text: shown, style: style, baseline: Point(x: left, y: top + height.ascent),
      frame: Rect(x: left, y: top, width: width, height: height.ascent + height.descent))
  }

  /// A line centred on a point by the height of its capitals and digits rather than by its frame.
  package func centered(_ text: String, _ style: TextStyle, at point: Point) -> PlacedText {
    var placed = line(text, style, x: point.x, top: 0, align: .center)
    let baseline = point.y + style.size * Self.capHeight / 2
    placed.frame.y += baseline - placed.baseline.y
    placed.baseline.y = baseline
    return placed
  }

  /// Height of capitals and digits as a share of the font's size, in DejaVu Sans.
  private static let capHeight = 0.729

  /// The longest beginning of `text` that fits `maxWidth` with an ellipsis; all of it where it fits.
  package func shortened(_ text: String, _ style: TextStyle, to maxWidth: Double) -> String {
    guard width(text, style) > maxWidth else { return text }
    let characters = Array(text)
    var (fits, fails) = (0, characters.count)
    while fails - fits > 1 {
      let middle = (fits + fails) / 2
      if width(String(characters[..<middle]) + "…", style) <= maxWidth { fits = middle } else { fails = middle }
    }
    var beginning = String(characters[..<fits])
    while beginning.last == " " { beginning.removeLast() }
    return beginning + "…"
  }

  /// The lines of `text` broken at spaces to `maxWidth`; a word that is too long is broken inside.
  package func wrapped(_ text: String, _ style: TextStyle, to maxWidth: Double) -> [String] {
    var lines: [String] = []
    var current = ""
    for word in Self.cleaned(text).split(separator: " ") {
      let candidate = current.isEmpty ? String(word) : current + " " + word
      if width(candidate, style) <= maxWidth {
        current = candidate
        continue
      }
      if !current.isEmpty { lines.append(current) }
      current = String(word)
      while width(current, style) > maxWidth, current.count > 1 {
        let head = broken(current, style, to: maxWidth)
        lines.append(String(current.prefix(head)))
        current.removeFirst(head)
      }
    }
    if !current.isEmpty { lines.append(current) }
    return lines
  }

  /// How many characters of a word fit `maxWidth`; at least one.
  private func broken(_ word: String, _ style: TextStyle, to maxWidth: Double) -> Int {
    let characters = Array(word)
    var (fits, fails) = (1, characters.count)
    while fails - fits > 1 {
      let middle = (fits + fails) / 2
      if width(String(characters[..<middle]), style) <= maxWidth { fits = middle } else { fails = middle }
    }
    return fits
  }

  /// `text` wrapped and placed line under line from `top`.
  package func paragraph(_ text: String, _ style: TextStyle, x: Double, top: Double, maxWidth: Double) -> [PlacedText] {
    let step = lineHeight(style) * Self.leading
    return wrapped(text, style, to: maxWidth).enumerated().map { index, words in
      line(words, style, x: x, top: top + Double(index) * step)
    }
  }

  /// Distance of lines as a multiple of their height.
  private static let leading = 1.12
}
