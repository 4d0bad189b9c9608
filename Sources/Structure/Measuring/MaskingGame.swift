import Images

/// A picture as a game: its players are regions and, last, everything else. Who does not play is hidden by a fill.
struct MaskingGame {
  /// Regions and everything else.
  let players: Int
  private let picture: RGBImage
  private let fill: RGBImage
  /// The player of each pixel, row-major.
  private let owners: [UInt8]

  /// Most regions of a game.
  static let mostRegions = 250

  /// - Parameters:
  ///   - fill: what hides a player: a picture of the same extents.
  ///   - regions: at most `mostRegions`; a pixel of several belongs to the first.
  init(picture: RGBImage, fill: RGBImage, regions: [Mask]) {
    let regions = regions.prefix(Self.mostRegions)
    self.picture = picture
    self.fill = fill
    players = regions.count + 1
    var owners = [UInt8](repeating: UInt8(regions.count), count: picture.width * picture.height)
    for (player, mask) in regions.enumerated().reversed() {
      mask.forEachPixel { x, y in owners[y * picture.width + x] = UInt8(player) }
    }
    self.owners = owners
  }

  /// The picture in which only the members of `coalition` are seen.
  func picture(showing coalition: Set<Int>) -> RGBImage {
    let isShown = (0..<players).map(coalition.contains)
    var shown = picture
    shown.samples.withUnsafeMutableBufferPointer { samples in
      fill.samples.withUnsafeBufferPointer { fill in
        for (pixel, owner) in owners.enumerated() where !isShown[Int(owner)] {
          for sample in pixel * 3..<pixel * 3 + 3 { samples[sample] = fill[sample] }
        }
      }
    }
    return shown
  }
}
