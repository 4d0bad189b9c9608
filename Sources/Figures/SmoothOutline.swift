import Drawing

/// The border of a set of pixels without its steps.
enum SmoothOutline {
  /// Steps on either side over which a point is averaged, as a share of the picture's longer side: as many as the corners
  /// of superpixels are uneven, and no more than a small part's own corners are apart.
  private static let reach = 1.0 / 75
  /// A short border is averaged less: over this share of it.
  private static let mostOfBorder = 12

  /// The means of a closed line's steps along the edges of pixels, every other one.
  ///
  /// - Parameter side: the longer one of the picture.
  static func points(of corners: [(x: Int, y: Int)], side: Int) -> [Point] {
    let steps = corners.indices.flatMap { index -> [Point] in
      let (from, to) = (corners[index], corners[(index + 1) % corners.count])
      let count = max(abs(to.x - from.x), abs(to.y - from.y))
      return (0..<count).map { step in
        let share = Double(step) / Double(count)
        return Point(
          x: Double(from.x) + share * Double(to.x - from.x), y: Double(from.y) + share * Double(to.y - from.y))
      }
    }
    let reach = min(Int((Double(side) * Self.reach).rounded()), steps.count / Self.mostOfBorder)
    guard reach > 0 else { return steps }
    return stride(from: 0, to: steps.count, by: 2).map { middle in
      let sum = (-reach...reach).reduce(Point(x: 0, y: 0)) {
        $0 + steps[(middle + $1 + steps.count) % steps.count]
      }
      return sum * (1 / Double(2 * reach + 1))
    }
  }
}
