import Drawing
import Images
import Reports

/// The picture of a comparison: what each concept is worth to the classifier on each side, or what each concept and
/// relation adds to each side's score where the classifier was not asked; the largest differences first.
package struct ComparisonFigure: Sendable {
  package var report: ComparisonReport
  /// The images of the left and the right side, upright.
  package var images: (left: RGBImage, right: RGBImage)
  /// Exemplar patches by concept id; the first is drawn.
  package var exemplars: [String: [RGBImage]]
  /// Rows drawn at most.
  package var maxRows = 14

  package init(
    report: ComparisonReport, images: (left: RGBImage, right: RGBImage), exemplars: [String: [RGBImage]]
  ) {
    self.report = report
    self.images = images
    self.exemplars = exemplars
  }

  private static let imageSide = 640
  private static let patchSide = 120

  /// Draws the picture and returns the bytes of the file. The same picture gives the same bytes.
  ///
  /// Throws `DrawingError` where an image has no pixels, or the page is too large for the format.
  package func render(as format: PictureFormat) throws -> [UInt8] {
    let layout = layout()
    let images = try [self.images.left, self.images.right].map {
      try Bitmap($0).limited(toSide: Self.imageSide)
    }
    let patches = try layout.rows.map { row in
      try row.patch == nil
        ? nil : exemplars[row.conceptID]?.first.map { try Bitmap($0).limited(toSide: Self.patchSide) }
    }
    return try Page(width: layout.width, height: layout.height, title: layout.title, description: report.summary)
      .render(as: format) { canvas in
        for (image, frame) in zip(images, layout.images) {
          canvas.draw(
            image, in: frame.fitting(width: Double(image.width), height: Double(image.height)))
        }
        for (row, patch) in zip(layout.rows, patches) {
          if let frame = row.patch, let patch {
            canvas.draw(patch, in: frame.fitting(width: Double(patch.width), height: Double(patch.height)))
          }
          for bar in row.bars { canvas.paint(bar, scale: layout.scale) }
        }
        for text in layout.texts { canvas.draw(text) }
      }
  }

  func layout() -> ComparisonLayout {
    ComparisonLayout(report: report, maxRows: maxRows, hasExemplar: { exemplars[$0]?.isEmpty == false })
  }
}

/// Where everything in a comparison's picture goes; no two texts overlap.
struct ComparisonLayout {
  struct Row {
    var conceptID: String
    /// Where its exemplar goes; nil for a relation or without an exemplar.
    var patch: Rect?
    /// Left, right and their difference; a side without it has no bar.
    var bars: [Bar]
  }

  private(set) var title = ""
  private(set) var width = 0.0
  private(set) var height = 0.0
  private(set) var scale: DivergingScale
  private(set) var images: [Rect] = []
  private(set) var texts: [PlacedText] = []
  private(set) var rows: [Row] = []

  private static let margin = 20.0
  private static let nameWidth = 210.0
  private static let column = 118.0
  private static let barWidth = 70.0
  private static let rowHeight = 26.0
  private static let patchSide = 22.0
  private static let imageHeight = 120.0

