import Images
import Tensors

/// Random regions on the object: what concepts have to beat (METHOD section 4b).
package enum OnObjectRegions {
  /// One region for each of `areas`, in pixels, none of which overlap: superpixels in random order, as far as they lie in
  /// `object`, the last of a region cut to its area. A region is smaller where no superpixel is left, and nil where there
  /// is nothing of it.
  ///
  /// - Parameter object: the pixels to which the class attends; nil for all.
  package static func draw(
    areas: [Int], among superpixels: [Mask], within object: Mask?, random: inout SeededRandom
  ) -> [PatchUnion?] {
    guard let frame = superpixels.first else { return areas.map { _ in nil } }
    var unions = PatchUnions(count: areas.count, width: frame.width, height: frame.height)
    var region = 0
    for patch in random.shuffled(Array(superpixels.indices)) {
      var free = unions.free(of: superpixels[patch], within: object)[...]
      while !free.isEmpty {
        while region < areas.count, unions.area(of: region) >= areas[region] { region += 1 }
        guard region < areas.count else { return unions.unions }
        let part = free.prefix(areas[region] - unions.area(of: region))
        unions.give(part, of: patch, to: region)
        free = free.dropFirst(part.count)
      }
    }
    return unions.unions
  }
}
