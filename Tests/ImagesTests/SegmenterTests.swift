import Foundation
import Images
import TestSupport
import Testing

@Suite("Segmenters other than SLIC")
struct SegmenterTests {
  private static let sameAsReference = 0.95
  private static let all = ["felzenszwalb", "quickshift", "watershed"]

  @Test("Each partitions drawings as scikit-image does", arguments: all)
  func drawings(segmenter: String) throws {
    let fixture: Fixtures.Segmenters = try Fixtures.load("segmenters.json")
    var compared = 0
    for image in fixture.images {
      let decoded = try RGBImage.decode([UInt8](image.file))
      for expected in image.cases where expected.segmenter == segmenter {
        let index = adjustedRandIndex(try expected.segment(decoded).labels, try expected.labels.decodedLabels())
        #expect(index >= Self.sameAsReference, "\(expected.options): \(index)")
        compared += 1
      }
    }
    #expect(compared == 6)
  }

  @Test(
    "Each partitions real images as scikit-image does",
    .enabled(if: Assets.root != nil, "needs the asset folder: set VRX_ASSETS"), arguments: all)
  func photographs(segmenter: String) throws {
    let root = try #require(Assets.root)
    let fixture: Fixtures.SegmentedPhotographs = try Fixtures.load("segmenters_photographs.json")
    var compared = 0
    for photograph in fixture.photographs {
      let image = try RGBImage.read(path: root.appendingPathComponent(photograph.path).path)
        .resized(width: fixture.size, height: fixture.size, filter: .bicubic)
      for expected in photograph.cases where expected.segmenter == segmenter {
        let index = adjustedRandIndex(try expected.segment(image).labels, try expected.labels.decodedLabels())
        #expect(index >= Self.sameAsReference, "\(photograph.path), \(expected.options): \(index)")
        compared += 1
      }
    }
    #expect(compared >= 9)
  }

  @Test("Several resolutions at once are those of each alone, and every superpixel has pixels")
  func resolutions() throws {
    let fixture: Fixtures.Segmenters = try Fixtures.load("segmenters.json")
    let image = try RGBImage.decode([UInt8](try #require(fixture.images.first).file))
    let graphs = Felzenszwalb.segment(image, scales: [800, 100])
    #expect(graphs == [800, 100].flatMap { Felzenszwalb.segment(image, scales: [$0]) })
    let shifts = Quickshift.segment(image, maxDistances: [12, 4], kernelSize: 3)
    #expect(shifts == [12, 4].flatMap { Quickshift.segment(image, maxDistances: [$0], kernelSize: 3) })
    let floods = Watershed.segment(image, markers: [10, 60])
    #expect(floods == [10, 60].flatMap { Watershed.segment(image, markers: [$0]) })
    for pair in [graphs, shifts, floods] { #expect(pair[0].count < pair[1].count) }
    for result in graphs + shifts + floods {
      #expect(Superpixels(width: image.width, height: image.height, labels: result.labels) == result)
    }
  }

  @Test("No segment of felzenszwalb's is smaller than asked for")
  func leastSize() throws {
    let fixture: Fixtures.Segmenters = try Fixtures.load("segmenters.json")
    let image = try RGBImage.decode([UInt8](try #require(fixture.images.first).file))
    for least in [5, 60] {
      let areas = Felzenszwalb.segment(image, scales: [30], sigma: 0, minSize: least)[0].masks().map(\.area)
      #expect(try #require(areas.min()) >= least)
    }
  }

  @Test("Two halves are two segments, whatever the segmenter")
  func halves() {
    let samples = (0..<32 * 32).flatMap { [UInt8](repeating: $0 % 32 < 16 ? 30 : 220, count: 3) }
    let image = RGBImage(width: 32, height: 32, samples: samples)
    let sides = (0..<32 * 32).map { Int32($0 % 32 < 16 ? 0 : 1) }
    #expect(Felzenszwalb.segment(image, scales: [100], sigma: 0)[0].labels == sides)
    #expect(adjustedRandIndex(Watershed.segment(image, markers: [4])[0].labels.map { $0 % 2 }, sides) == 1)
    let shift = Quickshift.segment(image, maxDistances: [20], kernelSize: 4)[0]
    for number in 0..<shift.count {
      let inside = Set(shift.labels.indices.filter { shift.labels[$0] == Int32(number) }.map { sides[$0] })
      #expect(inside.count == 1, "a segment lies in both halves")
    }
  }

  @Test(
    "Images and options at the edge of sense give a partition",
    arguments: [(1, 1), (1, 9), (90, 2), (7, 5), (0, 0)])
  func degenerate(width: Int, height: Int) {
    let image = RGBImage(width: width, height: height, samples: (0..<width * height * 3).map { UInt8($0 * 37 % 256) })
    var results: [Superpixels] = []
    for value in [-1.0, 0, 1, .infinity, .nan, 1e300] {
      results += Felzenszwalb.segment(image, scales: [value], sigma: value, minSize: .max)
      results += Quickshift.segment(image, maxDistances: [value], kernelSize: value, ratio: value)
      results += Watershed.segment(image, markers: [.min, 0, 3, .max], compactness: value)
    }
    for result in results {
      #expect(result.labels.count == width * height)
      #expect(Set(result.labels) == Set((0..<result.count).map(Int32.init)))
    }
    #expect(Felzenszwalb.segment(image, scales: []).isEmpty)
    #expect(Quickshift.segment(image, maxDistances: []).isEmpty)
    #expect(Watershed.segment(image, markers: []).isEmpty)
  }
}
