import Images

/// A patch region in a few hundred bytes: of its mask only what lies in its box. All regions of a set of images are in memory at once.
struct CompactRegion: Sendable {
  private let width: Int
  private let height: Int
  private let box: Box
  /// Row-major within the box, eight pixels a byte, the first in the lowest bit.
  private let bits: [UInt8]

  /// The region, packed.
  init(_ region: PatchRegion) {
    let box = region.box
    var bits = [UInt8](repeating: 0, count: (box.width * box.height + 7) / 8)
    region.mask.forEachPixel { x, y in
      let (column, row) = (x - box.x, y - box.y)
      guard (0..<box.width).contains(column), (0..<box.height).contains(row) else { return }
      let position = row * box.width + column
      bits[position >> 3] |= 1 << UInt8(position & 7)
    }
    (width, height, self.box, self.bits) = (region.mask.width, region.mask.height, box, bits)
  }

  /// The region.
  var region: PatchRegion {
    var mask = Mask(width: width, height: height)
    for position in 0..<box.width * box.height where bits[position >> 3] >> UInt8(position & 7) & 1 == 1 {
      mask[box.x + position % box.width, box.y + position / box.width] = true
    }
    return PatchRegion(mask: mask, box: box)
  }
}
