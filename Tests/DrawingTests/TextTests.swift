import Drawing
import Testing

@Suite struct TextTests {
  private let text = TextLayout()
  private let style = TextStyle(size: 10)

  @Test func widthGrowsWithTheText() {
    let widths = ["", "w", "wi", "wide", "wider"].map { text.width($0, style) }
    #expect(widths[0] == 0 && zip(widths, widths.dropFirst()).allSatisfy(<))
    #expect(text.width("wide", TextStyle(size: 20)) > 1.9 * widths[3])
    #expect(text.width("wide", TextStyle(size: 10, bold: true)) > widths[3])
  }

  @Test func aLineIsCutToItsWidth() {
    let line = text.line("a line that is too long for its place", style, x: 5, top: 7, maxWidth: 60)
    #expect(line.text.hasSuffix("…") && line.frame.width <= 60)
    #expect(line.frame.x == 5 && line.frame.y == 7 && line.baseline.y > 7)
    #expect(text.line("short", style, x: 5, top: 7, maxWidth: 60).text == "short")
  }

  @Test func aLineEndsOrIsCentredWhereItIsAsked() {
    #expect(abs(text.line("words", style, x: 90, top: 0, align: .right).frame.maxX - 90) < 1e-9)
    #expect(abs(text.line("words", style, x: 90, top: 0, align: .center).frame.center.x - 90) < 1e-9)
  }

  @Test func aParagraphHoldsEveryWordWithinItsWidth() {
    let words = "one two three four five six seven eight"
    let lines = text.paragraph(words, style, x: 0, top: 0, maxWidth: 70)
    #expect(lines.count > 1 && lines.allSatisfy { $0.frame.width <= 70 })
    #expect(lines.map(\.text).joined(separator: " ") == words)
    for (upper, lower) in zip(lines, lines.dropFirst()) { #expect(lower.frame.y >= upper.frame.maxY) }
  }

  @Test func controlsBecomeSpaces() {
    #expect(TextLayout.cleaned("a\u{0}b\n\u{ffff}c") == "a b  c")
  }

  @Test func markupIsEscaped() {
    #expect(MarkupText.escape("<a & \"b\">'\u{0}") == "&lt;a &amp; &quot;b&quot;&gt;&#39;\u{fffd}")
  }
}
