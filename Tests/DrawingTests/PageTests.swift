import Drawing
import Images
import Testing

@Suite struct PageTests {
  private func page(width: Double = 40, height: Double = 30) -> Page {
    Page(width: width, height: height, title: "a < b", description: "what & why")
  }

  private func text(_ format: PictureFormat) throws -> String {
    let bytes = try page().render(as: format) { canvas in
      canvas.draw(TextLayout().line("Why?", TextStyle(size: 10), x: 4, top: 4))
      canvas.fill(Rect(x: 4, y: 20, width: 30, height: 6), leftToRight: [Color(0xff0000), Color(0x0000ff)])
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  @Test func pngHasTwoPixelsAPointOnWhite() throws {
    let bytes = try page(width: 10.2).render(as: .png) {
      $0.fill(Rect(x: 1, y: 0, width: 1, height: 1), Color(0x204060))
    }
    #expect(bytes.prefix(8) == [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
    let image = try RGBImage.decode(bytes)
    #expect(image.width == 21 && image.height == 60)
    #expect(Array(image.samples[3..<9]) == [255, 255, 255, 0x20, 0x40, 0x60])
  }

  @Test func svgHoldsItsTitleAndNumbersOfItsOwn() throws {
    let first = try text(.svg)
    #expect(first.hasPrefix("<?xml"))
    #expect(first.contains("<title>a &lt; b</title>\n<desc>what &amp; why</desc>"))
    // Cairo numbers definitions on from one drawing to the next.
    #expect(first.contains("id=\"d0\""))
    #expect(try text(.svg) == first)
  }

  @Test func pdfIsAPDF() throws {
    let file = try text(.pdf)
    #expect(file.hasPrefix("%PDF-"))
    #expect(try text(.pdf) == file)
  }

  @Test(arguments: PictureFormat.allCases) func aPageOfHostileSizeIsAnError(format: PictureFormat) {
    for side in [0, -1, .nan, .infinity, 1e300] {
      #expect(throws: DrawingError.self) { try page(width: side).render(as: format) { _ in } }
      #expect(throws: DrawingError.self) { try page(height: side).render(as: format) { _ in } }
    }
    #expect(throws: DrawingError.self) { try page(width: 20_000).render(as: .png) { _ in } }
  }

  @Test func whatDrawingThrowsIsThrownOn() {
    for format in PictureFormat.allCases {
      #expect(throws: DrawingError("no")) { try page().render(as: format) { _ in throw DrawingError("no") } }
    }
  }
}
