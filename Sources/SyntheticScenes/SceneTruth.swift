import Images

/// The contents of a scene set's `scenes.json`.
public struct SceneSetTruth: Codable, Sendable {
  /// The seed that the set was written with.
  public var seed: UInt64
  /// Width of every picture in pixels.
  public var width: Int
  /// Height of every picture in pixels.
  public var height: Int
  /// Every picture with a vehicle.
  public var scenes: [SceneTruth]
}

/// What is where in one picture of a scene set.
public struct SceneTruth: Codable, Sendable {
  /// The picture's file, relative to the set's folder.
  public var file: String
  /// The vehicle's class.
  public var kind: VehicleKind
  /// The seed of the scene.
  public var seed: UInt64
  /// Where the vehicle's front points.
  public var facing: Facing
  /// The rectangle around the vehicle: x, y, width, height in pixels.
  public var box: [Int]
  /// The visible parts, back to front.
  public var parts: [PartTruth]

  /// The truth about a scene that is kept in `file`.
  init(file: String, scene: Scene) {
    self.file = file
    kind = scene.kind
    seed = scene.seed
    facing = scene.facing
    box = scene.vehicleBox.list
    parts = scene.parts.map(PartTruth.init)
  }
}

/// Where one part is.
public struct PartTruth: Codable, Sendable {
  /// What a person would call it.
  public var name: PartName
  /// The rectangle around its visible pixels: x, y, width, height.
  public var box: [Int]
  /// Mean position of its visible pixels in [0, 1]²: x, y.
  public var center: [Double]
  /// The share of it that nothing hides.
  public var visibleFraction: Double
  /// Its visible pixels as lengths of runs in row-major order, outside and inside by turns, the first one outside.
  public var mask: [Int]

  init(_ part: Part) {
    name = part.name
    box = part.box.list
    center = [part.center.x, part.center.y]
    visibleFraction = part.visibleFraction
    mask = part.mask.runLengths
  }
}

extension Mask {
  /// Lengths of runs in row-major order, outside and inside by turns, the first one outside (perhaps 0 long).
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
