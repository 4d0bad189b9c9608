import Foundation
import Tensors

/// Chooses the edits of a set's edited scenes among the parts that matter to the class.
struct EditPlan {
  var family: SceneFamily
  /// nil for any of the three.
  var operation: SceneEdit.Operation?
  /// Edits in a scene; fewer where the scene has too few parts.
  var count: Int

  /// The edits of the scene of `subject` and `seed`, from which parts are omitted.
  func edits(
    of subject: SceneSubject, seed: UInt64, omitted: Set<PartName>, places: [PartName: SceneOptions.Offset]
  ) -> [SceneEdit] {
    var random = SeededRandom(seed: seed, purpose: "edits \(subject.label)")
    let own = subject.distinctiveParts.isEmpty ? subject.parts : subject.distinctiveParts
    var left = random.shuffled(own.filter { !omitted.contains($0) })
    var edits: [SceneEdit] = []
    // All replacements come from one other class, so that all are evidence for the same one.
    let others = family.subjects.filter { $0 != subject }
    let donor = SceneOptions.Donor(
      subject: others.isEmpty ? subject : others[random.index(below: others.count)], seed: random.next())
    var foreign = random.shuffled(donor.subject.distinctiveParts)
    while edits.count < count, let part = left.popLast() {
      let operations = SceneEdit.Operation.allCases
      switch operation ?? operations[random.index(below: operations.count)] {
      case .swap:
        guard let other = left.popLast() else { return edits }
        edits.append(.swap(part, other))
      case .replace: edits.append(.replace(part, by: foreign.popLast() ?? part, from: donor))
      case .move: edits.append(.move(part, by: offset(of: part, subject: subject, places: places, random: &random)))
      }
    }
    return edits
  }

  private static let tries = 64
  /// Least distances in the unit of the offset: from where the part was, and of toys from each other.
  private static let leastMove = 0.3
  private static let leastGap = 0.2

  /// How far a part is moved: to where no other toy is, within the picture; of a vehicle's part within its box.
  private func offset(
    of part: PartName, subject: SceneSubject, places: [PartName: SceneOptions.Offset], random: inout SeededRandom
  ) -> SceneOptions.Offset {
    let from = places[part] ?? SceneOptions.Offset(x: 0, y: 0)
    var best = SceneOptions.Offset(x: Self.leastMove, y: 0)
    for _ in 0..<Self.tries {
      let to: SceneOptions.Offset
      let isFree: Bool
      switch subject {
      case .vehicle:
        to = .init(x: random.uniform(in: 0.1...0.9), y: random.uniform(in: 0.1...0.6))
        isFree = true
      case .arrangement:
        to = .init(x: random.uniform(in: 0.12...0.88), y: -random.uniform(in: 0.12...0.88))
        isFree = places.allSatisfy { $0.key == part || hypot($0.value.x - to.x, $0.value.y - to.y) >= Self.leastGap }
      }
      best = .init(x: to.x - from.x, y: to.y - from.y)
      if isFree, hypot(best.x, best.y) >= Self.leastMove { break }
    }
    return best
  }
}
