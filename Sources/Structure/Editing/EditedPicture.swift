import Images
import Networks

/// A network's input with several edits, and how much of each pixel is new.
package struct EditedPicture: Sendable {
  /// The input with all edits so far.
  package private(set) var picture: RGBImage
  /// By pixel, the largest opacity of the edits so far: 0 where nothing changed.
  package private(set) var opacity: FloatMap

  package init(_ picture: RGBImage) {
    self.picture = picture
    opacity = FloatMap(
      width: picture.width, height: picture.height,
      values: [Float](repeating: 0, count: picture.width * picture.height))
  }

  /// Applies one more edit.
  ///
  /// - Parameter patch: the pixels that are edited, in the picture's frame.
  package mutating func apply(_ edit: PatchEdit, patch: Mask) {
    let changed = edit.apply(to: picture, patch: patch)
    picture = changed.picture
    opacity.values = zip(opacity.values, changed.opacity.values).map { max($0, $1) }
  }

  /// The original image with the edits, enlarged to its size. Pixels that no edit touches keep the original's values.
  ///
  /// - Parameter geometry: where the input lies in the original image.
  package func laid(on original: RGBImage, geometry: InputGeometry) -> RGBImage {
    let frame = geometry.originalBox(Box(x: 0, y: 0, width: geometry.inputWidth, height: geometry.inputHeight))
    let enlarged = picture.resized(width: frame.width, height: frame.height, filter: .bicubic)
    let cover = opacity.resizedBilinear(width: frame.width, height: frame.height)
    var result = original
    for y in 0..<frame.height {
      for x in 0..<frame.width where cover.values[y * frame.width + x] > 0 {
        let (from, to) = ((y * frame.width + x) * 3, ((frame.y + y) * original.width + frame.x + x) * 3)
        let share = min(cover.values[y * frame.width + x] * Self.coverage, 1)
        for channel in 0..<3 {
          let value =
            (1 - share) * Float(original.samples[to + channel]) + share * Float(enlarged.samples[from + channel])
          result.samples[to + channel] = UInt8(min(max(value.rounded(), 0), 255))
        }
      }
    }
    return result
  }

  /// Opacities from 1 / this on show the edited picture alone, which already contains the blend with its surroundings.
  private static let coverage: Float = 4
}