  init(report: ComparisonReport, maxRows: Int, hasExemplar: (String) -> Bool) {
    let text = TextLayout()
    let values = Self.values(of: report)
    let shown = values.prefix(maxRows)
    scale = DivergingScale(values: shown.flatMap { [$0.left ?? 0, $0.right ?? 0, $0.delta] })
    let inner = Self.nameWidth + 3 * Self.column
    width = inner + 2 * Self.margin
    title = Self.title(of: report)
    let left = Self.margin
    texts.append(text.line(title, .title, x: left, top: Self.margin - 4, maxWidth: inner))
    texts += text.paragraph(report.summary, .body, x: left, top: (texts.last?.frame.maxY ?? 0) + 5, maxWidth: inner)
    var top = (texts.last?.frame.maxY ?? 0) + 12

    let columns = (0..<3).map { left + Self.nameWidth + Double($0) * Self.column }
    for (position, side) in [report.left, report.right].enumerated() {
      let x = left + Double(position) * (inner / 2)
      images.append(Rect(x: x, y: top, width: inner / 2 - 12, height: Self.imageHeight))
      let below = top + Self.imageHeight + 3
      let score =
        "score \(NumberText.significant(side.score)), classifier \(NumberText.percent(side.prediction.probability))"
      texts.append(
        text.line(
          (position == 0 ? "left: " : "right: ") + side.className, .strong, x: x, top: below, maxWidth: inner / 2 - 12))
      texts.append(
        text.line(score, .small, x: x, top: below + text.lineHeight(.strong), maxWidth: inner / 2 - 12))
    }
    top = (texts.last?.frame.maxY ?? top) + 12
    let captions =
      report.isMeasured
      ? ["worth on the left", "worth on the right", "difference"]
      : ["adds to the left", "adds to the right", "difference"]
    for (x, caption) in zip(columns, captions) {
      texts.append(text.line(caption, .caption, x: x, top: top, maxWidth: Self.column - 8))
    }
    top = (texts.last?.frame.maxY ?? top) + 4
    for value in shown {
      add(value, at: top, columns: columns, hasExemplar: hasExemplar, text: text)
      top += Self.rowHeight
    }
    let rest = values.count - shown.count
    let closing = (rest > 0 ? "\(rest) smaller differences are not drawn. " : "") + Self.closing(of: report)
    texts += text.paragraph(closing, .small, x: left, top: top + 4, maxWidth: inner)
    height = ((texts.last?.frame.maxY ?? top) + Self.margin).rounded(.up)
  }

  /// What a row shows: measured effects, or contributions.
  private typealias Value = (concepts: [(id: String, name: String)], left: Double?, right: Double?, delta: Double)

  private static func values(of report: ComparisonReport) -> [Value] {
    guard report.isMeasured else {
      return report.differences.filter { $0.delta != 0 }.map { ($0.concepts, $0.left, $0.right, $0.delta) }
    }
    return report.differences.compactMap { difference in
      difference.measured.map { (difference.concepts, $0.left, $0.right, $0.delta) }
    }
  }

  private static func closing(of report: ComparisonReport) -> String {
    if let left = report.left.measured, let right = report.right.measured {
      return "Measured on the classifier, in logits of the margin. Everything else in the picture is worth "
        + "\(NumberText.significant(left.evidence.everythingElse)) to the left and "
        + "\(NumberText.significant(right.evidence.everythingElse)) to the right."
    }
    let remainder = report.remainder.left - report.remainder.right
    return "Other graphs and the bias make up \(NumberText.significant(remainder)) of the difference of "
      + "\(NumberText.significant(report.left.score - report.right.score))."
  }

  private mutating func add(
    _ difference: Value, at top: Double, columns: [Double], hasExemplar: (String) -> Bool,
    text: TextLayout
  ) {
    let id = difference.concepts.first?.id ?? ""
    let isNode = difference.concepts.count == 1
    let middle = top + Self.rowHeight / 2
    let patch =
      isNode && hasExemplar(id)
      ? Rect(x: Self.margin, y: middle - Self.patchSide / 2, width: Self.patchSide, height: Self.patchSide) : nil
    let name = difference.concepts.map(\.name).joined(separator: " \u{2192} ")
    let line = text.lineHeight(.small)
    texts.append(
      text.line(
        name, isNode ? TextStyle(size: 8.5, bold: true) : .small, x: Self.margin + Self.patchSide + 6,
        top: middle - line / 2, maxWidth: Self.nameWidth - Self.patchSide - 12))
    var bars: [Bar] = []
    for (x, value) in zip(columns, [difference.left, difference.right, difference.delta]) {
      guard let value else {
        texts.append(text.line("absent", .caption, x: x, top: middle - line / 2, maxWidth: Self.column - 8))
        continue
      }
      bars.append(Bar(axis: Rect(x: x, y: middle - 4, width: Self.barWidth, height: 8), contribution: value))
      texts.append(
        text.line(
          NumberText.signed(value, limit: scale.limit), .small, x: x + Self.column - 8, top: middle - line / 2,
          align: .right, maxWidth: Self.column - Self.barWidth - 10))
    }
    rows.append(Row(conceptID: id, patch: patch, bars: bars))
  }

  private static func title(of report: ComparisonReport) -> String {
    let (left, right) = (report.left, report.right)
    if left.className != right.className { return "Why \(left.className) rather than \(right.className)?" }
    return left.graphModel == right.graphModel
      ? "Why \(left.className) more in one image than in the other?"
      : "Why is \(left.className) more for one network than for the other?"
  }
}
