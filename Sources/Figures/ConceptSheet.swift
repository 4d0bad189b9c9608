import Drawing
import Images
import Reports

/// The concepts of a class at a glance: a row of exemplar patches for each, the most important first.
package struct ConceptSheet: Sendable {
  package var discovery: DiscoveryReport
  /// Exemplar patches by concept id, nearest first; at most ten of each are drawn.
  package var exemplars: [String: [RGBImage]]

  private static let mostExemplars = 10
  private static let tile = 64.0
  private static let gap = 5.0
  private static let margin = 20.0
  private static let tilePixels = 256

  /// A sheet of `discovery`'s concepts.
  package init(discovery: DiscoveryReport, exemplars: [String: [RGBImage]]) {
    self.discovery = discovery
    self.exemplars = exemplars
  }

  /// Draws the sheet and returns the bytes of the file.
  ///
  /// Throws `DrawingError` where an exemplar has no pixels, or the page is too large for the format.
  package func render(as format: PictureFormat) throws -> [UInt8] {
    let layout = layout()
    let bitmaps = try discovery.concepts.map { concept in
      try (exemplars[concept.id] ?? []).prefix(Self.mostExemplars).map {
        try Bitmap($0).limited(toSide: Self.tilePixels)
      }
    }
    return try Page(width: layout.width, height: layout.height, title: title, description: description).render(
      as: format
    ) { canvas in
      for (images, frames) in zip(bitmaps, layout.tiles) {
        for (image, frame) in zip(images, frames) {
          canvas.fill(frame, Color(0xf1f1f1))
          canvas.draw(image, in: frame.fitting(width: Double(image.width), height: Double(image.height)))
        }
      }
      for text in layout.texts { canvas.draw(text) }
    }
  }

  private var title: String { "Concepts of \(discovery.className)" }

  private var description: String {
    discovery.concepts.isEmpty
      ? "No concept was found." : "By rank: " + discovery.concepts.map(\.name).joined(separator: ", ") + "."
  }

  /// Where everything goes: texts, and a row of tiles per concept.
  func layout() -> (width: Double, height: Double, texts: [PlacedText], tiles: [[Rect]]) {
    let text = TextLayout()
    let counts = discovery.concepts.map { min(exemplars[$0.id]?.count ?? 0, Self.mostExemplars) }
    let columns = max(counts.max() ?? 0, 6)
    let inner = Double(columns) * (Self.tile + Self.gap) - Self.gap
    var texts = text.paragraph(title, .title, x: Self.margin, top: Self.margin - 4, maxWidth: inner)
    var top = (texts.last?.frame.maxY ?? Self.margin) + 4
    func add(_ words: String, _ style: TextStyle, gap: Double) {
      let lines = text.paragraph(words, style, x: Self.margin, top: top, maxWidth: inner)
      top = (lines.last?.frame.maxY ?? top) + gap
      texts += lines
    }
    add(
      "\(discovery.facts.imageCount) images, \(discovery.facts.segmentCount) patches, layer \(discovery.layer)", .small,
      gap: 12)
    if discovery.concepts.isEmpty { add("No concept was found.", .warning, gap: 8) }
    var tiles: [[Rect]] = []
    for (concept, count) in zip(discovery.concepts, counts) {
      let heading = text.line(
        "\(concept.rank). \(concept.name)", .strong, x: Self.margin, top: top, maxWidth: inner)
      top = heading.frame.maxY + 1
      let measures = text.line(
        "TCAV \(NumberText.decimal(concept.tcav.mean, 2)) \u{b1} "
          + "\(NumberText.decimal(concept.tcav.standardDeviation, 2))  ·  CAV accuracy "
          + "\(NumberText.percent(concept.cavAccuracy, decimals: 0))  ·  \(concept.size) patches", .caption,
        x: Self.margin, top: top, maxWidth: inner)
      top = measures.frame.maxY + 4
      texts += [heading, measures]
      tiles.append(
        (0..<count).map { position in
          Rect(
            x: Self.margin + Double(position) * (Self.tile + Self.gap), y: top, width: Self.tile, height: Self.tile)
        })
      top += (count > 0 ? Self.tile : 0) + 14
    }
    return (inner + 2 * Self.margin, (top + Self.margin - 14).rounded(.up), texts, tiles)
  }
}
