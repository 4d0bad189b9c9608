import Base
import Images

/// A sequence of images that are made as they are needed, so that a large set never is in memory as a whole.
package struct ImageProvider: Sendable {
  /// The number of images.
  package let count: Int
  private let load: @Sendable (Int) throws -> RGBImage

  /// `count` images, of which `load` gives the one at an index; called from any thread, and more than once for an index.
  package init(count: Int, load: @escaping @Sendable (Int) throws -> RGBImage) {
    self.count = count
    self.load = load
  }

  /// Images that are in memory already.
  package init(_ images: [RGBImage]) {
    self.init(count: images.count) { images[$0] }
  }

  /// The image at `index`.
  package func image(at index: Int) throws -> RGBImage { try load(index) }

  /// The images at `indices`, in that order.
  package func images(at indices: [Int]) throws -> [RGBImage] {
    try Parallel.map(indices.count) { try load(indices[$0]) }
  }

  /// The images of `range`, counted anew from 0.
  package func slice(_ range: Range<Int>) -> ImageProvider {
    ImageProvider(count: range.count) { [load] in try load(range.lowerBound + $0) }
  }
}
