import Drawing
import Images
import Testing

@testable import SyntheticScenes

/// Seeds that the tests draw from; small, for the machine is shared.
private let seeds: [UInt64] = Array(0..<12)

@Suite("Scenes")
struct SceneGeneratorTests {
  let generator = SceneGenerator()

  @Test("The same seed gives the same bytes, another seed another picture", arguments: VehicleKind.allCases)
  func sceneIsReproducible(kind: VehicleKind) throws {
    let first = try generator.scene(kind: kind, seed: 5)
    let again = try SceneGenerator().scene(kind: kind, seed: 5)
    let other = try generator.scene(kind: kind, seed: 6)
    #expect(first.image == again.image)
    #expect(first.parts.map(\.mask) == again.parts.map(\.mask))
    #expect(first.image != other.image)
    #expect(try generator.backgroundScene(seed: 5) == generator.backgroundScene(seed: 5))
    #expect(try generator.backgroundScene(seed: 5) != generator.backgroundScene(seed: 6))
  }

  @Test("A size out of range is moved into it", arguments: [(-5, 32), (0, 32), (128, 128), (Int.max, 1024)])
  func sizeIsClamped(asked: Int, given: Int) {
    #expect(SceneGenerator(size: asked).size == given)
  }

  @Test("A larger picture shows the same scene", arguments: VehicleKind.allCases)
  func sizeSetsOnlyResolution(kind: VehicleKind) throws {
    let small = try SceneGenerator(size: 64).scene(kind: kind, seed: 3)
    let large = try SceneGenerator(size: 256).scene(kind: kind, seed: 3)
    #expect(small.facing == large.facing)
    for part in small.parts {
      let same = try #require(large.part(part.name))
      #expect(abs(part.center.x - same.center.x) < 0.02, "\(part.name)")
      #expect(abs(part.center.y - same.center.y) < 0.02, "\(part.name)")
    }
  }

  @Test("Every part is there and large enough to be found", arguments: VehicleKind.allCases)
  func everyPartIsVisible(kind: VehicleKind) throws {
    let pixels = Double(generator.size * generator.size)
    for seed in seeds {
      let scene = try generator.scene(kind: kind, seed: seed, options: SceneOptions(clutter: false))
      #expect(Set(scene.parts.map(\.name)) == Set(kind.parts))
      for part in scene.parts {
        #expect(Double(max(part.box.width, part.box.height)) >= 0.08 * Double(generator.size), "\(part.name)")
        #expect(Double(part.mask.area) >= 0.003 * pixels, "\(part.name), seed \(seed)")
        #expect(part.visibleFraction > 0.2 && part.visibleFraction <= 1, "\(part.name), seed \(seed)")
      }
    }
  }

  @Test("Masks are disjoint, and their boxes and centres fit", arguments: VehicleKind.allCases)
  func masksPartitionTheVehicle(kind: VehicleKind) throws {
    for seed in seeds {
      let scene = try generator.scene(kind: kind, seed: seed)
      var union = Mask(width: generator.size, height: generator.size)
      for part in scene.parts {
        #expect(union.intersectionArea(part.mask) == 0)
        #expect(part.mask.boundingBox == part.box)
        part.mask.forEachPixel { x, y in union[x, y] = true }
      }
      #expect(union.boundingBox == scene.box)
    }
  }

  @Test("Omitting a part changes the picture where its mask was, and nowhere far from it")
  func maskIsWhatWasDrawn() throws {
    for kind in VehicleKind.allCases {
      // The bodies are behind much else: without them the shadow shows, which may have their colour.
      for name in kind.parts where name != .body {
        let whole = try generator.scene(kind: kind, seed: 8, options: SceneOptions(clutter: false))
        let without = try generator.scene(kind: kind, seed: 8, options: SceneOptions(omitted: [name], clutter: false))
        let part = try #require(whole.part(name))
        #expect(without.part(name) == nil)
        var (inside, outside) = (0, 0)
        for pixel in 0..<generator.size * generator.size {
          guard differ(whole.image, without.image, pixel) else { continue }
          if part.mask[pixel] { inside += 1 } else { outside += 1 }
        }
        #expect(Double(inside) > 0.5 * Double(part.mask.area), "\(kind.rawValue), \(name.rawValue)")
        // Antialiased edges are less than half covered.
        #expect(Double(outside) < 4 * Double(part.box.width + part.box.height), "\(kind.rawValue), \(name.rawValue)")
      }
    }
  }

