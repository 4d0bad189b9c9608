import Images
import Tensors

/// Random patches to compare a concept's patch with: its own shape at other places of the same image.
package enum ControlPatches {
  /// Attempts per patch to find a place that overlaps little with the concept.
  private static let attempts = 20
  /// Share of the patch that a control may have in common with it.
  private static let mostCommon = 0.25

  /// Up to `count` copies of `mask`, shifted to random places inside the image, none of which shares more than a
  /// quarter with the mask itself. A mask that is too large for that has fewer copies, or no copy.
  package static func masks(like mask: Mask, count: Int, random: inout SeededRandom) -> [Mask] {
    guard let box = mask.boundingBox else { return [] }
    let (across, down) = (mask.width - box.width, mask.height - box.height)
    guard across > 0 || down > 0 else { return [] }
    var controls: [Mask] = []
    for _ in 0..<max(0, count) * attempts where controls.count < count {
      let (right, below) = (random.index(below: across + 1) - box.x, random.index(below: down + 1) - box.y)
      let control = mask.shifted(x: right, y: below)
      if Double(control.intersectionArea(mask)) <= mostCommon * Double(mask.area) { controls.append(control) }
    }
    return controls
  }
}
