/// A rectangle in pixels: its top left corner and extents.
package struct Box: Sendable, Hashable {
  package var x: Int
  package var y: Int
  package var width: Int
  package var height: Int

  package init(x: Int, y: Int, width: Int, height: Int) {
    (self.x, self.y, self.width, self.height) = (x, y, width, height)
  }

  package var center: (x: Double, y: Double) { (Double(x) + Double(width) / 2, Double(y) + Double(height) / 2) }

  /// The intersection with an image of these extents; nil where it is empty.
  package func clamped(toWidth width: Int, height: Int) -> Box? {
    let left = min(max(x, 0), width)
    let top = min(max(y, 0), height)
    let (right, overflowX) = x.addingReportingOverflow(self.width)
    let (bottom, overflowY) = y.addingReportingOverflow(self.height)
    guard !overflowX, !overflowY, min(right, width) > left, min(bottom, height) > top else { return nil }
    return Box(x: left, y: top, width: min(right, width) - left, height: min(bottom, height) - top)
  }

  /// Intersection over union; 0 where both rectangles are empty.
  package func overlap(with other: Box) -> Double {
    let both =
      max(0, min(x + width, other.x + other.width) - max(x, other.x))
      * max(0, min(y + height, other.y + other.height) - max(y, other.y))
    let either = width * height + other.width * other.height - both
    return either > 0 ? Double(both) / Double(either) : 0
  }
}
