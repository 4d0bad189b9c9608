import Foundation
import Images
import TestSupport
import Testing

@Suite("Superpixels")
struct SuperpixelTests {
  private static let sameAsReference = 0.95

  @Test("CIELAB equals scikit-image's")
  func lab() throws {
    let fixture: Fixtures.Segmentations = try Fixtures.load("superpixels.json")
    let lab = LabImage(try RGBImage.decode([UInt8](fixture.lab.file)))
    let expected = fixture.lab.values.floats
    #expect(expected.count == lab.width * lab.height * 3)
    for pixel in 0..<lab.width * lab.height {
      for (value, channel) in zip([lab.lightness[pixel], lab.a[pixel], lab.b[pixel]], 0...) {
        #expect(abs(value - expected[pixel * 3 + channel]) < 1e-3)
      }
    }
  }

  @Test("SLIC partitions drawings as scikit-image does")
  func drawings() throws {
    let fixture: Fixtures.Segmentations = try Fixtures.load("superpixels.json")
    for image in fixture.images {
      let decoded = try RGBImage.decode([UInt8](image.file))
      for expected in image.cases {
        let result = SLIC.segment(
          decoded, segments: expected.segments, compactness: expected.compactness, sigma: expected.sigma)
        let index = adjustedRandIndex(result.labels, try expected.labels.decodedLabels())
        #expect(index >= Self.sameAsReference, "\(expected.segments) segments, σ = \(expected.sigma): \(index)")
      }
    }
  }

  @Test(
    "SLIC partitions real images as scikit-image does",
    .enabled(if: Assets.root != nil, "needs the asset folder: set VRX_ASSETS"))
  func photographs() throws {
    let root = try #require(Assets.root)
    let fixture: Fixtures.Photographs = try Fixtures.load("photographs.json")
    var indices: [Double] = []
    for expected in fixture.cases {
      let image = try RGBImage.read(path: root.appendingPathComponent(expected.path).path)
        .resized(width: fixture.size, height: fixture.size, filter: .bicubic)
      let result = SLIC.segment(image, segments: expected.segments)
      let index = adjustedRandIndex(result.labels, try expected.labels.decodedLabels())
      #expect(index >= Self.sameAsReference, "\(expected.path), \(expected.segments) segments: \(index)")
      indices.append(index)
    }
    #expect(indices.count == 24)
  }

  @Test("Every superpixel has pixels, their masks partition the image, and several counts at once change nothing")
  func partition() throws {
    let fixture: Fixtures.Segmentations = try Fixtures.load("superpixels.json")
    let image = try RGBImage.decode([UInt8](try #require(fixture.images.first).file))
    let results = SLIC.segment(image, segments: [15, 50])
    #expect(results == [SLIC.segment(image, segments: 15), SLIC.segment(image, segments: 50)])
    for result in results {
      let masks = result.masks()
      #expect(masks.count == result.count && masks.allSatisfy { $0.area > 0 })
      for (pixel, label) in result.labels.enumerated() {
        for (number, mask) in masks.enumerated() { #expect(mask[pixel] == (number == Int(label))) }
      }
    }
  }

  @Test("Threads do not disturb each other")
  func concurrent() async throws {
    let fixture: Fixtures.Segmentations = try Fixtures.load("superpixels.json")
    let image = try RGBImage.decode([UInt8](try #require(fixture.images.first).file))
    let alone = SLIC.segment(image, segments: 30)
    await withTaskGroup(of: Superpixels.self) { group in
      for _ in 0..<8 { group.addTask { SLIC.segment(image, segments: 30) } }
      for await result in group { #expect(result == alone) }
    }
  }

  @Test(
    "Images and options at the edge of sense give a partition",
    arguments: [(1, 1), (1, 9), (300, 2), (7, 5), (0, 0)])
  func degenerate(width: Int, height: Int) {
    let image = RGBImage(width: width, height: height, samples: (0..<width * height * 3).map { UInt8($0 * 37 % 256) })
    for segments in [Int.min, 0, 1, 4, 10_000, .max] {
      for (compactness, sigma) in [(20.0, 1.0), (0, -1), (.nan, .nan), (.infinity, .infinity)] {
        let result = SLIC.segment(
          image, segments: segments, compactness: compactness, sigma: sigma, maxIterations: segments == 1 ? 0 : 3)
        #expect(result.labels.count == width * height)
        #expect(Set(result.labels) == Set((0..<result.count).map(Int32.init)))
      }
    }
  }
}

/// Agreement of two partitions, 1 where they are the same and 0 on average by chance (Hubert and Arabie 1985).
func adjustedRandIndex(_ left: [Int32], _ right: [Int32]) -> Double {
  guard left.count == right.count, !left.isEmpty else { return -1 }
  func pairs(_ counts: some Sequence<Int>) -> Double { counts.reduce(0) { $0 + Double($1) * Double($1 - 1) / 2 } }
  func counts<Key: Hashable>(_ keys: some Sequence<Key>) -> [Int] {
    Array(keys.reduce(into: [Key: Int]()) { $0[$1, default: 0] += 1 }.values)
  }
  let both = pairs(counts(zip(left, right).map { [$0, $1] }))
  let (inLeft, inRight) = (pairs(counts(left)), pairs(counts(right)))
  let chance = inLeft * inRight / pairs([left.count])
  let most = (inLeft + inRight) / 2
  return most == chance ? 1 : (both - chance) / (most - chance)
}
