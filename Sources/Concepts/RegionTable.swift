import Base
import Images

/// The patch regions of a set of images, image by image.
struct RegionTable: Sendable {
  /// The row of each image's first region, counted over all images, and their number at the end.
  private(set) var firstRows = [0]
  private var records: ScratchRecords

  init(imageCount: Int) { records = ScratchRecords(count: imageCount) }

  init(_ regions: [[PatchRegion]]) throws {
    self.init(imageCount: regions.count)
    for list in regions { try append(list) }
  }

  var count: Int { firstRows.last ?? 0 }

  var imageCount: Int { firstRows.count - 1 }

  func rows(ofImage image: Int) -> Range<Int> { firstRows[image]..<firstRows[image + 1] }

  var images: [Int] { (0..<imageCount).flatMap { repeatElement($0, count: rows(ofImage: $0).count) } }

  /// Takes the regions of the next image.
  mutating func append(_ regions: [PatchRegion]) throws {
    var words: [UInt32] = []
    for region in regions {
      let (mask, box) = (region.mask, region.box)
      let runs = mask.runs
      for number in [box.x, box.y, box.width, box.height, mask.width, mask.height, runs.count] + runs {
        words.append(UInt32(truncatingIfNeeded: number))
      }
    }
    try records.set(imageCount, to: words)
    firstRows.append(count + regions.count)
  }

  func regions(ofImage image: Int) throws -> [PatchRegion] {
    try regions(ofImage: image, at: Array(0..<rows(ofImage: image).count))
  }

  /// An image's regions at `positions` in its list, which ascend.
  func regions(ofImage image: Int, at positions: [Int]) throws -> [PatchRegion] {
    let words = try records[image]
    var found: [PatchRegion] = []
    var (position, start) = (0, 0)
    for wanted in positions {
      while position < wanted {
        start += Self.headerWords + Int(words[start + Self.headerWords - 1])
        position += 1
      }
      found.append(try Self.region(words[start...]))
    }
    return found
  }

  /// Words before a region's runs: its box, its mask's extents, the number of runs.
  private static let headerWords = 7

  /// The region that `words` start with.
  private static func region(_ words: ArraySlice<UInt32>) throws -> PatchRegion {
    let header = words.prefix(headerWords).map(Int.init)
    let runs = words.dropFirst(headerWords).prefix(header[6]).map(Int.init)
    guard let mask = Mask(width: header[4], height: header[5], runs: runs) else {
      throw FileError(reason: "a region does not fit its image")
    }
    return PatchRegion(mask: mask, box: Box(x: header[0], y: header[1], width: header[2], height: header[3]))
  }
}
