/// A position on the page in points (1/72 inch), y downwards.
struct Point: Equatable {
  var x: Double
  var y: Double

  static func + (left: Point, right: Point) -> Point { Point(x: left.x + right.x, y: left.y + right.y) }
  static func - (left: Point, right: Point) -> Point { Point(x: left.x - right.x, y: left.y - right.y) }
  static func * (left: Point, right: Double) -> Point { Point(x: left.x * right, y: left.y * right) }

  /// Distance from the origin.
  var length: Double { (x * x + y * y).squareRoot() }

  /// This vector at length 1; rightwards where it has none.
  var unit: Point { length > 1e-9 ? self * (1 / length) : Point(x: 1, y: 0) }

  /// This vector turned by a quarter, to the right as one looks along it.
  var perpendicular: Point { Point(x: -y, y: x) }
}

/// A rectangle on the page in points.
struct Rect: Equatable {
  var x: Double
  var y: Double
  var width: Double
  var height: Double

  var maxX: Double { x + width }
  var maxY: Double { y + height }
  var center: Point { Point(x: x + width / 2, y: y + height / 2) }

  /// The rectangle around a disc.
  init(center: Point, radius: Double) {
    self.init(x: center.x - radius, y: center.y - radius, width: 2 * radius, height: 2 * radius)
  }

  init(center: Point, width: Double, height: Double) {
    self.init(x: center.x - width / 2, y: center.y - height / 2, width: width, height: height)
  }

  init(x: Double, y: Double, width: Double, height: Double) {
    self.x = x
    self.y = y
    self.width = width
    self.height = height
  }

  /// This rectangle with every edge moved outwards by `margin`.
  func expanded(by margin: Double) -> Rect {
    Rect(x: x - margin, y: y - margin, width: width + 2 * margin, height: height + 2 * margin)
  }

  func intersects(_ other: Rect) -> Bool {
    x < other.maxX && other.x < maxX && y < other.maxY && other.y < maxY
  }

  func contains(_ point: Point) -> Bool { point.x >= x && point.x <= maxX && point.y >= y && point.y <= maxY }

  func contains(_ other: Rect) -> Bool {
    other.x >= x - 1e-6 && other.y >= y - 1e-6 && other.maxX <= maxX + 1e-6 && other.maxY <= maxY + 1e-6
  }

  /// The nearest point of this rectangle to `point`.
  func clamp(_ point: Point) -> Point {
    Point(x: min(max(point.x, x), max(x, maxX)), y: min(max(point.y, y), max(y, maxY)))
  }

  /// The largest rectangle of proportions `width` : `height` that fits in this one, in its middle.
  func fitting(width: Double, height: Double) -> Rect {
    guard width > 0, height > 0 else { return self }
    let scale = min(self.width / width, self.height / height)
    return Rect(center: center, width: width * scale, height: height * scale)
  }
}
