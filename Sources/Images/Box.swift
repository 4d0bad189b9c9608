/// A rectangle in pixels: its top left corner and extents.
package struct Box: Sendable, Hashable {
  /// Left edge.
  package var x: Int
  /// Top edge.
  package var y: Int
  /// Extent to the right.
  package var width: Int
  /// Extent downwards.
  package var height: Int

  /// The rectangle with these edges and extents.
  package init(x: Int, y: Int, width: Int, height: Int) {
    self.x = x
    self.y = y
    self.width = width
    self.height = height
  }

  /// The middle, in pixels.
  package var center: (x: Double, y: Double) { (Double(x) + Double(width) / 2, Double(y) + Double(height) / 2) }
}
