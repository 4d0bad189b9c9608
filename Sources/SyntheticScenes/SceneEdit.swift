import Images

/// A change of one scene's parts.
package enum SceneEdit: Sendable, Equatable {
  /// Two parts exchange their places, each in its own size.
  case swap(PartName, PartName)
  /// Another part, or the same part of another scene, replaces a part, in the donor's style and size.
  case replace(PartName, by: PartName, from: SceneOptions.Donor)
  /// A part moves.
  case move(PartName, by: SceneOptions.Offset)

  package enum Operation: String, CaseIterable, Sendable, Codable {
    /// Two parts exchange their places.
    case swap
    /// A part of another scene replaces a part.
    case replace
    /// A part moves.
    case move
  }

  package var operation: Operation {
    switch self {
    case .swap: .swap
    case .replace: .replace
    case .move: .move
    }
  }

  /// The parts whose place it changes.
  package var parts: [PartName] {
    switch self {
    case .swap(let first, let second): [first, second]
    case .replace(let part, _, _): [part]
    case .move(let part, _): [part]
    }
  }
}

/// A scene before and after edits, and what they changed.
package struct EditedScene: Sendable {
  package var before: Scene
  package var after: Scene
  /// What was done, in order.
  package var edits: [SceneEdit]
  /// The pixels in which the two pictures differ.
  package var changed: Mask
}

extension SceneGenerator {
  /// The scene of a subject and a seed, before and after edits. Everything else is the same in both, pixel by pixel.
  ///
  /// Throws `SceneError.noSuchPart` where the subject lacks a part that is edited, `SceneError.outOfMemory` where Cairo
  /// cannot allocate the picture.
  package func edited(
    _ edits: [SceneEdit], subject: SceneSubject, seed: UInt64, options: SceneOptions = SceneOptions()
  ) throws -> EditedScene {
    for part in edits.flatMap(\.parts) where !subject.parts.contains(part) || options.omitted.contains(part) {
      throw SceneError.noSuchPart(name: part.rawValue, subject: subject.label)
    }
    var changed = options
    let places = places(of: subject, seed: seed)
    for edit in edits {
      switch edit {
      case .swap(let first, let second):
        guard let one = places[first], let other = places[second] else { continue }
        changed.displace(first, by: .init(x: other.x - one.x, y: other.y - one.y))
        changed.displace(second, by: .init(x: one.x - other.x, y: one.y - other.y))
      case .replace(let part, let new, let donor):
        changed.substituted[part] = new
        changed.donors[part] = donor
      case .move(let part, let offset): changed.displace(part, by: offset)
      }
    }
    let before = try scene(subject, seed: seed, options: options)
    let after = try scene(subject, seed: seed, options: changed)
    let pixels = size * size
    let differs = (0..<pixels).map { pixel in
      (0..<3).contains { before.image.samples[pixel * 3 + $0] != after.image.samples[pixel * 3 + $0] }
    }
    return EditedScene(
      before: before, after: after, edits: edits, changed: Mask(width: size, height: size, contains: differs))
  }
}

extension SceneOptions {
  /// Moves a part further by `offset`.
  fileprivate mutating func displace(_ part: PartName, by offset: Offset) {
    let known = displaced[part] ?? Offset(x: 0, y: 0)
    displaced[part] = Offset(x: known.x + offset.x, y: known.y + offset.y)
  }
}
