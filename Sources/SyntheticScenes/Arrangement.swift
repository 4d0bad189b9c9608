import Drawing
import Foundation
import Tensors

/// Classes that differ only in the places of the same three toys: at the corners of a triangle, always clockwise as
/// ball, block and cone, and turned by a third from class to class. The raw value is the class's label.
///
/// The direction between any two toys differs from class to class. Each toy stands in each corner in one class, and the
/// triangle is shifted at random by more than its size, so that the place of one toy says little.
package enum Arrangement: String, CaseIterable, Sendable, Codable {
  case ballAbove = "ball above"
  case blockAbove = "block above"
  case coneAbove = "cone above"

  /// The toy in each of `Triangle.corners`.
  var toys: [Toy] {
    switch self {
    case .ballAbove: [.ball, .block, .cone]
    case .blockAbove: [.block, .cone, .ball]
    case .coneAbove: [.cone, .ball, .block]
    }
  }
}

enum Toy: CaseIterable, Sendable {
  case ball, block, cone

  var part: PartName {
    switch self {
    case .ball: .ball
    case .block: .block
    case .cone: .cone
    }
  }

  /// The toy that is this part; nil for a vehicle's part.
  init?(_ part: PartName) {
    guard let toy = Toy.allCases.first(where: { $0.part == part }) else { return nil }
    self = toy
  }
}

/// The corners that toys stand in, and how large the toys are, in widths of the picture with y down.
struct Triangle: Sendable {
  let toySize: Double
  /// The middles of the upper, the right and the left toy.
  let corners: [Point]

  private static let radius = 0.135
  private static let toy = 0.165
  private static let margin = 0.012

  /// A triangle drawn at random, anywhere in the picture.
  init(random: inout SeededRandom) {
    let scale = random.uniform(in: 0.92...1.08)
    let turn = random.uniform(in: -0.16...0.16)
    toySize = Triangle.toy * scale
    let reach = toySize / 2 + Triangle.margin
    let offsets = (0..<3).map { corner in
      let angle = 2 * Double.pi * Double(corner) / 3 + turn
      let radius = Triangle.radius * scale
      return Point(
        x: radius * sin(angle) + random.uniform(in: -0.012...0.012),
        y: -radius * cos(angle) + random.uniform(in: -0.012...0.012))
    }
    func place(_ values: [Double]) -> Double {
      let (least, most) = (values.min() ?? 0, values.max() ?? 0)
      return random.uniform(in: reach - least...1 - reach - most)
    }
    let (x, y) = (place(offsets.map(\.x)), place(offsets.map(\.y)))
    corners = offsets.map { Point(x: $0.x + x, y: $0.y + y) }
  }
}
