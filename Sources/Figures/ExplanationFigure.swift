import Drawing
import Images
import Reports

/// The picture of an explanation: "why" and each "why not" side by side, on the image.
///
/// What was measured: concepts outlined at all their places, their effects with intervals beside those of random
/// regions, examples of what is missing, and the classifier's reaction as concepts are hidden. What is only predicted:
/// numbered concept discs, arrows for the strongest relations, and contributions. Colours follow one diverging scale that
/// all panels share: blue is for the class, orange against it, near-white is 0; its strength is the size.
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
    let layout = layout(scale: scale)
    let why = report.explanations.first(where: \.isWhy)
    return ExplanationPainter(
      layout: layout, image: try original.limited(toSide: Self.imageSide),
      patches: try patches(),
      exemplars: try exemplars.mapValues { try $0.prefix(3).map { try Bitmap($0).limited(toSide: Self.patchSide) } },
      steps: try RemovalPictures(image: image, nodes: why?.nodes ?? []).pictures(of: layout.strip?.steps ?? []))
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
          let box = (node.largest?.box ?? node.node.box)?.clamped(toWidth: image.width, height: image.height)
        else { return nil }
        let patch = try Bitmap(image, crop: box).limited(toSide: Self.patchSide)
        guard let shape = node.largest.flatMap(RegionShape.init) else { return patch }
        return try Bitmap(shape.cutout(of: box, in: patch.image()))
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
  /// The largest of its places that were measured.
  var largest: (box: Box, mask: Mask)? { measured?.regions.max { $0.mask.area < $1.mask.area } }

  /// A point of that place in the image, as near to its middle as there is one.
  var place: (x: Double, y: Double)? {
    guard let (box, mask) = largest, let source = mask.boundingBox, source.width > 0, source.height > 0 else {
      return nil
    }
    var sum = (x: 0.0, y: 0.0)
    mask.forEachPixel { x, y in sum = (sum.x + Double(x), sum.y + Double(y)) }
    let middle = (x: sum.x / Double(mask.area), y: sum.y / Double(mask.area))
    var nearest = (distance: Double.infinity, x: 0, y: 0)
    mask.forEachPixel { x, y in
      let (right, down) = (Double(x) - middle.x, Double(y) - middle.y)
      let distance = right * right + down * down
      if distance < nearest.distance { nearest = (distance, x, y) }
    }
    return (
      Double(box.x) + (Double(nearest.x - source.x) + 0.5) / Double(source.width) * Double(box.width),
      Double(box.y) + (Double(nearest.y - source.y) + 0.5) / Double(source.height) * Double(box.height)
    )
  }
}
