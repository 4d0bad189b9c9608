/// A benchmark's worth of scenes: which classes there are, and what is planted in the pictures that a network is trained on.
package enum SceneFamily: String, CaseIterable, Sendable, Codable {
  /// Toy vehicles, told apart by their parts.
  case vehicles
  /// The same three toys in every picture, told apart by how they stand to each other.
  case arrangement
  /// Vehicles, of which two classes face one way only in the pictures to train on.
  case poseBias = "pose-bias"
  /// Vehicles, of which one class mostly has a balloon in its backdrop in the pictures to train on.
  case backgroundBias = "background-bias"

  package var subjects: [SceneSubject] {
    switch self {
    case .vehicles, .poseBias, .backgroundBias: VehicleKind.allCases.map(SceneSubject.vehicle)
    case .arrangement: Arrangement.allCases.map(SceneSubject.arrangement)
    }
  }
}
