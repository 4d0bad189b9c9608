import Images
import Testing

@Suite("Masks")
struct MaskTests {
  @Test("Area, box, centroid and overlap of a set of pixels")
  func measures() throws {
    var mask = Mask(width: 70, height: 3)
    #expect(mask.boundingBox == nil && mask.centroid == nil && mask.area == 0)
    mask[3, 0] = true
    mask[69, 2] = true
    #expect(mask.boundingBox == Box(x: 3, y: 0, width: 67, height: 3))
    var visited: [[Int]] = []
    mask.forEachPixel { visited.append([$0, $1]) }
    #expect(visited == [[3, 0], [69, 2]])
    let centroid = try #require(mask.centroid)
    #expect(abs(centroid.x - 36.5 / 70) < 1e-12 && abs(centroid.y - 0.5) < 1e-12)
    var other = Mask(width: 70, height: 3)
    other[69, 2] = true
    #expect(mask.jaccardIndex(other) == 0.5 && mask.intersectionArea(other) == 1)
    mask[3, 0] = false
    #expect(mask == other)
  }

  @Test("Sets are united")
  func unions() {
    func mask(_ pixels: [(Int, Int)]) -> Mask {
      var mask = Mask(width: 70, height: 3)
      for (x, y) in pixels { mask[x, y] = true }
      return mask
    }
    var union = mask([(3, 0), (69, 2)])
    union.formUnion(mask([(3, 0), (5, 1)]))
    #expect(union == mask([(3, 0), (5, 1), (69, 2)]) && union.area == 3)
    union.formUnion(Mask(width: 3, height: 70, contains: [Bool](repeating: true, count: 210)))
    #expect(union.area == 3)
    #expect(Mask(unionOf: []) == nil && Mask(unionOf: [union, mask([(0, 0)])])?.area == 4)
  }

  @Test("A mask for each label")
  func partition() {
    let masks = Mask.partition(width: 3, height: 2, labels: [0, 1, 1, 2, 7, -1], count: 3)
    let expected = [
      [true, false, false, false, false, false], [false, true, true, false, false, false],
      [false, false, false, true, false, false],
    ].map { Mask(width: 3, height: 2, contains: $0) }
    #expect(masks == expected)
    #expect(Mask.partition(width: 0, height: 0, labels: [], count: 0).isEmpty)
  }
}
