import Drawing
import Images
import Reports

/// The picture of an intervention: the effect of the edit, then the explanations before and after it, on one scale of
/// colours.
package struct InterventionFigure: Sendable {
  package var report: InterventionReport
  /// The original image, upright.
  package var image: RGBImage
  /// Exemplar patches by concept id.
  package var exemplars: [String: [RGBImage]]

  private static let margin = 20.0
  private static let gap = 8.0

  package init(report: InterventionReport, image: RGBImage, exemplars: [String: [RGBImage]]) {
    self.report = report
    self.image = image
    self.exemplars = exemplars
  }

  /// Draws the picture and returns the bytes of the file.
  ///
  /// Throws `DrawingError` where a picture has no pixels, or the page is too large for the format.
  package func render(as format: PictureFormat) throws -> [UInt8] {
    let before = ExplanationFigure(report: report.before, image: image, exemplars: exemplars)
    let after = ExplanationFigure(report: report.after, image: report.picture, exemplars: exemplars)
    let scale = DivergingScale(values: before.contributions + after.contributions)
    let painters = [try before.painter(scale: scale), try after.painter(scale: scale)]
    let width = painters.map(\.layout.width).max() ?? 0
    let (texts, header) = header(width: width, painters: painters)
    let height = header + painters.reduce(0) { $0 + $1.layout.height } + Self.gap
    return try Page(width: width, height: height, title: Self.title, description: report.summary).render(as: format) {
      canvas in
      for text in texts { canvas.draw(text) }
      var top = header
      for painter in painters {
        canvas.transformed(.translation(0, top)) { painter.paint(on: $0) }
        top += painter.layout.height + Self.gap
      }
    }
  }

  private static let title = "Before the edit, and after it"

  private func header(width: Double, painters: [ExplanationPainter]) -> ([PlacedText], Double) {
    let text = TextLayout()
    let title = text.line(Self.title, .title, x: Self.margin, top: Self.margin - 4, maxWidth: width - 2 * Self.margin)
    let summary = text.paragraph(
      report.summary, .body, x: Self.margin, top: title.frame.maxY + 5, maxWidth: width - 2 * Self.margin)
    return ([title] + summary, (summary.last ?? title).frame.maxY + Self.gap)
  }
}
