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

  private func set(
    _ family: SceneFamily = .vehicles, perClass: Int = 0, random: Int = 0, heldOut: Int = 0, seed: UInt64 = 0
  ) -> SceneSet {
    var set = SceneSet()
    set.family = family
    set.perClass = perClass
    set.random = random
    set.heldOut = heldOut
    set.seed = seed
    return set
  }

  private func truth(of folder: URL) throws -> SceneSetTruth {
    try JSONDecoder().decode(
      SceneSetTruth.self, from: Data(contentsOf: folder.appendingPathComponent(SceneSet.truthFile)))
  }

  private func read(_ url: URL) throws -> RGBImage { try RGBImage.read(path: url.path) }

  @Test("Pictures and truth are written, and agree with the generator")
  func setIsWritten() throws {
    try withFolder { folder in
      try set(perClass: 2, random: 3, heldOut: 1, seed: 9).write(to: folder)
      let truth = try truth(of: folder)
      #expect(truth.family == .vehicles && truth.bias == nil)
      #expect(truth.scenes.count == 9)
      #expect(Set(truth.scenes.map { "\($0.kind) \($0.seed)" }).count == 9)
      let generator = SceneGenerator(size: truth.width)
      for record in truth.scenes {
        let scene = try generator.scene(record.kind, seed: record.seed)
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
        try set(perClass: 1, random: 1, heldOut: 0, seed: seed).write(to: folder)
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
      let accepted = 0...SceneSet.maximumCount
      #expect(throws: SceneError.invalidCount(name: "per-class", value: -1, accepted: accepted)) {
        try set(perClass: -1).write(to: folder)
      }
      #expect(throws: SceneError.invalidCount(name: "held-out", value: Int.max, accepted: accepted)) {
        try set(heldOut: .max).write(to: folder)
      }
      var noEdits = set(perClass: 1)
      noEdits.edits = 0
      #expect(throws: SceneError.invalidCount(name: "edits", value: 0, accepted: 1...SceneSet.maximumEdits)) {
        try noEdits.write(to: folder)
      }
      #expect(!FileManager.default.fileExists(atPath: folder.path))
      try Data("a file".utf8).write(to: folder)
      let error = #expect(throws: SceneError.self) {
        try set(perClass: 1).write(to: folder)
      }
      #expect(error?.description.contains("cannot write") == true)
    }
  }

  @Test("Two classes face one way only where they are trained on, and both ways where they are held out")
  func poseBiasIsPlanted() throws {
    try withFolder { folder in
      try set(.poseBias, perClass: 12, heldOut: 12, seed: 3).write(to: folder)
      let truth = try truth(of: folder)
      let bias = try #require(truth.bias)
      let facings = try #require(bias.facings)
      #expect(facings.count == 2 && facings[bias.label] != nil && Set(facings.values).count == 2)
      for subject in SceneFamily.poseBias.subjects {
        let scenes = truth.scenes.filter { $0.kind == subject }
        let trained = Set(scenes.filter { !$0.file.hasPrefix("held-out/") }.map(\.facing))
        let heldOut = Set(scenes.filter { $0.file.hasPrefix("held-out/") }.map(\.facing))
        #expect(trained == (facings[subject.label].map { [$0] } ?? [.left, .right]))
        #expect(heldOut == [.left, .right])
      }
    }
    // Which class is biased, and which way, differs from set to set.
    let biases = (0..<12).compactMap { set(.poseBias, seed: $0).bias }
    #expect(Set(biases.map(\.label)).count == 3)
    #expect(Set(biases.compactMap { $0.facings?[$0.label] }).count == 2)
  }

  @Test("A balloon goes with one class where it is trained on, and with none where it is held out")
  func backgroundBiasIsPlanted() throws {
    try withFolder { folder in
      try set(.backgroundBias, perClass: 20, heldOut: 20, seed: 5).write(to: folder)
      let truth = try truth(of: folder)
      let bias = try #require(truth.bias)
      #expect(bias.landmark == .balloon && bias.facings == nil)
      func share(_ scenes: [SceneTruth]) -> Double {
        Double(scenes.count { $0.landmark != nil }) / Double(scenes.count)
      }
      for subject in SceneFamily.backgroundBias.subjects {
        let scenes = truth.scenes.filter { $0.kind == subject }
        let trained = share(scenes.filter { !$0.file.hasPrefix("held-out/") })
        #expect(subject.label == bias.label ? trained > 0.8 : trained < 0.25)
        #expect((0.2...0.8).contains(share(scenes.filter { $0.file.hasPrefix("held-out/") })))
      }
      for scene in truth.scenes { #expect(!scene.parts.contains { $0.name == .balloon }) }
    }
  }

  @Test("Edited scenes come with the picture as it was and with what was done", arguments: SceneFamily.allCases)
  func editedScenesAreWritten(family: SceneFamily) throws {
    try withFolder { folder in
      var set = set(family, seed: 2)
      set.edited = 3
      try set.write(to: folder)
      let truth = try truth(of: folder)
      let edited = truth.scenes.filter { $0.edit != nil }
      #expect(edited.count == 3 * family.subjects.count && truth.scenes.count == 2 * edited.count)
      for record in edited {
        let edit = try #require(record.edit)
        let original = try #require(truth.scenes.first { $0.file == edit.unedited })
        #expect(original.edit == nil && original.kind == record.kind && original.seed == record.seed)
        let before = try read(folder.appendingPathComponent(original.file))
        let after = try read(folder.appendingPathComponent(record.file))
        let changed = pixels(of: edit.changed, width: truth.width, height: truth.height)
        for pixel in 0..<truth.width * truth.height {
          let range = pixel * 3..<pixel * 3 + 3
          #expect((before.samples[range] != after.samples[range]) == changed[pixel])
          if (before.samples[range] != after.samples[range]) != changed[pixel] { return }
        }
        #expect(edit.steps.count <= 1)
      }
      #expect(edited.contains { $0.edit?.steps.isEmpty == false })
    }
  }

  @Test func isolatedEditsLeaveNoOtherPartThatTellsTheClass() throws {
    try withFolder { folder in
      var set = set(.vehicles, seed: 3)
      set.edited = 4
      set.operation = .replace
      set.isolatesEdits = true
      try set.write(to: folder)
      let truth = try truth(of: folder)
      for record in truth.scenes {
        guard let edit = record.edit else { continue }
        let before = try #require(truth.scenes.first { $0.file == edit.unedited })
        let (own, replaced) = (Set(record.kind.distinctiveParts), Set(edit.steps.flatMap(\.parts)))
        #expect(replaced.count == 1 && replaced.isSubset(of: own))
        #expect(own.intersection(before.parts.map(\.name)).isSubset(of: replaced))
        #expect(own.isDisjoint(with: record.parts.map(\.name)))
        #expect(record.parts.contains { $0.name == edit.steps[0].by })
      }
    }
  }
}
