import Images
import SyntheticScenes
import Testing

/// Scenes whose class is nothing but how three toys stand to each other.
@Suite("Arrangements")
struct ArrangementTests {
  private static let toys: [PartName] = [.ball, .block, .cone]
  let generator = SceneGenerator()

  private func scene(_ arrangement: Arrangement, _ seed: UInt64, size: Int = 64) throws -> Scene {
    try SceneGenerator(size: size).scene(.arrangement(arrangement), seed: seed, options: SceneOptions(clutter: false))
  }

  @Test("The same seed gives the same bytes, another seed another picture", arguments: Arrangement.allCases)
  func sceneIsReproducible(arrangement: Arrangement) throws {
    let first = try generator.scene(.arrangement(arrangement), seed: 5)
    let again = try SceneGenerator().scene(.arrangement(arrangement), seed: 5)
    #expect(first.image == again.image && first.parts.map(\.mask) == again.parts.map(\.mask))
    #expect(try first.image != generator.scene(.arrangement(arrangement), seed: 6).image)
    #expect(first.facing == nil && first.landmark == nil)
    #expect(
      try generator.backgroundScene(of: .arrangement, seed: 1) == generator.backgroundScene(of: .arrangement, seed: 1))
  }

  @Test("Every toy is in the picture once, in a mask of its own", arguments: Arrangement.allCases)
  func masksAreDisjoint(arrangement: Arrangement) throws {
    for seed in UInt64(0)..<12 {
      let scene = try generator.scene(.arrangement(arrangement), seed: seed)
      #expect(Set(scene.parts.map(\.name)) == Set(Self.toys) && scene.parts.count == 3)
      var union = Mask(width: generator.size, height: generator.size)
      for part in scene.parts {
        #expect(union.intersectionArea(part.mask) == 0)
        #expect(Double(part.mask.area) > 0.007 * Double(generator.size * generator.size))
        #expect(part.visibleFraction > 0.85, "\(part.name), seed \(seed)")
        part.mask.forEachPixel { x, y in union[x, y] = true }
      }
      #expect(union.boundingBox == scene.box)
    }
  }

  /// Corners are filled in turn, so that all but the order is the same in the classes' scenes of one seed.
  @Test("Scenes of one seed differ in nothing but which toy stands where")
  func onlyTheOrderDiffers() throws {
    for seed in UInt64(0)..<6 {
      let scenes = try Arrangement.allCases.map { try scene($0, seed, size: 128) }
      for pixel in 0..<128 * 128 where !scenes.contains(where: { $0.box.around(pixel, width: 128) }) {
        let range = pixel * 3..<pixel * 3 + 3
        #expect(scenes.allSatisfy { $0.image.samples[range] == scenes[0].image.samples[range] })
      }
      for toy in Self.toys {
        // Each toy stands in each corner once: its places are those of any other toy.
        let places = scenes.compactMap { $0.part(toy)?.center }.sorted { $0.x < $1.x }
        let others = scenes[0].parts.map(\.center).sorted { $0.x < $1.x }
        for (place, other) in zip(places, others) {
          #expect(abs(place.x - other.x) < 0.04 && abs(place.y - other.y) < 0.04)
        }
      }
    }
  }

  /// The class of the least distance to the mean over a class's scenes of numbers made from them; the share of other
  /// scenes named rightly.
  private func accuracy(_ features: (Scene) throws -> [Double]) throws -> Double {
    func table(_ seeds: Range<UInt64>) throws -> [[[Double]]] {
      try Arrangement.allCases.map { arrangement in try seeds.map { try features(scene(arrangement, $0)) } }
    }
    let means = try table(0..<80).map { rows in
      rows[0].indices.map { column in rows.reduce(0) { $0 + $1[column] } / Double(rows.count) }
    }
    func distance(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } }
    var right = 0
    let tested = try table(100..<160)
    for (label, rows) in tested.enumerated() {
      for row in rows {
        let nearest = means.indices.min { distance(row, means[$0]) < distance(row, means[$1]) }
        right += nearest == label ? 1 : 0
      }
    }
    return Double(right) / Double(tested.joined().count)
  }

  @Test("Where one toy lies says little of the class; where it lies from another says all")
  func positionsAreUninformative() throws {
    for (index, toy) in Self.toys.enumerated() {
      let other = Self.toys[(index + 1) % 3]
      let alone = try accuracy { scene in
        let center = try #require(scene.part(toy)?.center)
        return [center.x, center.y]
      }
      let between = try accuracy { scene in
        let (one, two) = (try #require(scene.part(toy)?.center), try #require(scene.part(other)?.center))
        return [two.x - one.x, two.y - one.y]
      }
      #expect(alone < 0.6, "\(toy): \(alone)")
      #expect(between > 0.99, "\(toy): \(between)")
    }
    // Nor does any toy's size.
    let sizes = try accuracy { scene in try Self.toys.map { Double(try #require(scene.part($0)).box.width) } }
    #expect(sizes < 0.45)
  }
}

extension Box {
  /// Whether a pixel lies in the box or so near that a shadow may fall on it.
  fileprivate func around(_ pixel: Int, width imageWidth: Int) -> Bool {
    let margin = 16
    let (column, row) = (pixel % imageWidth, pixel / imageWidth)
    return column >= x - margin && column < x + width + margin && row >= y - margin && row < y + height + margin
  }
}
