import Images
import Tensors

/// Random regions on the object: what concepts have to beat (METHOD section 4b).
enum OnObjectRegions {
  /// One region for each of `areas`, in pixels, none of which overlap: superpixels in random order, as far as they lie in
  /// `object`, the last of a region cut to its area. A region is smaller where no superpixel is left.
  ///
  /// - Parameter object: the pixels to which the class attends; nil for all.
  static func draw(
    areas: [Int], among superpixels: [Mask], within object: Mask?, random: inout SeededRandom
  ) -> [Mask] {
    guard let frame = superpixels.first else { return [] }
    let order = random.shuffled(Array(superpixels.indices))
    var labels = [Int32](repeating: -1, count: frame.width * frame.height)
    var left = areas
    var region = 0
    for index in order {
      superpixels[index].forEachPixel { x, y in
        let pixel = y * frame.width + x
        while region < left.count, left[region] <= 0 { region += 1 }
        guard region < left.count, labels[pixel] < 0, object?[pixel] ?? true else { return }
        labels[pixel] = Int32(region)
        left[region] -= 1
      }
    }
    return Mask.partition(width: frame.width, height: frame.height, labels: labels, count: areas.count)
  }
}
