import Drawing
import Images

/// A place of a concept in the image: `box`, in the image's pixels, is where the box of its mask lies.
struct RegionShape {
  private let box: Box
  private let mask: Mask
  private let source: Box

  /// How much of a pixel outside remains visible in a cutout.
  private static let surroundings = 0.25

  /// Nil where nothing of it is in the image.
  init?(_ region: (box: Box, mask: Mask)) {
    guard let source = region.mask.boundingBox, source.width > 0, source.height > 0, region.box.width > 0,
      region.box.height > 0
    else { return nil }
    (box, mask, self.source) = (region.box, region.mask, source)
  }

  /// Whether a point of the image, in its pixels, belongs to the place.
  func contains(_ x: Double, _ y: Double) -> Bool {
    let (u, v) = ((x - Double(box.x)) / Double(box.width), (y - Double(box.y)) / Double(box.height))
    guard (0..<1).contains(u), (0..<1).contains(v) else { return false }
    return mask[
      source.x + min(Int(u * Double(source.width)), source.width - 1),
      source.y + min(Int(v * Double(source.height)), source.height - 1)]
  }

  /// A picture of `part` of the image without what does not belong to the place: that fades towards white.
  func cutout(of part: Box, in picture: RGBImage) -> RGBImage {
    var picture = picture
    for row in 0..<picture.height {
      let y = Double(part.y) + (Double(row) + 0.5) / Double(picture.height) * Double(part.height)
      for column in 0..<picture.width {
        let x = Double(part.x) + (Double(column) + 0.5) / Double(picture.width) * Double(part.width)
        guard !contains(x, y) else { continue }
        let first = (row * picture.width + column) * 3
        for sample in first..<first + 3 {
          picture.samples[sample] = UInt8(
            Double(picture.samples[sample]) * Self.surroundings + 255 * (1 - Self.surroundings))
        }
      }
    }
    return picture
  }
}
