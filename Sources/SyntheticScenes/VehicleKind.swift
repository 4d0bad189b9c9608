/// The classes of toy vehicle that scenes show; the raw value is also the class's label and folder name.
package enum VehicleKind: String, CaseIterable, Sendable, Codable {
  /// A red engine, mostly, with a ladder, a hose reel and a pump panel.
  case fireEngine = "fire engine"
  /// A box van with a cross, a chequered stripe and a rear door with chevrons.
  case ambulance
  /// A long bus with a hood, a row of windows, rails and a swing-out stop sign.
  case schoolBus = "school bus"

  /// The parts of this kind, back to front.
  package var parts: [PartName] { layout.map(\.name) }

  /// The parts that no other kind has.
  package var distinctiveParts: [PartName] {
    let others = VehicleKind.allCases.filter { $0 != self }.flatMap(\.parts)
    return parts.filter { !others.contains($0) }
  }
}

/// A side of the picture that a vehicle's front points to.
package enum Facing: String, CaseIterable, Sendable, Codable {
  /// The front is at the left.
  case left
  /// The front is at the right.
  case right
}

/// Things that a person would name in a scene. Some belong to one kind of vehicle, some are shared; toys make up
/// arrangements.
package enum PartName: String, CaseIterable, Sendable, Codable {
  /// The large coloured box; every kind has one.
  case body
  /// The driver's cabin of a fire engine or ambulance, without its window.
  case cab
  /// The driver's window of a fire engine or ambulance.
  case cabWindow = "cab window"
  /// A light bar or dome on the roof of a fire engine or ambulance.
  case beacon
  /// The wheel nearer the front.
  case frontWheel = "front wheel"
  /// The wheel nearer the back.
  case rearWheel = "rear wheel"
  /// The ladder on a fire engine's roof.
  case ladder
  /// The coiled hose in a fire engine's side.
  case hoseReel = "hose reel"
  /// The metal panel with gauges in a fire engine's side.
  case pumpPanel = "pump panel"
  /// The chrome bumper of a fire engine.
  case bumper
  /// The cross on an ambulance's side.
  case cross
  /// The chequered stripe along an ambulance's side.
  case checkerStripe = "checker stripe"
  /// The door with chevrons at an ambulance's rear.
  case rearDoor = "rear door"
  /// The row of passenger windows of a school bus.
  case windowRow = "window row"
  /// The black rails along a school bus.
  case rails
  /// The octagonal sign that swings out of a school bus's side.
  case stopSign = "stop sign"
  /// The folding door of a school bus.
  case door
  /// The hood of a school bus, without its grille.
  case hood
  /// The black front grille of a school bus.
  case grille
  /// The box of amber and red lights on a school bus's roof.
  case warningLights = "warning lights"
  /// A toy: a red ball with a white band.
  case ball
  /// A toy: a blue building block.
  case block
  /// A toy: a purple cone with yellow bands.
  case cone
  /// A hot-air balloon: the landmark of a backdrop.
  case balloon
}
