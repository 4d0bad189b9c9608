import Drawing
import Tensors

/// What varies between vehicles of one kind: colours, and how the parts are made.
struct VehicleStyle: Sendable {
  var kind: VehicleKind
  /// The paint of body, cab and hood.
  var body: Color
  var stripe: Color
  var glass: Color
  /// Whether windows show a silhouette.
  var passengers: Bool
  var hub: Color
  var hubHoles: Int
  /// Metal of the ladder, the bumper and the panel.
  var metal: Color
  /// The two colours of the beacon, rear and front.
  var beacon: (Color, Color)
  var rungs: Int
  var hose: Color
  var cross: Color
  /// The colours of the chequered stripe.
  var checkers: (Color, Color)
  /// The two colours of the chevrons.
  var chevrons: (Color, Color)
  var windows: Int
  var rails: Int

  /// A style drawn for a kind; `body` overrides the drawn paint.
  init(kind: VehicleKind, body override: Color?, random: inout SeededRandom) {
    self.kind = kind
    let drawn = VehicleStyle.paint(of: kind, random: &random)
    body = override ?? drawn
    stripe = random.uniform() < 0.6 ? Color(white: 0.96) : Color(hue: 0.15, saturation: 0.7, value: 0.98)
    glass = Color(
      hue: random.uniform(in: 0.5...0.6), saturation: random.uniform(in: 0.15...0.45),
      value: random.uniform(in: 0.55...0.95))
    passengers = random.uniform() < 0.6
    hub = Color(white: random.uniform(in: 0.55...0.9))
    hubHoles = 4 + random.index(below: 4)
    metal = Color(
      hue: random.uniform(in: 0.55...0.65), saturation: random.uniform(in: 0...0.12),
      value: random.uniform(in: 0.72...0.9))
    let blue = Color(0.12, 0.35, 0.98)
    let amber = Color(1, 0.62, 0.08)
    let red = Color(0.95, 0.1, 0.12)
    beacon =
      [(blue, blue), (red, blue), (blue, red), (amber, blue), (blue, amber), (amber, amber)][
        random.index(below: 6)]
    rungs = 7 + random.index(below: 4)
    hose = Color(
      hue: random.uniform(in: 0.09...0.16), saturation: random.uniform(in: 0.35...0.75),
      value: random.uniform(in: 0.75...0.95))
    cross = Color(
      hue: random.uniform(in: 0.96...1.02), saturation: random.uniform(in: 0.8...1),
      value: random.uniform(in: 0.75...0.95))
    let lime = Color(0.88, 0.95, 0.15)
    checkers =
      [
        (lime, Color(0.05, 0.5, 0.25)), (lime, Color(0.1, 0.25, 0.7)), (Color(white: 0.96), Color(0.05, 0.5, 0.3)),
        (Color(white: 0.96), Color(0.12, 0.25, 0.75)),
      ][random.index(below: 4)]
    chevrons = random.uniform() < 0.7 ? (Color(0.9, 0.15, 0.12), lime) : (Color(0.95, 0.5, 0.08), Color(white: 0.96))
    windows = 4 + random.index(below: 2)
    rails = 2 + random.index(below: 2)
  }

  /// The usual paint of a kind in seven draws out of ten, else a paint of another kind.
  private static func paint(of kind: VehicleKind, random: inout SeededRandom) -> Color {
    let usual = random.uniform() < 0.7
    let choice = random.index(below: 4)
    let shift = random.uniform(in: -1...1)
    let strength = random.uniform()
    func color(_ hue: Double, _ saturation: ClosedRange<Double>, _ value: ClosedRange<Double>) -> Color {
      Color(
        hue: hue + shift * 0.018,
        saturation: saturation.lowerBound + strength * (saturation.upperBound - saturation.lowerBound),
        value: value.lowerBound + (1 - strength) * (value.upperBound - value.lowerBound))
    }
    let red = color(0, 0.75...0.95, 0.68...0.9)
    let yellow = color(0.125, 0.75...0.95, 0.85...1)
    let white = color(0.58, 0...0.06, 0.88...0.98)
    let lime = color(0.19, 0.6...0.85, 0.8...0.95)
    let blue = color(0.58, 0.4...0.75, 0.6...0.9)
    let orange = color(0.06, 0.75...0.95, 0.85...0.98)
    let green = color(0.38, 0.35...0.7, 0.5...0.8)
    switch kind {
    case .fireEngine: return usual ? red : [yellow, white, lime, blue][choice]
    case .ambulance: return usual ? white : [yellow, red, lime, orange][choice]
    case .schoolBus: return usual ? yellow : [red, white, orange, green][choice]
    }
  }
}
