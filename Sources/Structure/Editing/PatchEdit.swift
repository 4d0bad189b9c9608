import Images

/// One edit of an image at a patch, in the frame of the network's input (METHOD section 5).
///
/// Borders are blended over a few pixels, so that the network reacts to the change and not to its edge.
package enum PatchEdit: Sendable {
  /// The patch becomes grey of this level: the concept is masked out, as in verification.
  case mask(level: UInt8)
  /// The patch shows another image, stretched to the patch's box; each connected part of the patch shows it.
  case replace(with: RGBImage)
  /// The patch shows a box of another image at its own size, with the box's surroundings where the patch's box is
  /// larger; each large connected part of the patch shows it.
  case substitute(box: Box, of: RGBImage)
  /// The patch's middle moves to this point in [0, 1]²; the place that it leaves is filled in from around it.
  case move(to: (x: Double, y: Double))

  /// Pixels on either side of a border that are blended.
  static let feather = 2

  /// The picture after the edit, and how much of each pixel is new.
  ///
  /// - Parameter patch: the patch's pixels; its extents are the picture's. An empty patch changes nothing.
  package func apply(to picture: RGBImage, patch: Mask) -> (picture: RGBImage, opacity: FloatMap) {
    let opacity = patch.feathered(radius: Self.feather)
    guard let box = patch.boundingBox, patch.width == picture.width, patch.height == picture.height else {
      return (picture, FloatMap(width: picture.width, height: picture.height, values: picture.noOpacity))
    }
    switch self {
    case .mask(let level):
      let grey = RGBImage(width: picture.width, height: picture.height, filledWith: (level, level, level))
      return (picture.blending(grey, opacity: opacity), opacity)
    case .replace(let content):
      let pasted = patch.components.compactMap(\.boundingBox).reduce(picture) { picture, box in
        picture.pasting(
          content.resized(width: box.width, height: box.height, filter: .bicubic), x: box.x, y: box.y)
      }
      return (picture.blending(pasted, opacity: opacity), opacity)
    case .substitute(let new, let source):
      let nothing = FloatMap(width: picture.width, height: picture.height, values: picture.noOpacity)
      return patch.largeComponents.compactMap(\.boundingBox).reduce((picture, nothing)) { before, box in
        let after = Self.substituted(box, by: new, of: source, in: before.picture)
        return (after.picture, before.opacity.maximum(after.opacity))
      }
    case .move(let point):
      let (right, down) = Self.shift(of: patch, box: box, to: point)
      return picture.moving([.init(patch: patch, right: right, down: down)], feather: Self.feather)
    }
  }

  /// Copies a window as large as both boxes, around the middle of each, from `source` to `picture`.
  private static func substituted(
    _ old: Box, by new: Box, of source: RGBImage, in picture: RGBImage
  ) -> (picture: RGBImage, opacity: FloatMap) {
    let width = min(max(old.width, new.width), source.width, picture.width)
    let height = min(max(old.height, new.height), source.height, picture.height)
    /// The window around a box's middle, moved so that it lies inside the picture.
    func window(about box: Box, in picture: RGBImage) -> Box {
      Box(
        x: min(max(box.x + (box.width - width) / 2, 0), picture.width - width),
        y: min(max(box.y + (box.height - height) / 2, 0), picture.height - height), width: width, height: height)
    }
    let (from, to) = (window(about: new, in: source), window(about: old, in: picture))
    var region = Mask(width: picture.width, height: picture.height)
    for y in to.y..<to.y + height { for x in to.x..<to.x + width { region[x, y] = true } }
    let opacity = region.feathered(radius: feather)
    let shifted = picture.pasting(source, x: to.x - from.x, y: to.y - from.y)
    return (picture.blending(shifted, opacity: opacity), opacity)
  }

  /// The pixels of the patch after the edit; nil where it is masked out.
  func place(of patch: Mask) -> Mask? {
    switch self {
    case .mask: return nil
    case .replace, .substitute: return patch
    case .move(let point):
      guard let box = patch.boundingBox else { return patch }
      let (right, down) = Self.shift(of: patch, box: box, to: point)
      return patch.shifted(x: right, y: down)
    }
  }

  /// Two patches change places, each with its middle to the other's or as near as the picture allows; nil where one is
  /// empty.
  static func swapping(_ first: Mask, _ second: Mask, in picture: RGBImage) -> RGBImage? {
    let moves = [(first, second), (second, first)].compactMap { patch, target -> PatchMove? in
      guard let box = patch.boundingBox, let middle = target.centroid else { return nil }
      let (right, down) = shift(of: patch, box: box, to: middle)
      return PatchMove(patch: patch, right: right, down: down)
    }
    return moves.count == 2 ? picture.moving(moves, feather: feather).picture : nil
  }

  /// How far a patch moves so that its middle comes to a point, or as near as possible while its box stays in the
  /// picture.
  private static func shift(of patch: Mask, box: Box, to point: (x: Double, y: Double)) -> (right: Int, down: Int) {
    let middle = patch.centroid ?? (0.5, 0.5)
    func shift(_ from: Double, _ to: Double, _ extent: Int, _ first: Int, _ size: Int) -> Int {
      let wanted = Int(((min(max(to, 0), 1) - from) * Double(extent)).rounded())
      return min(max(wanted, -first), extent - first - size)
    }
    return (
      shift(middle.x, point.x, patch.width, box.x, box.width),
      shift(middle.y, point.y, patch.height, box.y, box.height)
    )
  }
}

extension Mask {
  /// Smaller parts than this share of the largest are slivers that nothing can be shown in.
  private static let leastShare = 0.2

  /// The connected parts that are not slivers, largest first.
  package var largeComponents: [Mask] {
    let parts = components.sorted { $0.area > $1.area }
    return parts.filter { Double($0.area) >= Self.leastShare * Double(parts[0].area) }
  }
}

extension FloatMap {
  func maximum(_ other: FloatMap) -> FloatMap {
    FloatMap(width: width, height: height, values: zip(values, other.values).map { max($0, $1) })
  }
}

extension RGBImage {
  fileprivate var noOpacity: [Float] { [Float](repeating: 0, count: width * height) }

  /// The image with another one on it, whose top left corner is at (x, y); pixels outside are dropped.
  func pasting(_ other: RGBImage, x left: Int, y top: Int) -> RGBImage {
    var result = self
    for y in max(0, -top)..<max(max(0, -top), min(other.height, height - top)) {
      for x in max(0, -left)..<max(max(0, -left), min(other.width, width - left)) {
        let (from, to) = ((y * other.width + x) * 3, ((top + y) * width + left + x) * 3)
        for channel in 0..<3 { result.samples[to + channel] = other.samples[from + channel] }
      }
    }
    return result
  }
}
