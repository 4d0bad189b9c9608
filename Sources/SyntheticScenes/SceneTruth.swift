import Images

/// The contents of a scene set's `scenes.json`.
package struct SceneSetTruth: Codable, Sendable {
  package var family: SceneFamily
  /// The bias in the training pictures; absent without one.
  package var bias: PlantedBias?
  package var seed: UInt64
  /// Width of every picture in pixels.
  package var width: Int
  /// Height of every picture in pixels.
  package var height: Int
  package var scenes: [SceneTruth]
}

package struct SceneTruth: Codable, Sendable {
  /// The picture's file, relative to the set's folder.
  package var file: String
  /// The label of its class.
  package var kind: SceneSubject
  package var seed: UInt64
  /// Where a vehicle's front points.
  package var facing: Facing?
  /// What marks the backdrop.
  package var landmark: PartTruth?
  /// The rectangle around the subject: x, y, width, height in pixels.
  package var box: [Int]
  /// The visible parts, back to front.
  package var parts: [PartTruth]
  package var edit: EditTruth?

  /// The truth about a scene that is kept in `file`.
  init(file: String, scene: Scene) {
    self.file = file
    kind = scene.subject
    seed = scene.seed
    facing = scene.facing
    landmark = scene.landmark.map(PartTruth.init)
    box = scene.box.list
    parts = scene.parts.map(PartTruth.init)
  }
}

package struct EditTruth: Codable, Sendable {
  /// The picture without the edits, relative to the set's folder.
  package var unedited: String
  /// The edits, in order.
  package var steps: [Step]
  /// The pixels that differ, as run lengths like a part's mask.
  package var changed: [Int]

  package struct Step: Codable, Sendable, Equatable {
    package var operation: SceneEdit.Operation
    /// The parts whose place it changed.
    package var parts: [PartName]
    /// The part that replaced it.
    package var by: PartName?
    /// The scene that it was taken from.
    package var donor: SceneOptions.Donor?
    /// How far the part was moved.
    package var offset: SceneOptions.Offset?

    init(_ edit: SceneEdit) {
      operation = edit.operation
      parts = edit.parts
      switch edit {
      case .swap: break
      case .replace(_, let part, let source): (by, donor) = (part, source)
      case .move(_, let distance): offset = distance
      }
    }
  }

  /// The truth about an edited scene whose unedited picture is kept in `file`.
  init(unedited file: String, scene: EditedScene) {
    unedited = file
    steps = scene.edits.map(Step.init)
    changed = scene.changed.runLengths
  }
}

package struct PartTruth: Codable, Sendable {
  /// Its everyday name.
  package var name: PartName
  /// The rectangle around its visible pixels: x, y, width, height.
  package var box: [Int]
  /// Mean position of its visible pixels in [0, 1]²: x, y.
  package var center: [Double]
  /// The share of it that is visible.
  package var visibleFraction: Double
  /// Its visible pixels as lengths of runs in row-major order, outside and inside alternating, the first one outside.
  package var mask: [Int]

  init(_ part: Part) {
    name = part.name
    box = part.box.list
    center = [part.center.x, part.center.y]
    visibleFraction = part.visibleFraction
    mask = part.mask.runLengths
  }
}

extension Mask {
  /// Lengths of runs in row-major order, outside and inside alternating, the first one outside (perhaps 0 long).
  var runLengths: [Int] {
    var runs: [Int] = []
    var (inside, start) = (false, 0)
    for index in 0..<width * height where self[index] != inside {
      runs.append(index - start)
      start = index
      inside.toggle()
    }
    runs.append(width * height - start)
    return runs
  }
}

extension Box {
  /// x, y, width, height.
  fileprivate var list: [Int] { [x, y, width, height] }
}
