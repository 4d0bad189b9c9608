import Drawing
import Images
import Reports

/// The picture of an explanation: "why" and each "why not" side by side, on the photograph.
///
/// Each panel shows numbered concept discs at their places, arrows for the strongest relations, and below them the patches,
/// exemplars of the concepts and contributions. Colours follow one diverging scale that all panels share: blue speaks for
/// the class, orange against it, near-white is nil; its strength is the size. Cairo draws it once, whatever the format.
package struct ExplanationFigure: Sendable {
  package var report: ExplanationReport
  /// The photograph, upright; the report's boxes are in its pixels.
  package var photograph: RGBImage
  /// Exemplar patches by concept id; at most three of each are drawn.
  package var exemplars: [String: [RGBImage]]
  /// Arrows drawn in a panel at most; the strongest win.
  package var maxEdges = 6

  /// Longest side, in pixels, to which the photograph and its patches are scaled down for drawing.
  private static let photographSide = 1056
  private static let patchSide = 160

  /// A picture of `report` on `photograph`.
  package init(report: ExplanationReport, photograph: RGBImage, exemplars: [String: [RGBImage]]) {
    self.report = report
    self.photograph = photograph
    self.exemplars = exemplars
  }

  /// Draws the picture and returns the bytes of the file. The same picture gives the same bytes.
  ///
  /// Throws `DrawingError` where the photograph or an exemplar has no pixels, or the page is too large for the format.
  package func render(as format: PictureFormat) throws -> [UInt8] {
    let painter = try painter(scale: scale)
    return try Page(
      width: painter.layout.width, height: painter.layout.height, title: ExplanationWords.title(of: report),
      description: report.summary
    ).render(as: format) { painter.paint(on: $0) }
  }

  /// What draws the picture, its colours on `scale`.
  func painter(scale: DivergingScale) throws -> ExplanationPainter {
    let original = try Bitmap(photograph)
    return ExplanationPainter(
      layout: layout(scale: scale), photograph: try original.limited(toSide: Self.photographSide),
      patches: try patches(),
      exemplars: try exemplars.mapValues { try $0.prefix(3).map { try Bitmap($0).limited(toSide: Self.patchSide) } })
  }

  /// Everything that has a colour.
  var contributions: [Double] {
    report.explanations.flatMap { $0.nodes.map(\.contribution) + $0.edges.map(\.contribution) }
  }

  /// The scale of colours that all panels share.
  var scale: DivergingScale { DivergingScale(values: contributions) }

  /// Where everything goes.
  func layout() -> ExplanationLayout { layout(scale: scale) }

  private func layout(scale: DivergingScale) -> ExplanationLayout {
    ExplanationLayoutBuilder(
      report: report, photoWidth: max(photograph.width, 1), photoHeight: max(photograph.height, 1),
      exemplarCounts: exemplars.mapValues(\.count), maxEdges: maxEdges, scale: scale
    ).build()
  }

  private func patches() throws -> [[Bitmap?]] {
    try report.explanations.map { explanation in
      try explanation.nodes.map { node in
        guard node.node.detected,
          let box = node.node.box?.clamped(toWidth: photograph.width, height: photograph.height)
        else { return nil }
        return try Bitmap(photograph, crop: box).limited(toSide: Self.patchSide)
      }
    }
  }
}
