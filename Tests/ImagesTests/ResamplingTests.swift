import Foundation
import Images
import Testing

@Suite("Resampling")
struct ResamplingTests {
  @Test("Every filter equals Pillow's to the bit, up and down, on one axis and on both")
  func agreesWithPillow() throws {
    let fixture: Fixtures.Resampling = try Fixtures.load("resampling.json")
    let image = fixture.image
    #expect(fixture.cases.count == 32)
    for expected in fixture.cases {
      let filter = try #require(ResamplingFilter(rawValue: expected.filter))
      let resized = image.resized(width: expected.width, height: expected.height, filter: filter)
      let difference = largestDifference(resized.samples, expected.samples)
      #expect(difference == 0, "\(filter) to \(expected.width) × \(expected.height)")
    }
  }

  @Test("Float maps equal PyTorch's interpolate")
  func agreesWithPyTorch() throws {
    let fixture: Fixtures.Resampling = try Fixtures.load("resampling.json")
    for expected in fixture.maps {
      let result = fixture.map.map.resizedBilinear(width: expected.width, height: expected.height)
      let difference = zip(result.values, expected.map.values).map { abs($0 - $1) }.max() ?? .infinity
      #expect(difference < 1e-5 && result.values.count == expected.width * expected.height)
    }
  }

  @Test("A patch is grey outside its mask, cropped, and resized bicubically")
  func patch() throws {
    let fixture: Fixtures.Resampling = try Fixtures.load("resampling.json")
    let patch = fixture.patch
    let (box, hole) = (Box(patch.box), Box(patch.hole))
    var mask = Mask(width: fixture.width, height: fixture.height)
    for y in box.y..<box.y + box.height {
      for x in box.x..<box.x + box.width { mask[x, y] = true }
    }
    for y in hole.y..<hole.y + hole.height {
      for x in hole.x..<hole.x + hole.width { mask[x, y] = false }
    }
    #expect(mask.boundingBox == box)
    let result = fixture.image.patch(mask: mask, box: box, fill: patch.fill, width: patch.size, height: patch.size)
    #expect(largestDifference(result.samples, patch.samples) == 0)

    let filled = fixture.image.filled(mask, with: 117)
    for y in 0..<fixture.height {
      for x in 0..<fixture.width {
        let position = (y * fixture.width + x) * 3
        let expected = mask[x, y] ? [117, 117, 117] : Array(fixture.image.samples[position..<position + 3])
        #expect(Array(filled.samples[position..<position + 3]) == expected)
      }
    }
  }

  @Test("A crop outside the image, of nothing, or to nothing does not fail")
  func degenerate() {
    let image = RGBImage(width: 4, height: 3, samples: (0..<36).map { UInt8($0) })
    let corner = image.cropped(to: Box(x: 3, y: 2, width: 10, height: 10))
    #expect(corner == RGBImage(width: 1, height: 1, samples: [33, 34, 35]))
    #expect(image.cropped(to: Box(x: -2, y: -2, width: 3, height: 3)).samples == [0, 1, 2])
    let outside = image.cropped(to: Box(x: 9, y: 9, width: .max, height: .max))
    #expect(outside.samples.isEmpty)
    #expect(image.cropped(to: Box(x: .max, y: .min, width: .max, height: -1)).samples.isEmpty)
    let resized = outside.resized(width: 2, height: 2, filter: .bicubic)
    #expect(resized == RGBImage(width: 2, height: 2, filledWith: (0, 0, 0)))
    #expect(image.resized(width: 0, height: -3, filter: .lanczos).samples.count == 3)
    let nothing = FloatMap(width: 0, height: 0, values: []).resizedBilinear(width: 2, height: 1)
    #expect(nothing.values == [0, 0])
  }
}

extension Box {
  /// The rectangle [x, y, width, height].
  fileprivate init(_ numbers: [Int]) {
    self.init(x: numbers[0], y: numbers[1], width: numbers[2], height: numbers[3])
  }
}
