import Drawing
import Images
import Tensors

/// Draws toy vehicles in toy landscapes and toys on floors, and records where each part is.
///
/// Everything about a scene follows from its subject, its seed and its options; the size only sets the resolution. The
/// same four give the same bytes. Where Cairo cannot allocate the picture, every method throws
/// `SceneError.outOfMemory`.
package struct SceneGenerator: Sendable {
  /// Width and height of the pictures in pixels.
  package let size: Int

  package static let sizes = 32...1024
  package static let defaultSize = 128

  /// A generator of square pictures of `size` pixels a side; a size outside of `sizes` is moved to the nearest in it.
  package init(size: Int = SceneGenerator.defaultSize) {
    self.size = min(max(size, SceneGenerator.sizes.lowerBound), SceneGenerator.sizes.upperBound)
  }

  /// A scene of `subject`.
  package func scene(_ subject: SceneSubject, seed: UInt64, options: SceneOptions = SceneOptions()) throws -> Scene {
    switch subject {
    case .vehicle(let kind): try scene(kind: kind, seed: seed, options: options)
    case .arrangement(let arrangement): try scene(arrangement: arrangement, seed: seed, options: options)
    }
  }

  /// A scene with one vehicle of `kind`.
  package func scene(kind: VehicleKind, seed: UInt64, options: SceneOptions = SceneOptions()) throws -> Scene {
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
    let slots = slots(of: kind, seed: seed)

    var names: [PartName] = []
    if options.landmark {
      random = SeededRandom(seed: seed, purpose: "landmark \(kind.rawValue)")
      let place = BalloonPainter.place(random: &random)
      picture.drawRecorded { BalloonPainter().paint(in: place, on: $0) }
      names.append(.balloon)
    }
    picture.drawBackdrop { canvas in canvas.transformed(pose.transform, Pose.paintShadow) }
    names += draw(slots, style: style, pose: pose, options: options, on: &picture)
    if options.clutter { for thing in before { picture.draw(thing.paint) } }

    random = SeededRandom(seed: seed, purpose: "light \(kind.rawValue)")
    let light = Light(random: &random)
    let image = light.image(of: picture.image(), random: &random)
    return scene(
      image, of: .vehicle(kind), seed: seed, facing: pose.facing, layers: names, landmarks: options.landmark ? 1 : 0,
      in: picture)
  }

  /// A picture without any subject of `family`: a landscape or a floor, with random things.
  package func backgroundScene(of family: SceneFamily, seed: UInt64) throws -> RGBImage {
    switch family {
    case .vehicles, .poseBias, .backgroundBias: try backgroundScene(seed: seed)
    case .arrangement: try floorScene(seed: seed)
    }
  }

  /// A picture without any vehicle: a landscape with random things.
  package func backgroundScene(seed: UInt64) throws -> RGBImage {
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
    return light.image(of: picture.image(), random: &random)
  }

  /// Draws the parts in their slots with these options; returns the names of the recorded layers.
  private func draw(
    _ slots: [Slot], style: VehicleStyle, pose: Pose, options: SceneOptions, on picture: inout LayeredPicture
  ) -> [PartName] {
    let painter = PartPainter(style: style)
    let inPlace = slots.filter { options.displaced[$0.name] == nil }
    let moved = slots.filter { options.displaced[$0.name] != nil }
    var names: [PartName] = []
    for slot in inPlace + moved where !options.omitted.contains(slot.name) {
      let offset = options.displaced[slot.name] ?? SceneOptions.Offset(x: 0, y: 0)
      let slot = options.donors[slot.name].map { slot.resized(for: options.substituted[slot.name], of: $0) } ?? slot
      let rect = Rect(
        x: slot.left + offset.x, y: -(slot.bottom + slot.height + offset.y), width: slot.width, height: slot.height)
      let center = rect.point(0.5, 0.5)
      let tilted = Transform.translation(center.x, center.y).after(.rotation(slot.tilt)).after(
        .translation(-center.x, -center.y))
      let name = options.substituted[slot.name] ?? slot.name
      let painter = options.donors[slot.name].map(PartPainter.init) ?? painter
      picture.drawRecorded { canvas in
        canvas.transformed(pose.transform.after(tilted)) { canvas in painter.paint(name, in: rect, on: canvas) }
      }
      names.append(name)
    }
    return names
  }

  /// The places of a kind's parts in the scene of this seed.
  func slots(of kind: VehicleKind, seed: UInt64) -> [Slot] {
    var random = SeededRandom(seed: seed, purpose: "layout \(kind.rawValue)")
    return kind.layout.map { $0.jittered(&random) }
  }

  /// The scene of a picture whose layers, back to front, show the named things, the first `landmarks` of them in the
  /// backdrop.
  func scene(
    _ image: RGBImage, of subject: SceneSubject, seed: UInt64, facing: Facing?, layers: [PartName], landmarks: Int,
    in picture: LayeredPicture
  ) -> Scene {
    var masks = layers.map { _ in Mask(width: size, height: size) }
    var whole = Mask(width: size, height: size)
    for (index, owner) in picture.owners.enumerated() where owner != LayeredPicture.nobody {
      masks[Int(owner)][index] = true
      if Int(owner) >= landmarks { whole[index] = true }
    }
    func parts(_ range: Range<Int>) -> [Part] {
      range.compactMap { layer in
        guard let center = masks[layer].centroid, let box = masks[layer].boundingBox else { return nil }
        let covered = max(picture.coveredPixels[layer], 1)
        return Part(
          name: layers[layer], mask: masks[layer], center: center, box: box,
          visibleFraction: Double(masks[layer].area) / Double(covered))
      }
    }
    return Scene(
      image: image, subject: subject, seed: seed, facing: facing,
      box: whole.boundingBox ?? Box(x: 0, y: 0, width: 0, height: 0), parts: parts(landmarks..<layers.count),
      landmark: parts(0..<landmarks).first)
  }
}
