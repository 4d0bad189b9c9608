import Foundation

/// An affine change of coordinates: x' = xx·x + xy·y + x0, y' = yx·x + yy·y + y0.
package struct Transform: Sendable, Equatable {
  package var xx: Double
  package var yx: Double
  package var xy: Double
  package var yy: Double
  package var x0: Double
  package var y0: Double

  /// The change of these coefficients; without any, the identity.
  package init(
    xx: Double = 1, yx: Double = 0, xy: Double = 0, yy: Double = 1, x0: Double = 0, y0: Double = 0
  ) {
    self.xx = xx
    self.yx = yx
    self.xy = xy
    self.yy = yy
    self.x0 = x0
    self.y0 = y0
  }

  package static func scale(_ x: Double, _ y: Double) -> Transform { Transform(xx: x, yy: y) }

  package static func translation(_ x: Double, _ y: Double) -> Transform { Transform(x0: x, y0: y) }

  /// A turn by `angle` radians, clockwise on a picture whose y points down.
  package static func rotation(_ angle: Double) -> Transform {
    Transform(xx: cos(angle), yx: sin(angle), xy: -sin(angle), yy: cos(angle))
  }

  package func callAsFunction(_ point: Point) -> Point {
    Point(x: xx * point.x + xy * point.y + x0, y: yx * point.x + yy * point.y + y0)
  }

  /// This change applied after `first`.
  package func after(_ first: Transform) -> Transform {
    Transform(
      xx: xx * first.xx + xy * first.yx, yx: yx * first.xx + yy * first.yx,
      xy: xx * first.xy + xy * first.yy, yy: yx * first.xy + yy * first.yy,
      x0: xx * first.x0 + xy * first.y0 + x0, y0: yx * first.x0 + yy * first.y0 + y0)
  }
}
