import Drawing
import Images
import Reports

/// The pictures of a removal strip: the image with concepts blurred away.
struct RemovalPictures {
  var image: RGBImage
  var nodes: [ExplanationReport.Node]

  /// Longest side in pixels.
  private static let side = 300

  /// A picture per step.
  func pictures(of steps: [RemovalStrip.Step]) throws -> [Bitmap] {
    guard !steps.isEmpty else { return [] }
    let small = try Bitmap(image).limited(toSide: Self.side)
    let (shown, blurred) = (small.image(), small.image().obscured())
    return try steps.map { step in
      guard !step.hidden.isEmpty else { return small }
      let hidden = nodes.filter { step.hidden.contains($0.node.number) }.flatMap { $0.measured?.regions ?? [] }
      let mask = mask(of: hidden.compactMap(RegionShape.init), width: shown.width, height: shown.height)
      return try Bitmap(shown.replaced(in: mask, by: blurred))
    }
  }

  /// Where regions lie in a picture of the image.
  private func mask(of regions: [RegionShape], width: Int, height: Int) -> Mask {
    var mask = Mask(width: width, height: height)
    let (scaleX, scaleY) = (Double(image.width) / Double(width), Double(image.height) / Double(height))
    for y in 0..<height {
      for x in 0..<width
      where regions.contains(where: { $0.contains((Double(x) + 0.5) * scaleX, (Double(y) + 0.5) * scaleY) }) {
        mask[x, y] = true
      }
    }
    return mask
  }
}
