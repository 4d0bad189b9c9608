import Tensors

/// A part's place on a vehicle that faces right, in lengths of the vehicle: x from 0 at the rear to 1 at the front, the
/// ground at 0, heights up.
struct Slot: Sendable {
  var name: PartName
  var left: Double
  var bottom: Double
  var width: Double
  var height: Double
  /// Clockwise tilt in radians.
  var tilt = 0.0

  init(_ name: PartName, left: Double, bottom: Double, width: Double, height: Double) {
    self.name = name
    self.left = left
    self.bottom = bottom
    self.width = width
    self.height = height
  }

  /// The slot moved and resized a little, wheels keeping to the ground and big parts to their place.
  func jittered(_ random: inout SeededRandom) -> Slot {
    let (dx, dy) = (random.uniform(in: -1...1), random.uniform(in: -1...1))
    let (scale, turn) = (random.uniform(in: 0.94...1.1), random.uniform(in: -1...1))
    var slot = self
    switch name {
    case .body, .cab, .hood, .cabWindow, .windowRow, .grille, .bumper, .door: break
    case .frontWheel, .rearWheel: slot.left += dx * 0.02
    default:
      slot.left += dx * 0.018 + width * (1 - scale) / 2
      slot.bottom += name.isOnRoof ? 0 : dy * 0.012 + height * (1 - scale) / 2
      slot.width *= scale
      slot.height *= scale
      if name == .ladder { slot.tilt = turn * 0.05 }
    }
    return slot
  }
}

extension Slot {
  /// The slot with the same centre and the size of `part` on the donor's vehicle; unchanged where the donor lacks it.
  func resized(for part: PartName?, of donor: SceneOptions.Donor) -> Slot {
    guard case .vehicle(let kind) = donor.subject, let own = kind.layout.first(where: { $0.name == part ?? name })
    else { return self }
    var slot = self
    slot.left += (width - own.width) / 2
    slot.bottom += (height - own.height) / 2
    slot.width = own.width
    slot.height = own.height
    return slot
  }
}

extension PartName {
  /// Whether the part stands on the roof and must not sink into it.
  var isOnRoof: Bool { self == .ladder || self == .beacon || self == .warningLights }
}

extension VehicleKind {
  /// The places of the kind's parts, back to front.
  var layout: [Slot] {
    switch self {
    case .fireEngine:
      return [
        Slot(.ladder, left: 0.00, bottom: 0.475, width: 0.70, height: 0.125),
        Slot(.beacon, left: 0.76, bottom: 0.515, width: 0.17, height: 0.11),
        Slot(.body, left: 0.00, bottom: 0.09, width: 0.67, height: 0.39),
        Slot(.cab, left: 0.65, bottom: 0.09, width: 0.34, height: 0.43),
        Slot(.cabWindow, left: 0.71, bottom: 0.28, width: 0.26, height: 0.18),
        Slot(.pumpPanel, left: 0.43, bottom: 0.18, width: 0.20, height: 0.25),
        Slot(.hoseReel, left: 0.155, bottom: 0.215, width: 0.23, height: 0.23),
        Slot(.bumper, left: 0.90, bottom: 0.05, width: 0.15, height: 0.11),
        Slot(.rearWheel, left: 0.10, bottom: 0, width: 0.22, height: 0.22),
        Slot(.frontWheel, left: 0.67, bottom: 0, width: 0.22, height: 0.22),
      ]
    case .ambulance:
      return [
        Slot(.beacon, left: 0.47, bottom: 0.555, width: 0.18, height: 0.105),
        Slot(.body, left: 0.00, bottom: 0.09, width: 0.68, height: 0.47),
        Slot(.cab, left: 0.66, bottom: 0.09, width: 0.36, height: 0.41),
        Slot(.cabWindow, left: 0.68, bottom: 0.295, width: 0.22, height: 0.165),
        Slot(.checkerStripe, left: 0.17, bottom: 0.17, width: 0.62, height: 0.125),
        Slot(.cross, left: 0.32, bottom: 0.31, width: 0.215, height: 0.215),
        Slot(.rearDoor, left: 0.00, bottom: 0.13, width: 0.155, height: 0.38),
        Slot(.rearWheel, left: 0.14, bottom: 0, width: 0.20, height: 0.20),
        Slot(.frontWheel, left: 0.72, bottom: 0, width: 0.20, height: 0.20),
      ]
    case .schoolBus:
      return [
        Slot(.warningLights, left: 0.54, bottom: 0.52, width: 0.24, height: 0.105),
        Slot(.body, left: 0.00, bottom: 0.09, width: 0.81, height: 0.44),
        Slot(.hood, left: 0.79, bottom: 0.09, width: 0.20, height: 0.21),
        Slot(.grille, left: 0.905, bottom: 0.09, width: 0.125, height: 0.19),
        Slot(.windowRow, left: 0.04, bottom: 0.335, width: 0.60, height: 0.145),
        Slot(.rails, left: 0.00, bottom: 0.20, width: 0.65, height: 0.105),
        Slot(.door, left: 0.66, bottom: 0.11, width: 0.135, height: 0.37),
        Slot(.stopSign, left: 0.40, bottom: 0.13, width: 0.19, height: 0.19),
        Slot(.rearWheel, left: 0.11, bottom: 0, width: 0.20, height: 0.20),
        Slot(.frontWheel, left: 0.735, bottom: 0, width: 0.20, height: 0.20),
      ]
    }
  }
}
