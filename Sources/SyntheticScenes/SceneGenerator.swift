import Images
import Tensors

/// Draws toy vehicles in toy landscapes, and knows where each part is.
///
/// Everything about a scene follows from its kind, its seed and its options; the size only sets the resolution. The same
/// four give the same bytes.
public struct SceneGenerator: Sendable {
  /// Width and height of the pictures in pixels.
  public let size: Int

  /// The sizes that pictures may have.
  public static let sizes = 32...1024
  /// The usual size.
  public static let defaultSize = 128

  /// A generator of square pictures of `size` pixels a side; a size outside of `sizes` is moved to the nearest in it.
  public init(size: Int = SceneGenerator.defaultSize) {
    self.size = min(max(size, SceneGenerator.sizes.lowerBound), SceneGenerator.sizes.upperBound)
  }

  /// A scene with one vehicle of `kind`.
  ///
  /// Throws `SceneError.outOfMemory` where Cairo cannot allocate the picture.
  public func scene(kind: VehicleKind, seed: UInt64, options: SceneOptions = SceneOptions()) throws -> Scene {
    guard var picture = LayeredPicture(size: size) else { throw SceneError.outOfMemory(size: size) }
    var random = SeededRandom(seed: seed, purpose: "backdrop \(kind.rawValue)")
    let backdrop = Backdrop(random: &random)
    picture.drawBackdrop(backdrop.paint)

    random = SeededRandom(seed: seed, purpose: "clutter \(kind.rawValue)")
    let behind = (0..<random.index(below: 4)).map { _ in
      Clutter(
        among: Clutter.behind, x: 0...1, y: backdrop.horizon...backdrop.horizon + 0.08, scale: 1, random: &random)
    }
    let before = (0..<random.index(below: 3)).map { _ in
      Clutter(among: Clutter.before, x: 0...1, y: 0.9...0.99, scale: 1, random: &random)
    }
    if options.clutter { for thing in behind { picture.drawBackdrop(thing.paint) } }

    random = SeededRandom(seed: seed, purpose: "pose \(kind.rawValue)")
    let pose = Pose(facing: options.facing, random: &random)
    random = SeededRandom(seed: seed, purpose: "style \(kind.rawValue)")
    let style = VehicleStyle(kind: kind, body: options.bodyColor, random: &random)
    random = SeededRandom(seed: seed, purpose: "layout \(kind.rawValue)")
    let slots = kind.layout.map { $0.jittered(&random) }

    picture.drawBackdrop { canvas in canvas.transformed(pose.transform, Pose.paintShadow) }
    let names = draw(slots, style: style, pose: pose, options: options, on: &picture)
    if options.clutter { for thing in before { picture.draw(thing.paint) } }

    random = SeededRandom(seed: seed, purpose: "light \(kind.rawValue)")
    let light = Light(random: &random)
    let image = light.image(of: picture.pixels(), size: size, random: &random)
    let (parts, vehicle) = parts(named: names, in: picture)
    return Scene(
      image: image, kind: kind, seed: seed, facing: pose.facing,
      vehicleBox: vehicle.boundingBox ?? Box(x: 0, y: 0, width: 0, height: 0), parts: parts)
  }

  /// A picture without any vehicle: a landscape with random things.
  ///
  /// Throws `SceneError.outOfMemory` where Cairo cannot allocate the picture.
  public func backgroundScene(seed: UInt64) throws -> RGBImage {
    guard let picture = LayeredPicture(size: size) else { throw SceneError.outOfMemory(size: size) }
    var random = SeededRandom(seed: seed, purpose: "background")
    let backdrop = Backdrop(random: &random)
    let things = (0..<5 + random.index(below: 6)).map { _ in
      Clutter(
        among: Clutter.Kind.allCases, x: 0...1, y: backdrop.horizon...1, scale: random.uniform(in: 1...2.2),
        random: &random)
    }
    picture.drawBackdrop { canvas in
      backdrop.paint(on: canvas)
      for thing in things.sorted(by: { $0.foot.y < $1.foot.y }) { thing.paint(on: canvas) }
    }
    let light = Light(random: &random)
    return light.image(of: picture.pixels(), size: size, random: &random)
  }

  /// Draws the parts in their slots as options have it; the names of the layers recorded.
  private func draw(
    _ slots: [Slot], style: VehicleStyle, pose: Pose, options: SceneOptions, on picture: inout LayeredPicture
  ) -> [PartName] {
    let painter = PartPainter(style: style)
    let inPlace = slots.filter { options.displaced[$0.name] == nil }
    let moved = slots.filter { options.displaced[$0.name] != nil }
    var names: [PartName] = []
    for slot in inPlace + moved where !options.omitted.contains(slot.name) {
      let offset = options.displaced[slot.name] ?? SceneOptions.Offset(x: 0, y: 0)
      let rect = Rect(
        x: slot.left + offset.x, y: -(slot.bottom + slot.height + offset.y), width: slot.width, height: slot.height)
      let center = rect.point(0.5, 0.5)
      let tilted = Transform.translation(center.0, center.1).after(.rotation(slot.tilt)).after(
        .translation(-center.0, -center.1))
      let name = options.substituted[slot.name] ?? slot.name
      picture.drawRecorded { canvas in
        canvas.transformed(pose.transform.after(tilted)) { canvas in painter.paint(name, in: rect, on: canvas) }
      }
      names.append(name)
    }
    return names
  }

  /// The visible parts by the layers recorded, and all of the vehicle's pixels.
  private func parts(named names: [PartName], in picture: LayeredPicture) -> ([Part], Mask) {
    var masks = names.map { _ in Mask(width: size, height: size) }
    var vehicle = Mask(width: size, height: size)
    for (index, owner) in picture.owners.enumerated() where owner != LayeredPicture.nobody {
      masks[Int(owner)][index] = true
      vehicle[index] = true
    }
    var parts: [Part] = []
    for (layer, name) in names.enumerated() {
      guard let center = masks[layer].centroid, let box = masks[layer].boundingBox else { continue }
      let covered = max(picture.coveredPixels[layer], 1)
      parts.append(
        Part(
          name: name, mask: masks[layer], center: center, box: box,
          visibleFraction: Double(masks[layer].area) / Double(covered)))
    }
    return (parts, vehicle)
  }
}
