/// A rectangle in the units of the canvas; y points down.
package struct Rect: Sendable, Equatable {
  package var x: Double
  package var y: Double
  package var width: Double
  package var height: Double

  package init(x: Double, y: Double, width: Double, height: Double) {
    self.x = x
    self.y = y
    self.width = width
    self.height = height
  }

  package init(center: Point, width: Double, height: Double) {
    self.init(x: center.x - width / 2, y: center.y - height / 2, width: width, height: height)
  }

  /// The rectangle around a circle.
  package init(center: Point, radius: Double) {
    self.init(x: center.x - radius, y: center.y - radius, width: 2 * radius, height: 2 * radius)
  }

  package var maxX: Double { x + width }
  package var maxY: Double { y + height }
  package var center: Point { Point(x: x + width / 2, y: y + height / 2) }
  package var shorterSide: Double { min(width, height) }

  /// The point at fractions `u` of the width and `v` of the height.
  package func point(_ u: Double, _ v: Double) -> Point { Point(x: x + u * width, y: y + v * height) }

  /// The rectangle between two points given as fractions of the width and the height.
  package func inner(_ u0: Double, _ v0: Double, _ u1: Double, _ v1: Double) -> Rect {
    Rect(x: x + u0 * width, y: y + v0 * height, width: (u1 - u0) * width, height: (v1 - v0) * height)
  }

  /// This rectangle with every edge moved outwards by `margin`.
  package func expanded(by margin: Double) -> Rect {
    Rect(x: x - margin, y: y - margin, width: width + 2 * margin, height: height + 2 * margin)
  }

  package func intersects(_ other: Rect) -> Bool {
    x < other.maxX && other.x < maxX && y < other.maxY && other.y < maxY
  }

  package func contains(_ point: Point) -> Bool {
    point.x >= x && point.x <= maxX && point.y >= y && point.y <= maxY
  }

  /// Whether `other` is inside, up to rounding.
  package func contains(_ other: Rect) -> Bool {
    other.x >= x - 1e-6 && other.y >= y - 1e-6 && other.maxX <= maxX + 1e-6 && other.maxY <= maxY + 1e-6
  }

  /// The nearest point of this rectangle to `point`.
  package func clamp(_ point: Point) -> Point {
    Point(x: min(max(point.x, x), max(x, maxX)), y: min(max(point.y, y), max(y, maxY)))
  }

  /// The largest rectangle of proportions `width` : `height` that fits in this one, in its middle.
  package func fitting(width: Double, height: Double) -> Rect {
    guard width > 0, height > 0 else { return self }
    let scale = min(self.width / width, self.height / height)
    return Rect(center: center, width: width * scale, height: height * scale)
  }
}
