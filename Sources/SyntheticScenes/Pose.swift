import Drawing
import Foundation
import Tensors

/// Where a vehicle stands in the picture, how large, and which way it points.
struct Pose: Sendable {
  let facing: Facing
  /// From lengths of a vehicle that faces right, y down and the ground at 0, to the picture's [0, 1]².
  let transform: Transform

  /// The corners of the space a vehicle takes, in its own lengths.
  private static let corners = [
    Point(x: -0.02, y: -0.68), Point(x: 1.06, y: -0.68), Point(x: 1.06, y: 0), Point(x: -0.02, y: 0),
  ]

  /// A pose drawn at random that keeps the vehicle inside of the picture; `facing` overrides the drawn side.
  init(facing forced: Facing?, random: inout SeededRandom) {
    let drawn: Facing = random.uniform() < 0.5 ? .left : .right
    facing = forced ?? drawn
    let length = random.uniform(in: 0.72...0.9)
    let tallness = random.uniform(in: 0.95...1.2)
    let tilt = random.uniform(in: -0.07...0.07)
    let shear = random.uniform(in: -0.1...0.1)
    let (placeX, placeY) = (random.uniform(), random.uniform(in: 0.78...0.92))
    let mirrored = facing == .left ? Transform(xx: -1, x0: 1) : Transform()
    let shaped = Transform.rotation(tilt).after(Transform(xy: shear)).after(
      Transform.scale(length, length * tallness).after(mirrored))

    let margin = 0.015
    let reach = Pose.corners.map { shaped($0) }
    let (left, right) = (reach.map(\.x).min() ?? 0, reach.map(\.x).max() ?? 1)
    let (top, bottom) = (reach.map(\.y).min() ?? -1, reach.map(\.y).max() ?? 0)
    let x = margin - left + placeX * max(0, 1 - 2 * margin - (right - left))
    let y = max(margin - top, min(placeY, 1 - margin - bottom))
    transform = Transform.translation(x, y).after(shaped)
  }

  /// Draws the shadow of a vehicle in its own lengths.
  static func paintShadow(on canvas: Canvas) {
    canvas.transformed(.translation(0.5, -0.01).after(.scale(1, 0.13))) { canvas in
      canvas.fillCircle(
        Point(x: 0, y: 0), radius: 0.6, inner: Color(white: 0, opacity: 0.75), outer: Color(white: 0, opacity: 0))
    }
    canvas.fill(Rect(x: 0.06, y: -0.16, width: 0.86, height: 0.1), Color(white: 0.12))
  }
}
