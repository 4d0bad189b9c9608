import Images
import Testing

@testable import SyntheticScenes

/// Swaps, replacements and moves of parts, and the truth about them.
@Suite("Edits of scenes")
struct SceneEditTests {
  let generator = SceneGenerator()
  private let plain = SceneOptions(facing: .right, clutter: false)

  private func center(_ scene: Scene, _ name: PartName) throws -> (x: Double, y: Double) {
    try #require(scene.part(name)).center
  }

  @Test("Swapped parts stand in each other's place, and all else stays", arguments: [UInt64(1), 2, 3])
  func partsAreSwapped(seed: UInt64) throws {
    let toys = try generator.edited([.swap(.ball, .cone)], subject: .arrangement(.ballAbove), seed: seed)
    for (one, other) in [(PartName.ball, PartName.cone), (.cone, .ball)] {
      let (old, new) = (try #require(toys.before.part(one)).box, try #require(toys.after.part(other)).box)
      #expect(abs(old.x + old.width / 2 - new.x - new.width / 2) <= 2)
      #expect(abs(old.y + old.height / 2 - new.y - new.height / 2) <= 2)
    }
    #expect(try #require(toys.after.part(.block)).mask.jaccardIndex(#require(toys.before.part(.block)).mask) > 0.9)
    let bus = try generator.edited(
      [.swap(.stopSign, .warningLights)], subject: .vehicle(.schoolBus), seed: seed, options: plain)
    let (sign, lights) = (try center(bus.before, .stopSign), try center(bus.after, .warningLights))
    #expect(abs(sign.x - lights.x) < 0.05 && abs(sign.y - lights.y) < 0.05)
    #expect(bus.before.subject == bus.after.subject && bus.before.facing == bus.after.facing)
  }

  @Test("What changed is where the parts were and are, and nowhere else")
  func truthOfWhatChanged() throws {
    let edits: [SceneEdit] = [.swap(.block, .cone), .move(.ball, by: .init(x: 0, y: -0.3))]
    for edit in edits {
      let scene = try generator.edited([edit], subject: .arrangement(.blockAbove), seed: 4)
      var touched = Mask(width: generator.size, height: generator.size)
      for name in edit.parts {
        for part in [scene.before.part(name), scene.after.part(name)].compactMap({ $0 }) {
          part.mask.forEachPixel { x, y in touched[x, y] = true }
        }
      }
      // A shadow is cast beside a part: what is changed reaches a little beyond the masks, and covers nearly all of
      // them.
      #expect(Double(scene.changed.intersectionArea(touched)) > 0.8 * Double(touched.area))
      var far = 0
      let reach = try #require(touched.boundingBox)
      scene.changed.forEachPixel { x, y in
        if x < reach.x - 20 || y < reach.y - 20 || x >= reach.x + reach.width + 20 || y >= reach.y + reach.height + 20 {
          far += 1
        }
      }
      #expect(far == 0)
      for pixel in 0..<generator.size * generator.size {
        let range = pixel * 3..<pixel * 3 + 3
        let differs = scene.before.image.samples[range] != scene.after.image.samples[range]
        #expect(differs == scene.changed[pixel])
      }
    }
  }

  @Test("A part moves as far as asked, added up over edits")
  func partIsMoved() throws {
    let scene = try generator.edited(
      [.move(.cone, by: .init(x: 0.1, y: 0)), .move(.cone, by: .init(x: 0.1, y: 0.05))],
      subject: .arrangement(.coneAbove), seed: 3, options: SceneOptions(clutter: false))
    let (before, after) = (try center(scene.before, .cone), try center(scene.after, .cone))
    #expect(abs(after.x - before.x - 0.2) < 0.02 && abs(before.y - after.y - 0.05) < 0.02)
  }

  @Test("A part makes room for another scene's, in that scene's style and size")
  func partIsReplaced() throws {
    let donor = SceneOptions.Donor(subject: .vehicle(.ambulance), seed: 11)
    let scene = try generator.edited(
      [.replace(.hoseReel, by: .cross, from: donor)], subject: .vehicle(.fireEngine), seed: 6, options: plain)
    let (reel, cross) = (try center(scene.before, .hoseReel), try center(scene.after, .cross))
    #expect(scene.after.part(.hoseReel) == nil)
    #expect(abs(reel.x - cross.x) < 0.03 && abs(reel.y - cross.y) < 0.03)
    let other = try generator.edited(
      [.replace(.hoseReel, by: .cross, from: .init(subject: .vehicle(.ambulance), seed: 12))],
      subject: .vehicle(.fireEngine), seed: 6, options: plain)
    #expect(other.after.image != scene.after.image)
  }

  @Test("A part that is not there is refused by name")
  func missingPartIsRefused() throws {
    let error = #expect(throws: SceneError.self) {
      try generator.edited([.swap(.ladder, .cross)], subject: .vehicle(.fireEngine), seed: 1)
    }
    #expect(error == .noSuchPart(name: "cross", subject: "fire engine"))
    #expect(throws: SceneError.noSuchPart(name: "ladder", subject: "fire engine")) {
      try generator.edited(
        [.move(.ladder, by: .init(x: 0.1, y: 0))], subject: .vehicle(.fireEngine), seed: 1,
        options: SceneOptions(omitted: [.ladder]))
    }
  }
}
