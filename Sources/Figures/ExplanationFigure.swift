import Drawing
import Images
import Reports

/// The picture of an explanation: "why" and each "why not" side by side, on the image.
///
/// Each panel shows numbered concept discs at their places, arrows for the strongest relations, and below them the
/// patches, exemplars of the concepts and contributions. Colours follow one diverging scale that all panels share: blue
/// is for the class, orange against it, near-white is 0; its strength is the size.
package struct ExplanationFigure: Sendable {
  package var report: ExplanationReport
  /// The image, upright; the report's boxes are in its pixels.
  package var image: RGBImage
  /// Exemplar patches by concept id; at most three of each are drawn.
  package var exemplars: [String: [RGBImage]]
  /// The most arrows of a panel; the strongest are drawn.
  package var maxEdges = 6

  /// Longest side, in pixels, to which the image and its patches are scaled down for drawing.
  private static let imageSide = 1056
  private static let patchSide = 160

  package init(report: ExplanationReport, image: RGBImage, exemplars: [String: [RGBImage]]) {
    self.report = report
    self.image = image
    self.exemplars = exemplars
  }

  /// Draws the picture and returns the bytes of the file. The same picture gives the same bytes.
  ///
  /// Throws `DrawingError` where the image or an exemplar has no pixels, or the page is too large for the format.
  package func render(as format: PictureFormat) throws -> [UInt8] {
    let painter = try painter(scale: scale)
    return try Page(
      width: painter.layout.width, height: painter.layout.height, title: ExplanationWords.title(of: report),
      description: report.summary
    ).render(as: format) { painter.paint(on: $0) }
  }

  /// Draws the picture with colours of `scale`.
  func painter(scale: DivergingScale) throws -> ExplanationPainter {
    let original = try Bitmap(image)
    return ExplanationPainter(
      layout: layout(scale: scale), image: try original.limited(toSide: Self.imageSide),
      patches: try patches(),
      exemplars: try exemplars.mapValues { try $0.prefix(3).map { try Bitmap($0).limited(toSide: Self.patchSide) } })
  }

  var contributions: [Double] {
    report.explanations.flatMap { explanation in
      explanation.pictured.map(explanation.shown)
        + (explanation.measured == nil ? explanation.edges.map(\.contribution) : [])
    }
  }

  /// The scale of colours that all panels share.
  var scale: DivergingScale { DivergingScale(values: contributions) }

  func layout() -> ExplanationLayout { layout(scale: scale) }

  private func layout(scale: DivergingScale) -> ExplanationLayout {
    ExplanationLayoutBuilder(
      report: report, imageWidth: max(image.width, 1), imageHeight: max(image.height, 1),
      exemplarCounts: exemplars.mapValues(\.count), maxEdges: maxEdges, scale: scale
    ).build()
  }

  private func patches() throws -> [[Bitmap?]] {
    try report.explanations.map { explanation in
      try explanation.pictured.map { node in
        guard explanation.isSeen(node),
          let box = (node.largestRegion ?? node.node.box)?.clamped(toWidth: image.width, height: image.height)
        else { return nil }
        return try Bitmap(image, crop: box).limited(toSide: Self.patchSide)
      }
    }
  }
}

extension ExplanationReport.ClassExplanation {
  /// What pictures show of a concept: what was measured, 0 where nothing of it has a place; else what the reasoning
  /// network predicts.
  func shown(_ node: ExplanationReport.Node) -> Double {
    measured == nil ? node.contribution : node.measured?.part.effect ?? 0
  }

  /// Whether pictures show a concept at a place: where it was measured, that is, if it has one.
  func isSeen(_ node: ExplanationReport.Node) -> Bool {
    measured == nil ? node.node.detected : node.measured != nil
  }
}

extension ExplanationReport.Node {
  /// The box of the largest of its places that were measured.
  var largestRegion: Box? { measured?.regions.max { $0.mask.area < $1.mask.area }?.box }
}
