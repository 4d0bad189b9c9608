import Images

/// Pixels that several patches of an image give.
package struct PatchUnion: Sendable, Equatable {
  package var mask: Mask
  /// Positions of the patches among the image's, and the pixels of each.
  package fileprivate(set) var parts: [Int: Int] = [:]
}

/// Unions of one image's patches that share no pixel, as they grow.
package struct PatchUnions {
  private let width: Int
  private let height: Int
  /// The union of each pixel, row-major; -1 for none.
  private var labels: [Int32]
  private var parts: [[Int: Int]]
  private var areas: [Int]

  package init(count: Int, width: Int, height: Int) {
    (self.width, self.height) = (width, height)
    labels = [Int32](repeating: -1, count: width * height)
    parts = [[Int: Int]](repeating: [:], count: count)
    areas = [Int](repeating: 0, count: count)
  }

  /// The pixels of `mask` that no union has, as far as they lie in `bounds`; none of a mask of other extents.
  package func free(of mask: Mask, within bounds: Mask?) -> [Int] {
    guard mask.width == width, mask.height == height else { return [] }
    var free: [Int] = []
    mask.forEachPixel { x, y in
      let pixel = y * width + x
      if labels[pixel] < 0, bounds?[pixel] ?? true { free.append(pixel) }
    }
    return free
  }

  package func area(of union: Int) -> Int { areas[union] }

  /// Gives free pixels of a patch to a union.
  package mutating func give(_ pixels: some Collection<Int>, of patch: Int, to union: Int) {
    guard !pixels.isEmpty else { return }
    for pixel in pixels { labels[pixel] = Int32(union) }
    parts[union][patch, default: 0] += pixels.count
    areas[union] += pixels.count
  }

  /// The unions; nil for an empty one.
  package var unions: [PatchUnion?] {
    zip(Mask.partition(width: width, height: height, labels: labels, count: parts.count), parts).map { mask, parts in
      mask.area > 0 ? PatchUnion(mask: mask, parts: parts) : nil
    }
  }
}
