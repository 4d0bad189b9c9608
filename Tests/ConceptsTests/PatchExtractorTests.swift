import Testing

@testable import Concepts
@testable import Images

@Suite struct PatchExtractorTests {
  /// Superpixels of a 10 × 10 image by a function of the pixel's column and row.
  private func segmentation(_ label: (Int, Int) -> Int32, count: Int) -> Superpixels {
    let labels = (0..<100).map { label($0 % 10, $0 / 10) }
    return Superpixels(width: 10, height: 10, labels: labels, count: count)
  }

  private func mask(_ contains: (Int, Int) -> Bool) -> Mask {
    Mask(width: 10, height: 10, contains: (0..<100).map { contains($0 % 10, $0 / 10) })
  }

  private var extractor: PatchExtractor { PatchExtractor(options: DiscoveryOptions()) }

  @Test func everySegmentIsACandidateWithoutAttention() {
    let halves = segmentation({ x, _ in x < 5 ? 0 : 1 }, count: 2)
    let regions = extractor.candidates(in: [halves], attention: nil, rule: .inside)
    #expect(regions.map(\.box) == [Box(x: 0, y: 0, width: 5, height: 10), Box(x: 5, y: 0, width: 5, height: 10)])
    #expect(regions.map(\.mask.area) == [50, 50], "the last label is not lost")
  }

  @Test func attentionLetsPassWhatIsInsideOrTouching() {
    let quarters = segmentation({ x, y in (x < 5 ? 0 : 1) + (y < 5 ? 0 : 2) }, count: 4)
    let attention = mask { x, y in y < 5 || (x == 9 && y == 9) }
    let inside = extractor.candidates(in: [quarters], attention: attention, rule: .inside)
    #expect(inside.map(\.box.y) == [0, 0])
    let touching = extractor.candidates(in: [quarters], attention: attention, rule: .touching)
    #expect(touching.map { [$0.box.x, $0.box.y] } == [[0, 0], [5, 0], [5, 5]])
  }

  @Test func overlapIsMeasuredAgainstEarlierResolutionsOnly() {
    let halves = segmentation({ x, _ in x < 5 ? 0 : 1 }, count: 2)
    // 0: 60 pixels, Jaccard 50 / 60 with the left half; 1: 20 of the right half's 50; 2: 20 likewise.
    let finer = segmentation({ x, _ in x < 6 ? 0 : x < 8 ? 1 : 2 }, count: 3)
    let regions = extractor.candidates(in: [halves, finer], attention: nil, rule: .inside)
    #expect(regions.map(\.mask.area) == [50, 50, 20, 20])
    let twice = extractor.candidates(in: [halves, halves, finer], attention: nil, rule: .inside)
    #expect(twice == regions, "a repeated segment adds nothing")
  }

  @Test func anOverlapOfExactlyTheMostIsKept() {
    let left = segmentation({ x, _ in x < 5 ? 0 : 1 }, count: 2)
    let quarter = segmentation({ x, y in x < 5 && y < 5 ? 0 : 1 }, count: 2)
    let regions = extractor.candidates(in: [left, quarter], attention: nil, rule: .inside)
    #expect(regions.map(\.mask.area).contains(25))
  }

  @Test func segmentsThatARuleRefusedDoNotCountAsEarlier() {
    let whole = segmentation({ _, _ in 0 }, count: 1)
    let attention = mask { _, y in y < 9 }
    let most = segmentation({ _, y in y < 9 ? 0 : 1 }, count: 2)
    let regions = extractor.candidates(in: [whole, most], attention: attention, rule: .inside)
    #expect(regions.map(\.mask.area) == [90])
  }

  @Test func smallSegmentsAreLeftOut() {
    var options = DiscoveryOptions()
    options.patches.minAreaFraction = 0.1
    let strip = segmentation({ x, _ in x == 0 ? 0 : 1 }, count: 2)
    let regions = PatchExtractor(options: options).candidates(in: [strip], attention: nil, rule: .inside)
    #expect(regions.map(\.mask.area) == [90], "a segment of exactly the least share is not above it")
  }

  @Test func realSegmentationsCoverTheImageOnce() {
    let image = ToyScenes.classImages(1)[0]
    var options = DiscoveryOptions()
    options.segmentation.segmentCounts = [4, 9]
    let extractor = PatchExtractor(options: options)
    let segmentations = extractor.segmentations(of: image)
    #expect(segmentations.count == 2)
    #expect(segmentations == extractor.segmentations(of: image))
    for segmentation in segmentations {
      #expect(segmentation.masks().reduce(0) { $0 + $1.area } == image.width * image.height)
    }
  }

  @Test func patchIsGreyOutsideItsRegion() {
    var image = RGBImage(width: 10, height: 10, filledWith: (200, 10, 10))
    image.samples[0] = 0
    let region = PatchRegion(mask: mask { x, y in x < 4 && y < 4 && x >= y }, box: Box(x: 0, y: 0, width: 4, height: 4))
    let patch = region.patch(of: image, fill: 117, width: 40, height: 40)
    #expect(patch.width == 40 && patch.height == 40)
    let lowerLeft = (39 * 40) * 3
    #expect(Array(patch.samples[lowerLeft..<lowerLeft + 3]) == [117, 117, 117])
    let upperRight = 39 * 3
    #expect(Array(patch.samples[upperRight..<upperRight + 3]) == [200, 10, 10])
  }
}
