import Images
import Testing

@testable import Structure

@Suite struct PatchEditTests {
  /// A red square at (10..<20, 10..<20) on grey.
  private let picture: RGBImage = {
    var image = RGBImage(width: 60, height: 40, filledWith: (90, 90, 90))
    for y in 10..<20 {
      for x in 10..<20 { image.samples.replaceSubrange((y * 60 + x) * 3..<(y * 60 + x) * 3 + 3, with: [220, 10, 10]) }
    }
    return image
  }()

  private var patch: Mask {
    var mask = Mask(width: 60, height: 40)
    for y in 10..<20 { for x in 10..<20 { mask[x, y] = true } }
    return mask
  }

  private func pixel(_ image: RGBImage, _ x: Int, _ y: Int) -> [UInt8] {
    Array(image.samples[(y * image.width + x) * 3..<(y * image.width + x) * 3 + 3])
  }

  @Test func maskingGreysThePatchAlone() {
    let (edited, opacity) = PatchEdit.mask(level: 117).apply(to: picture, patch: patch)
    #expect(pixel(edited, 15, 15) == [117, 117, 117])
    #expect(pixel(edited, 30, 30) == [90, 90, 90] && pixel(edited, 15, 25) == [90, 90, 90])
    #expect(opacity.values[15 * 60 + 15] == 1 && opacity.values[30 * 60 + 30] == 0)
  }

  @Test func replacingFitsTheContentToThePatchesBox() {
    let content = RGBImage(width: 7, height: 3, filledWith: (0, 0, 200))
    let (edited, _) = PatchEdit.replace(with: content).apply(to: picture, patch: patch)
    #expect(pixel(edited, 15, 15) == [0, 0, 200] && pixel(edited, 40, 15) == [90, 90, 90])
  }

  @Test func aSubstituteKeepsItsSizeAndCoversThePatch() {
    // A blue bar of 30 × 4 on green: wider than the patch and not as high.
    var source = RGBImage(width: 60, height: 40, filledWith: (20, 160, 20))
    for y in 30..<34 {
      for x in 25..<55 { source.samples.replaceSubrange((y * 60 + x) * 3..<(y * 60 + x) * 3 + 3, with: [0, 0, 200]) }
    }
    let edit = PatchEdit.substitute(box: Box(x: 25, y: 30, width: 30, height: 4), of: source)
    let (edited, opacity) = edit.apply(to: picture, patch: patch)
    #expect((3..<27).allSatisfy { pixel(edited, $0, 15) == [0, 0, 200] }, "middle on middle, as wide as it was")
    #expect(pixel(edited, 15, 12) == [20, 160, 20], "what surrounds it covers the rest of the patch")
    #expect(pixel(edited, 40, 15) == [90, 90, 90] && pixel(edited, 15, 25) == [90, 90, 90])
    #expect(opacity.values[15 * 60 + 15] == 1 && opacity.values[15 * 60 + 40] == 0)
    // At a border the window moves inside, and a source smaller than the patch covers what it can.
    var corner = Mask(width: 60, height: 40)
    for y in 0..<6 { for x in 56..<60 { corner[x, y] = true } }
    #expect(pixel(edit.apply(to: picture, patch: corner).picture, 45, 3) == [0, 0, 200])
    let small = RGBImage(width: 3, height: 3, filledWith: (0, 0, 200))
    let covered = PatchEdit.substitute(box: Box(x: 0, y: 0, width: 3, height: 3), of: small)
    #expect(pixel(covered.apply(to: picture, patch: patch).picture, 14, 14) != [220, 10, 10])
  }

  @Test func movingLeavesBackgroundBehind() {
    let (edited, opacity) = PatchEdit.move(to: (x: 0.75, y: 0.5)).apply(to: picture, patch: patch)
    #expect(pixel(edited, 45, 20) == [220, 10, 10])
    #expect(pixel(edited, 15, 15) == [90, 90, 90])
    #expect(opacity.values[15 * 60 + 15] == 1 && opacity.values[20 * 60 + 45] == 1 && opacity.values[2 * 60 + 2] == 0)
  }

  @Test func patchesChangePlaces() throws {
    var blue = picture
    var other = Mask(width: 60, height: 40)
    for y in 15..<25 {
      for x in 40..<50 {
        other[x, y] = true
        for (channel, value) in [UInt8(0), 0, 200].enumerated() { blue.samples[(y * 60 + x) * 3 + channel] = value }
      }
    }
    let swapped = try #require(PatchEdit.swapping(patch, other, in: blue))
    #expect(pixel(swapped, 45, 20) == [220, 10, 10] && pixel(swapped, 15, 15) == [0, 0, 200])
    #expect(pixel(swapped, 2, 2) == pixel(blue, 2, 2))
    #expect(PatchEdit.swapping(patch, Mask(width: 60, height: 40), in: blue) == nil)
  }

  @Test(arguments: [(x: -5.0, y: -5.0), (x: 9.0, y: 9.0), (x: 0.0, y: 1.0)])
  func aMoveStaysInsideThePicture(point: (x: Double, y: Double)) {
    let (edited, _) = PatchEdit.move(to: point).apply(to: picture, patch: patch)
    let red = (0..<60 * 40).count { edited.samples[$0 * 3] > 200 }
    #expect(red >= 36, "the whole patch is still there but for its blended border")
  }

  @Test func anEmptyOrMisfitPatchChangesNothing() {
    for patch in [Mask(width: 60, height: 40), Mask(width: 5, height: 5)] {
      for edit in [
        PatchEdit.mask(level: 0), .move(to: (0.5, 0.5)), .replace(with: picture),
        .substitute(box: Box(x: 0, y: 0, width: 9, height: 9), of: picture),
      ] {
        #expect(edit.apply(to: picture, patch: patch).picture == picture)
      }
    }
  }
}
