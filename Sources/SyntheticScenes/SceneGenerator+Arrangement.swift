import Drawing
import Images
import Tensors

extension SceneGenerator {
  /// A scene with three toys on a floor. All arrangements of one seed differ only in which toy stands in which corner.
  func scene(arrangement: Arrangement, seed: UInt64, options: SceneOptions) throws -> Scene {
    guard var picture = LayeredPicture(size: size) else { throw SceneError.outOfMemory(size: size) }
    var random = SeededRandom(seed: seed, purpose: "toys' floor")
    let floor = Backdrop(floor: &random)
    picture.drawBackdrop(floor.paint)
    random = SeededRandom(seed: seed, purpose: "toys' clutter")
    let things = (0..<random.index(below: 4)).map { _ in Self.litter(random: &random) }
    if options.clutter { for thing in things { picture.drawBackdrop(thing.paint) } }

    let triangle = triangle(seed: seed)
    let painter = PartPainter(SceneOptions.Donor(subject: .arrangement(arrangement), seed: seed))
    let standing = zip(arrangement.toys, triangle.corners).filter { !options.omitted.contains($0.0.part) }
    let inPlace = standing.filter { options.displaced[$0.0.part] == nil }
    let moved = standing.filter { options.displaced[$0.0.part] != nil }
    // Lower toys are nearer; a moved toy is the nearest.
    let placed = (inPlace.sorted { $0.1.y < $1.1.y } + moved).map { toy, corner in
      let offset = options.displaced[toy.part] ?? SceneOptions.Offset(x: 0, y: 0)
      let half = triangle.toySize / 2
      return (
        part: toy.part,
        rect: Rect(
          x: corner.x + offset.x - half, y: corner.y - offset.y - half, width: triangle.toySize,
          height: triangle.toySize)
      )
    }
    picture.drawBackdrop { canvas in
      for toy in placed { ToyPainter.paintShadow(of: toy.rect, on: canvas) }
    }
    var layers: [PartName] = []
    for toy in placed {
      let name = options.substituted[toy.part] ?? toy.part
      let painter = options.donors[toy.part].map(PartPainter.init) ?? painter
      picture.drawRecorded { canvas in painter.paint(name, in: toy.rect, on: canvas) }
      layers.append(name)
    }
    random = SeededRandom(seed: seed, purpose: "toys' light")
    let light = Light(random: &random)
    let image = light.image(of: picture.image(), random: &random)
    return scene(
      image, of: .arrangement(arrangement), seed: seed, facing: nil, layers: layers, landmarks: 0, in: picture)
  }

  /// A picture of a floor without toys.
  func floorScene(seed: UInt64) throws -> RGBImage {
    guard let picture = LayeredPicture(size: size) else { throw SceneError.outOfMemory(size: size) }
    var random = SeededRandom(seed: seed, purpose: "floor")
    let floor = Backdrop(floor: &random)
    let things = (0..<4 + random.index(below: 5)).map { _ in
      Clutter(
        among: Clutter.Kind.allCases.filter { $0 != .ball && $0 != .cone }, x: 0...1, y: 0.1...1,
        scale: random.uniform(in: 0.8...1.6), random: &random)
    }
    picture.drawBackdrop { canvas in
      floor.paint(on: canvas)
      for thing in things.sorted(by: { $0.foot.y < $1.foot.y }) { thing.paint(on: canvas) }
    }
    let light = Light(random: &random)
    return light.image(of: picture.image(), random: &random)
  }

  /// The corners that toys stand in.
  private func triangle(seed: UInt64) -> Triangle {
    var random = SeededRandom(seed: seed, purpose: "toys' places")
    return Triangle(random: &random)
  }

  private static func litter(random: inout SeededRandom) -> Clutter {
    Clutter(among: [.bush, .rock, .flowers], x: 0...1, y: 0.08...1, scale: 0.75, random: &random)
  }

  /// The middles of a subject's parts, in the unit and directions of `SceneOptions.displaced`, for a vehicle from its
  /// rear foot and for toys from the picture's upper left corner.
  func places(of subject: SceneSubject, seed: UInt64) -> [PartName: SceneOptions.Offset] {
    let places =
      switch subject {
      case .vehicle(let kind):
        slots(of: kind, seed: seed).map {
          ($0.name, SceneOptions.Offset(x: $0.left + $0.width / 2, y: $0.bottom + $0.height / 2))
        }
      case .arrangement(let arrangement):
        zip(arrangement.toys, triangle(seed: seed).corners).map {
          ($0.part, SceneOptions.Offset(x: $1.x, y: -$1.y))
        }
      }
    return Dictionary(places) { first, _ in first }
  }
}
