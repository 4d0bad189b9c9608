import Testing

@testable import Images

@Suite struct BlendingTests {
  private func ramp(width: Int, height: Int) -> RGBImage {
    var image = RGBImage(width: width, height: height, filledWith: (0, 0, 0))
    for y in 0..<height {
      for x in 0..<width {
        let place = (y * width + x) * 3
        (image.samples[place], image.samples[place + 1], image.samples[place + 2]) = (
          UInt8(4 * x), UInt8(5 * y), UInt8(2 * x + 3 * y)
        )
      }
    }
    return image
  }

  private func square(_ x: Range<Int>, _ y: Range<Int>, in image: RGBImage) -> Mask {
    var mask = Mask(width: image.width, height: image.height)
    for row in y { for column in x { mask[column, row] = true } }
    return mask
  }

  /// A linear ramp solves Laplace's equation: what is filled in is what was there.
  @Test func inpaintingContinuesWhatIsAround() {
    let image = ramp(width: 40, height: 30)
    let hole = square(10..<25, 8..<20, in: image)
    let filled = image.filled(hole, with: 255).inpainted(hole)
    let worst = zip(filled.samples, image.samples).map { abs(Int($0) - Int($1)) }.max() ?? 255
    #expect(worst <= 1)
  }

  @Test func inpaintingLeavesTheRest() {
    let image = ramp(width: 20, height: 20)
    let corner = square(0..<5, 0..<5, in: image)
    let filled = image.inpainted(corner)
    for index in 0..<400 where !corner[index] {
      #expect(filled.samples[index * 3..<index * 3 + 3] == image.samples[index * 3..<index * 3 + 3])
    }
    let everything = square(0..<20, 0..<20, in: image)
    #expect(image.inpainted(everything) == image)
    #expect(image.inpainted(Mask(width: 20, height: 20)) == image)
    #expect(image.inpainted(Mask(width: 3, height: 3)) == image)
  }

  @Test func opacityMixesThePictures() {
    let image = RGBImage(width: 3, height: 1, filledWith: (0, 100, 200))
    let overlay = RGBImage(width: 3, height: 1, filledWith: (200, 100, 0))
    let mixed = image.blending(overlay, opacity: FloatMap(width: 3, height: 1, values: [0, 0.5, 1]))
    #expect(mixed.samples == [0, 100, 200, 100, 100, 100, 200, 100, 0])
    let misfit = image.blending(overlay, opacity: FloatMap(width: 1, height: 1, values: [1]))
    #expect(misfit == image)
  }

  @Test func featheringFallsOffAcrossTheBorder() {
    let image = RGBImage(width: 20, height: 20, filledWith: (0, 0, 0))
    let soft = square(5..<15, 0..<20, in: image).feathered(radius: 2)
    let row = Array(soft.values[200..<220])
    #expect(row[2] == 0 && row[10] == 1 && row[17] == 0)
    for (value, expected) in zip(row[3...7], [0.2, 0.4, 0.6, 0.8, 1]) { #expect(abs(value - Float(expected)) < 1e-5) }
  }
}
