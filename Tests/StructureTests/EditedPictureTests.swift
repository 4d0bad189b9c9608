import Images
import Networks
import Testing

@testable import Structure

/// How an edited input is laid on the original image.
@Suite struct EditedPictureTests {
  /// The input is the middle of an original twice its size, and shows it at half its size.
  private let geometry = InputGeometry(
    inputWidth: 20, inputHeight: 20, resizedWidth: 40, resizedHeight: 20, left: 10, top: 0, originalWidth: 80,
    originalHeight: 40)

  private func square(_ left: Int, _ top: Int, _ size: Int = 8) -> Mask {
    var mask = Mask(width: 20, height: 20)
    for y in top..<top + size { for x in left..<left + size { mask[x, y] = true } }
    return mask
  }

  @Test func onlyWhatWasEditedChanges() {
    let original = RGBImage(width: 80, height: 40, filledWith: (10, 20, 30))
    var edited = EditedPicture(RGBImage(width: 20, height: 20, filledWith: (200, 200, 200)))
    #expect(edited.laid(on: original, geometry: geometry) == original)
    edited.apply(.mask(level: 120), patch: square(6, 6))
    let result = edited.laid(on: original, geometry: geometry)
    func red(_ x: Int, _ y: Int) -> UInt8 { result.samples[(y * 80 + x) * 3] }
    // The patch's middle, at (10, 10) of the input, is at (20 + 20, 20) of the original.
    #expect(red(40, 20) == 120)
    // Inside the input's frame but far from the patch, and outside the frame.
    #expect(red(21, 1) == 10 && red(58, 38) == 10 && red(5, 20) == 10 && red(75, 20) == 10)
  }

  @Test func editsAddUp() {
    var edited = EditedPicture(RGBImage(width: 20, height: 20, filledWith: (200, 200, 200)))
    edited.apply(.mask(level: 0), patch: square(0, 0, 6))
    edited.apply(.mask(level: 90), patch: square(12, 12, 6))
    #expect(edited.picture.samples[(2 * 20 + 2) * 3] == 0 && edited.picture.samples[(14 * 20 + 14) * 3] == 90)
    // The second edit leaves the opacity of the first.
    #expect(edited.opacity.values[2 * 20 + 2] > 0.9 && edited.opacity.values[14 * 20 + 14] > 0.9)
    #expect(edited.opacity.values[2 * 20 + 17] == 0)
  }
}
