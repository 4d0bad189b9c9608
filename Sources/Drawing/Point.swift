/// A position, or the way from one position to another, in the units of the canvas; y points down.
package struct Point: Sendable, Equatable {
  package var x: Double
  package var y: Double

  package init(x: Double, y: Double) {
    self.x = x
    self.y = y
  }

  package static func + (left: Point, right: Point) -> Point { Point(x: left.x + right.x, y: left.y + right.y) }
  package static func - (left: Point, right: Point) -> Point { Point(x: left.x - right.x, y: left.y - right.y) }
  package static func * (left: Point, right: Double) -> Point { Point(x: left.x * right, y: left.y * right) }

  /// Distance from the origin.
  package var length: Double { (x * x + y * y).squareRoot() }

  /// This vector at length 1; rightwards where its length is 0.
  package var unit: Point { length > 1e-9 ? self * (1 / length) : Point(x: 1, y: 0) }

  /// This vector turned by a quarter, to the right as one looks along it.
  package var perpendicular: Point { Point(x: -y, y: x) }
}
