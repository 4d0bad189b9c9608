/// A rectangle in pixels: its top left corner and extents.
public struct Box: Sendable, Hashable {
  /// Left edge.
  public var x: Int
  /// Top edge.
  public var y: Int
  /// Extent to the right.
  public var width: Int
  /// Extent downwards.
  public var height: Int

  /// The rectangle with these edges and extents.
  public init(x: Int, y: Int, width: Int, height: Int) {
    self.x = x
    self.y = y
    self.width = width
    self.height = height
  }

  /// The middle, in pixels.
  public var center: (x: Double, y: Double) { (Double(x) + Double(width) / 2, Double(y) + Double(height) / 2) }
}
