import Foundation
import Images
import SyntheticScenes
import Testing

@Suite("Sets of scenes")
struct SceneSetTests {
  private func withFolder(_ body: (URL) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("scenes-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(folder)
  }

  private func read(_ url: URL) throws -> RGBImage { try RGBImage.read(path: url.path) }

  @Test("Pictures and truth are written, and agree with the generator")
  func setIsWritten() throws {
    try withFolder { folder in
      try SceneSet.write(to: folder, perClass: 2, random: 3, heldOut: 1, seed: 9)
      let truth = try JSONDecoder().decode(
        SceneSetTruth.self, from: Data(contentsOf: folder.appendingPathComponent(SceneSet.truthFile)))
      #expect(truth.scenes.count == 9)
      #expect(Set(truth.scenes.map { "\($0.kind) \($0.seed)" }).count == 9)
      let generator = SceneGenerator(size: truth.width)
      for record in truth.scenes {
        let scene = try generator.scene(kind: record.kind, seed: record.seed)
        #expect(try read(folder.appendingPathComponent(record.file)) == scene.image)
        #expect(record.parts.map(\.name) == scene.parts.map(\.name))
        for (listed, part) in zip(record.parts, scene.parts) {
          #expect(pixels(of: listed.mask, width: truth.width, height: truth.height) == part.mask)
        }
      }
      let random = try FileManager.default.contentsOfDirectory(
        atPath: folder.appendingPathComponent(SceneSet.randomFolder).path)
      #expect(random.sorted() == ["0000.png", "0001.png", "0002.png"])
      let folders = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      #expect(Set(folders) == ["ambulance", "fire_engine", "school_bus", "held-out", "random", "scenes.json"])
    }
  }

  /// The set of pixels that run lengths describe.
  private func pixels(of runs: [Int], width: Int, height: Int) -> Mask {
    var contains: [Bool] = []
    for (index, run) in runs.enumerated() { contains += [Bool](repeating: index % 2 == 1, count: run) }
    return Mask(width: width, height: height, contains: contains)
  }

  @Test("The same seed writes the same files, another seed others")
  func setIsReproducible() throws {
    func bytes(seed: UInt64) throws -> Data {
      var data = Data()
      try withFolder { folder in
        try SceneSet.write(to: folder, perClass: 1, random: 1, heldOut: 0, seed: seed)
        for file in ["school_bus/0000.png", "random/0000.png", SceneSet.truthFile] {
          data.append(try Data(contentsOf: folder.appendingPathComponent(file)))
        }
      }
      return data
    }
    #expect(try bytes(seed: 1) == bytes(seed: 1))
    #expect(try bytes(seed: 1) != bytes(seed: 2))
  }

  @Test("Numbers out of range and folders that cannot be made are refused in words")
  func badInputIsRefused() throws {
    try withFolder { folder in
      #expect(throws: SceneError.invalidCount(name: "per-class", value: -1)) {
        try SceneSet.write(to: folder, perClass: -1, random: 0, heldOut: 0, seed: 0)
      }
      #expect(throws: SceneError.invalidCount(name: "held-out", value: Int.max)) {
        try SceneSet.write(to: folder, perClass: 0, random: 0, heldOut: .max, seed: 0)
      }
      #expect(!FileManager.default.fileExists(atPath: folder.path))
      try Data("a file".utf8).write(to: folder)
      let error = #expect(throws: SceneError.self) {
        try SceneSet.write(to: folder, perClass: 1, random: 0, heldOut: 0, seed: 0)
      }
      #expect(error?.description.contains("cannot write") == true)
    }
  }
}
