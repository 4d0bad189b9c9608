/// A set of an image's pixels, one bit per pixel.
package struct Mask: Sendable, Hashable {
  package let width: Int
  package let height: Int
  /// Pixel y · width + x is bit (y · width + x) mod 64 of word (y · width + x) / 64; bits past the last pixel are 0.
  @usableFromInline
  private(set) var words: [UInt64]
  package private(set) var area = 0

  /// The empty set of an image of these extents.
  package init(width: Int, height: Int) {
    self.width = width
    self.height = height
    words = [UInt64](repeating: 0, count: (width * height + 63) / 64)
  }

  /// The pixels for which `contains`, given row-major, is true.
  package init(width: Int, height: Int, contains: [Bool]) {
    assert(width * height == contains.count, "a mask's extents must fit its values")
    self.init(width: width, height: height)
    for index in contains.indices where contains[index] {
      words[index >> 6] |= 1 << UInt64(index & 63)
      area += 1
    }
  }

  /// One mask for each label in `0..<count`: the pixels that have it. `labels` is row-major; labels outside the range
  /// are in no mask.
  package static func partition(width: Int, height: Int, labels: [Int32], count: Int) -> [Mask] {
    assert(width * height == labels.count, "labels must fit the extents")
    guard count > 0 else { return [] }
    let wordCount = (labels.count + 63) / 64
    var words = [UInt64](repeating: 0, count: wordCount * count)
    var areas = [Int](repeating: 0, count: count)
    words.withUnsafeMutableBufferPointer { words in
      for (index, label) in labels.enumerated() where label >= 0 && label < count {
        words[Int(label) * wordCount + (index >> 6)] |= 1 << UInt64(index & 63)
        areas[Int(label)] += 1
      }
    }
    return (0..<count).map { label in
      var mask = Mask(width: width, height: height)
      mask.words = Array(words[label * wordCount..<(label + 1) * wordCount])
      mask.area = areas[label]
      return mask
    }
  }

  /// Whether pixel `index` = y · width + x is in the set.
  package subscript(index: Int) -> Bool {
    get { words[index >> 6] >> UInt64(index & 63) & 1 == 1 }
    set {
      guard newValue != self[index] else { return }
      words[index >> 6] ^= 1 << UInt64(index & 63)
      area += newValue ? 1 : -1
    }
  }

  /// Whether the pixel at column `x` and row `y` is in the set.
  package subscript(x: Int, y: Int) -> Bool {
    get { self[y * width + x] }
    set { self[y * width + x] = newValue }
  }

  /// The set's pixels as bits, the first in the lowest bit of the first byte: the same for equal sets.
  package var bytes: [UInt8] { words.flatMap { word in withUnsafeBytes(of: word.littleEndian) { Array($0) } } }

  /// Calls `body` with column and row of each pixel in the set, in row-major order.
  @inlinable
  package func forEachPixel(_ body: (_ x: Int, _ y: Int) -> Void) {
    var (y, rowStart) = (0, 0)
    for (position, word) in words.enumerated() {
      var rest = word
      while rest != 0 {
        let index = position * 64 + rest.trailingZeroBitCount
        while index - rowStart >= width {
          y += 1
          rowStart += width
        }
        body(index - rowStart, y)
        rest &= rest - 1
      }
    }
  }

  /// The smallest rectangle around the set; nil where it is empty.
  package var boundingBox: Box? {
    var (left, top, right, bottom) = (width, height, -1, -1)
    forEachPixel { x, y in
      left = min(left, x)
      right = max(right, x)
      top = min(top, y)
      bottom = max(bottom, y)
    }
    return right < 0 ? nil : Box(x: left, y: top, width: right - left + 1, height: bottom - top + 1)
  }

  /// Mean position of the set's pixels in [0, 1]²; nil where it is empty.
  package var centroid: (x: Double, y: Double)? {
    var (sumX, sumY, count) = (0, 0, 0)
    forEachPixel { x, y in
      sumX += x
      sumY += y
      count += 1
    }
    guard count > 0 else { return nil }
    return (
      (Double(sumX) / Double(count) + 0.5) / Double(width), (Double(sumY) / Double(count) + 0.5) / Double(height)
    )
  }

  /// The set moved to the right and down; pixels that leave the image are lost.
  package func shifted(x right: Int, y down: Int) -> Mask {
    var result = Mask(width: width, height: height)
    forEachPixel { x, y in
      guard (0..<width).contains(x + right), (0..<height).contains(y + down) else { return }
      result[x + right, y + down] = true
    }
    return result
  }

  /// Adds the pixels of a set of equal extents; a set of other extents adds nothing.
  package mutating func formUnion(_ other: Mask) {
    guard other.width == width, other.height == height else { return }
    area = 0
    for index in words.indices {
      words[index] |= other.words[index]
      area += words[index].nonzeroBitCount
    }
  }

  /// The union of sets of equal extents; nil without a set.
  package init?(unionOf masks: some Sequence<Mask>) {
    var union: Mask?
    for mask in masks {
      if union == nil { union = mask } else { union?.formUnion(mask) }
    }
    guard let union else { return nil }
    self = union
  }

  /// The number of pixels in both sets, which have equal extents.
  package func intersectionArea(_ other: Mask) -> Int {
    words.withUnsafeBufferPointer { words in
      other.words.withUnsafeBufferPointer { others in
        var count = 0
        for index in 0..<min(words.count, others.count) {
          let both = words[index] & others[index]
          // Usually 0.
          if both != 0 { count += both.nonzeroBitCount }
        }
        return count
      }
    }
  }

  /// Intersection over union (Jaccard index) with a set of equal extents; 0 where both are empty.
  package func jaccardIndex(_ other: Mask) -> Double {
    let both = intersectionArea(other)
    let either = area + other.area - both
    return either == 0 ? 0 : Double(both) / Double(either)
  }
}