  private func differ(_ a: RGBImage, _ b: RGBImage, _ pixel: Int) -> Bool {
    (0..<3).contains { a.samples[pixel * 3 + $0] != b.samples[pixel * 3 + $0] }
  }

  @Test("Facing is as asked, and the front is on that side", arguments: VehicleKind.allCases)
  func facingIsForced(kind: VehicleKind) throws {
    for seed in seeds {
      for facing in Facing.allCases {
        let scene = try generator.scene(kind: kind, seed: seed, options: SceneOptions(facing: facing, clutter: false))
        #expect(scene.facing == facing)
        let front = try #require(scene.part(.frontWheel))
        let rear = try #require(scene.part(.rearWheel))
        #expect((front.center.x > rear.center.x) == (facing == .right))
      }
    }
    let drawn = Set(try (0..<20).map { try generator.scene(kind: kind, seed: $0).facing })
    #expect(drawn == Set(Facing.allCases))
  }

  @Test("A displaced part moves as far as asked, and nothing else does")
  func partIsDisplaced() throws {
    let usual = try generator.scene(
      kind: .ambulance, seed: 4, options: SceneOptions(facing: .right, clutter: false))
    let moved = try generator.scene(
      kind: .ambulance, seed: 4,
      options: SceneOptions(facing: .right, displaced: [.cross: .init(x: 0.4, y: -0.2)], clutter: false))
    let (before, after) = (try #require(usual.part(.cross)), try #require(moved.part(.cross)))
    #expect(after.center.x - before.center.x > 0.2)
    #expect(after.center.y - before.center.y > 0.08)
    #expect(usual.part(.beacon)?.mask == moved.part(.beacon)?.mask)
  }

  @Test("A substituted part stands where the other was, under its own name")
  func partIsSubstituted() throws {
    let usual = try generator.scene(kind: .fireEngine, seed: 2, options: SceneOptions(clutter: false))
    let swapped = try generator.scene(
      kind: .fireEngine, seed: 2, options: SceneOptions(substituted: [.hoseReel: .stopSign], clutter: false))
    let (reel, sign) = (try #require(usual.part(.hoseReel)), try #require(swapped.part(.stopSign)))
    #expect(swapped.part(.hoseReel) == nil)
    #expect(abs(reel.center.x - sign.center.x) < 0.03 && abs(reel.center.y - sign.center.y) < 0.03)
    #expect(reel.mask.jaccardIndex(sign.mask) > 0.6)
  }

  @Test("The body takes the colour that is asked for")
  func bodyColorIsForced() throws {
    let scene = try generator.scene(
      kind: .schoolBus, seed: 1, options: SceneOptions(bodyColor: Color(0, 0, 1), clutter: false))
    let body = try #require(scene.part(.body))
    var (red, blue) = (0, 0)
    body.mask.forEachPixel { x, y in
      let index = (y * generator.size + x) * 3
      red += Int(scene.image.samples[index])
      blue += Int(scene.image.samples[index + 2])
    }
    #expect(blue > 2 * red)
  }

  @Test("Each kind has parts of its own and parts that others have")
  func partsAreSharedAndDistinctive() {
    for kind in VehicleKind.allCases {
      #expect(kind.distinctiveParts.count >= 3)
      #expect(kind.parts.contains(.frontWheel))
      #expect(Set(kind.parts).count == kind.parts.count)
    }
    let toys = Arrangement.allCases.flatMap { SceneSubject.arrangement($0).parts }
    #expect(Set(VehicleKind.allCases.flatMap(\.parts) + toys + [.balloon]) == Set(PartName.allCases))
  }
}
