/// What a scene shows: a vehicle, or toys that stand in an order. It is the scene's class.
package enum SceneSubject: Sendable, Hashable {
  case vehicle(VehicleKind)
  case arrangement(Arrangement)

  package var label: String {
    switch self {
    case .vehicle(let kind): kind.rawValue
    case .arrangement(let arrangement): arrangement.rawValue
    }
  }

  /// The subject of this label; nil for an unknown label.
  package init?(label: String) {
    if let kind = VehicleKind(rawValue: label) {
      self = .vehicle(kind)
    } else if let arrangement = Arrangement(rawValue: label) {
      self = .arrangement(arrangement)
    } else {
      return nil
    }
  }

  /// The class's folder in a scene set: its label with underscores for spaces.
  package var folderName: String { label.replacing(" ", with: "_") }

  package var parts: [PartName] {
    switch self {
    case .vehicle(let kind): kind.parts
    case .arrangement: Toy.allCases.map(\.part)
    }
  }

  /// The parts that distinguish its class within its family.
  package var distinctiveParts: [PartName] {
    switch self {
    case .vehicle(let kind): kind.distinctiveParts
    // A single toy says nothing about the order.
    case .arrangement: []
    }
  }
}

extension SceneSubject: Codable {
  /// A subject is coded as its label.
  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let label = try container.decode(String.self)
    guard let subject = SceneSubject(label: label) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "no class is called \(label)")
    }
    self = subject
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(label)
  }
}
