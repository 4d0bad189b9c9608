/// A partition of an image's pixels into superpixels.
package struct Superpixels: Sendable, Equatable {
  package let width: Int
  package let height: Int
  /// The superpixel of each pixel, row-major: `width · height` numbers in `0..<count`.
  package let labels: [Int32]
  /// Each superpixel has at least one pixel.
  package let count: Int
}

extension Superpixels {
  /// The partition that labels describe, row-major; nil where they do not fit the extents, or a number up to the
  /// largest has no pixel.
  package init?(width: Int, height: Int, labels: [Int32]) {
    guard width > 0, height > 0, labels.count / width == height, labels.count % width == 0,
      let largest = labels.max(), largest < labels.count
    else { return nil }
    var isUsed = [Bool](repeating: false, count: Int(largest) + 1)
    for label in labels {
      guard label >= 0 else { return nil }
      isUsed[Int(label)] = true
    }
    guard !isUsed.contains(false) else { return nil }
    self.init(width: width, height: height, labels: labels, count: isUsed.count)
  }

  /// The pixels of each superpixel, by its number.
  package func masks() -> [Mask] {
    Mask.partition(width: width, height: height, labels: labels, count: count)
  }
}
