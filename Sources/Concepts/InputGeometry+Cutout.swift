import Images
import Networks

extension InputGeometry {
  /// How much of a pixel outside the patch remains visible.
  private static let surroundings = 0.25

  /// A patch cut out of the original image around its box; pixels outside the patch fade towards white.
  ///
  /// `mask` and `box` are in the frame of the network's input.
  package func cutout(of mask: Mask, box: Box, from original: RGBImage) -> RGBImage {
    let frame = originalBox(box)
    var image = original.cropped(to: frame)
    for y in 0..<image.height {
      for x in 0..<image.width {
        let point = inputPoint(
          x: (Double(max(0, frame.x) + x) + 0.5) / Double(original.width),
          y: (Double(max(0, frame.y) + y) + 0.5) / Double(original.height))
        let (column, row) = (Int(point.x * Double(mask.width)), Int(point.y * Double(mask.height)))
        let inside = (0..<mask.width).contains(column) && (0..<mask.height).contains(row) && mask[column, row]
        guard !inside else { continue }
        for channel in 0..<3 {
          let position = (y * image.width + x) * 3 + channel
          let seen = Double(image.samples[position]) * Self.surroundings
          image.samples[position] = UInt8(seen + 255 * (1 - Self.surroundings))
        }
      }
    }
    return image
  }
}
