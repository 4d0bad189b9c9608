/// A benchmark of scenes: its classes, and the bias that is planted in the training pictures.
package enum SceneFamily: String, CaseIterable, Sendable, Codable {
  /// Toy vehicles; the parts decide the class.
  case vehicles
  /// The same three toys in every picture; their places decide the class.
  case arrangement
  /// Vehicles, of which two classes face only one way in the training pictures.
  case poseBias = "pose-bias"
  /// Vehicles, of which one class mostly has a balloon in its backdrop in the training pictures.
  case backgroundBias = "background-bias"

  package var subjects: [SceneSubject] {
    switch self {
    case .vehicles, .poseBias, .backgroundBias: VehicleKind.allCases.map(SceneSubject.vehicle)
    case .arrangement: Arrangement.allCases.map(SceneSubject.arrangement)
    }
  }
}
