/// A partition of an image's pixels into superpixels.
public struct Superpixels: Sendable, Equatable {
  /// Width in pixels.
  public let width: Int
  /// Height in pixels.
  public let height: Int
  /// The superpixel of each pixel, row-major: `width · height` numbers in `0..<count`.
  public let labels: [Int32]
  /// The number of superpixels; each has a pixel at least.
  public let count: Int

  /// A partition into superpixels `0..<count`.
  init(width: Int, height: Int, labels: [Int32], count: Int) {
    self.width = width
    self.height = height
    self.labels = labels
    self.count = count
  }

  /// The pixels of each superpixel, by its number.
  public func masks() -> [Mask] {
    Mask.partition(width: width, height: height, labels: labels, count: count)
  }
}
