import Base
import Images

/// A sequence of images that are loaded as they are needed, so that a large set is never in memory as a whole.
package struct ImageProvider: Sendable {
  package let count: Int
  private let load: @Sendable (Int) throws -> RGBImage

  /// - Parameter load: gives the image at an index; it is called from any thread, and may be called several times for
  ///   an index.
  package init(count: Int, load: @escaping @Sendable (Int) throws -> RGBImage) {
    (self.count, self.load) = (count, load)
  }

  package init(_ images: [RGBImage]) {
    self.init(count: images.count) { images[$0] }
  }

  package func image(at index: Int) throws -> RGBImage { try load(index) }

  /// The images at `indices`, in that order.
  package func images(at indices: [Int]) throws -> [RGBImage] {
    try Parallel.map(indices.count) { try load(indices[$0]) }
  }

  /// The images of `range`, with indices from 0.
  package func slice(_ range: Range<Int>) -> ImageProvider {
    ImageProvider(count: range.count) { [load] in try load(range.lowerBound + $0) }
  }
}
