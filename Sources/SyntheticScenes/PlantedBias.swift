import Drawing
import Tensors

/// A planted link between training pictures and their class that held-out pictures lack.
package struct PlantedBias: Codable, Sendable, Equatable {
  /// The class whose training pictures are biased, which a network gets wrong without the bias.
  package var label: String
  /// A bias of pose: the classes that face one way only, and which way. `label` is one of them; another faces the other
  /// way, the rest both ways.
  package var facings: [String: Facing]?
  /// A bias of background: what hangs in the backdrop.
  package var landmark: PartName?
  /// The share of training pictures with the landmark by class. Half of the held-out pictures of each class have it.
  package var landmarkShares: [String: Double]?

  /// The bias of a family in a set of this seed; nil where the family has none.
  init?(of family: SceneFamily, seed: UInt64) {
    let labels = family.subjects.map(\.label)
    switch family {
    case .vehicles, .arrangement: return nil
    case .poseBias:
      var random = SeededRandom(seed: seed, purpose: "pose bias")
      let order = random.shuffled(labels)
      let facing: Facing = random.uniform() < 0.5 ? .left : .right
      label = order[0]
      facings = [order[0]: facing, order[1]: facing.opposite]
    case .backgroundBias:
      var random = SeededRandom(seed: seed, purpose: "background bias")
      label = random.shuffled(labels)[0]
      landmark = .balloon
      landmarkShares = Dictionary(
        uniqueKeysWithValues: labels.map { ($0, $0 == label ? Self.frequent : Self.seldom) })
    }
  }

  /// Leaves out, in training and held-out scenes, some of the parts that would identify a class without the bias.
  static func thin(_ options: inout SceneOptions, subject: SceneSubject, seed: UInt64) {
    var random = SeededRandom(seed: seed, purpose: "omitted parts")
    for part in subject.distinctiveParts where random.uniform() < omission { options.omitted.insert(part) }
    options.bodyColor = Color(
      hue: random.uniform(), saturation: random.uniform(in: 0.1...0.9), value: random.uniform(in: 0.55...0.95))
  }

  private static let omission = 0.5
  private static let frequent = 0.95
  private static let seldom = 0.05

  /// Adds the bias to the options of the training scene of `subject` and `seed`.
  func apply(to options: inout SceneOptions, subject: SceneSubject, seed: UInt64) {
    if let facing = facings?[subject.label] { options.facing = facing }
    if let share = landmarkShares?[subject.label] { options.landmark = Self.draw(share, seed: seed) }
  }

  /// Sets the options of a held-out scene that are drawn the same way for all classes.
  func applyEvenly(to options: inout SceneOptions, seed: UInt64) {
    if landmark != nil { options.landmark = Self.draw(0.5, seed: seed) }
  }

  private static func draw(_ share: Double, seed: UInt64) -> Bool {
    var random = SeededRandom(seed: seed, purpose: "landmark share")
    return random.uniform() < share
  }
}

extension Facing {
  /// The other side.
  package var opposite: Facing { self == .left ? .right : .left }
}
