import Foundation
import Images
import Tensors

/// A folder of scenes as the demo, the training script and the benchmarks use them: a folder per class, `random`
/// without subjects, `held-out` with a folder per class, `edited` and `unedited` likewise where edited scenes are
/// requested, and `scenes.json` with the truth about every subject.
package struct SceneSet: Sendable {
  package var family = SceneFamily.vehicles
  /// Training scenes of each class.
  package var perClass = 0
  /// Pictures without subjects.
  package var random = 0
  /// Held-out scenes of each class, drawn without the family's bias.
  package var heldOut = 0
  /// Scenes of each class with parts swapped, replaced or moved, each also as it was.
  package var edited = 0
  /// The operation on edited scenes; nil for any of the three.
  package var operation: SceneEdit.Operation?
  /// Edits in each edited scene.
  package var edits = 1
  /// Whether edited scenes, before and after, lack all parts that distinguish the class except the edited ones: only
  /// these then change the class.
  package var isolatesEdits = false
  /// Decides everything that is random.
  package var seed: UInt64 = 0

  package init() {}

  /// The folder of pictures without subjects.
  package static let randomFolder = "random"
  /// The folder of the held-out pictures' class folders.
  package static let heldOutFolder = "held-out"
  /// The folder of the edited pictures' class folders.
  package static let editedFolder = "edited"
  /// The folder of the same pictures before the edits.
  package static let uneditedFolder = "unedited"
  package static let truthFile = "scenes.json"
  /// The size of the pictures in pixels: twice the network's input, so that reports look good.
  package static let pictureSize = 256
  /// The greatest number of pictures of one folder.
  package static let maximumCount = 100_000
  package static let maximumEdits = 16

  /// Writes PNG pictures and their truth, all pictures different, everything decided by `seed`. Each file appears whole
  /// or not at all; files of these names that exist are replaced.
  ///
  /// Throws `SceneError` where a number is negative or too large or a file cannot be written.
  package func write(to directory: URL) throws {
    for (name, value) in [
      ("per-class", perClass), ("random", random), ("held-out", heldOut), ("edited", edited),
    ] where !(0...Self.maximumCount).contains(value) {
      throw SceneError.invalidCount(name: name, value: value, accepted: 0...Self.maximumCount)
    }
    guard (1...Self.maximumEdits).contains(edits) else {
      throw SceneError.invalidCount(name: "edits", value: edits, accepted: 1...Self.maximumEdits)
    }
    let generator = SceneGenerator(size: Self.pictureSize)
    var records: [SceneTruth] = []
    for subject in family.subjects {
      for (folder, purpose, count) in [
        (subject.folderName, Purpose.scenes, perClass),
        ("\(Self.heldOutFolder)/\(subject.folderName)", .heldOut, heldOut),
      ] {
        for index in 0..<count {
          let seed = sceneSeed(purpose, index)
          let scene = try generator.scene(subject, seed: seed, options: options(subject, seed: seed, purpose: purpose))
          records.append(SceneTruth(file: try write(scene.image, index, folder, directory), scene: scene))
        }
      }
      for index in 0..<edited { records += try writeEdited(subject, index, generator, directory) }
    }
    for index in 0..<random {
      let image = try generator.backgroundScene(of: family, seed: sceneSeed(.random, index))
      _ = try write(image, index, Self.randomFolder, directory)
    }
    try Self.createFolder(directory)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let truth = SceneSetTruth(
      family: family, bias: bias, seed: seed, width: Self.pictureSize, height: Self.pictureSize, scenes: records)
    try Self.write([UInt8](encoder.encode(truth)), to: directory.appendingPathComponent(Self.truthFile))
  }

  package var bias: PlantedBias? { PlantedBias(of: family, seed: seed) }

  private enum Purpose: String {
    case scenes
    case heldOut = "held-out"
    case edited, random
  }

  /// The forced options of a scene: the bias on training scenes, and the options of a biased family on all its scenes.
  private func options(_ subject: SceneSubject, seed: UInt64, purpose: Purpose) -> SceneOptions {
    var options = SceneOptions()
    guard let bias else { return options }
    PlantedBias.thin(&options, subject: subject, seed: seed)
    if purpose == .scenes {
      bias.apply(to: &options, subject: subject, seed: seed)
    } else {
      bias.applyEvenly(to: &options, seed: seed)
    }
    return options
  }

  private func writeEdited(
    _ subject: SceneSubject, _ index: Int, _ generator: SceneGenerator, _ directory: URL
  ) throws -> [SceneTruth] {
    let seed = sceneSeed(.edited, index)
    var options = options(subject, seed: seed, purpose: .edited)
    let plan = EditPlan(family: family, operation: operation, count: edits)
    let edits = plan.edits(
      of: subject, seed: seed, omitted: options.omitted, places: generator.places(of: subject, seed: seed))
    if isolatesEdits { options.omitted.formUnion(Set(subject.distinctiveParts).subtracting(edits.flatMap(\.parts))) }
    let scene = try generator.edited(edits, subject: subject, seed: seed, options: options)
    let before = SceneTruth(
      file: try write(scene.before.image, index, "\(Self.uneditedFolder)/\(subject.folderName)", directory),
      scene: scene.before)
    var after = SceneTruth(
      file: try write(scene.after.image, index, "\(Self.editedFolder)/\(subject.folderName)", directory),
      scene: scene.after)
    after.edit = EditTruth(unedited: before.file, scene: scene)
    return [before, after]
  }

  private func sceneSeed(_ purpose: Purpose, _ index: Int) -> UInt64 {
    var random = SeededRandom(seed: seed, purpose: "\(purpose.rawValue) \(index)")
    return random.next()
  }

  /// Writes a picture into a folder of the set; its file relative to the set.
  private func write(_ image: RGBImage, _ index: Int, _ folder: String, _ directory: URL) throws -> String {
    try Self.createFolder(directory.appendingPathComponent(folder))
    let digits = String(index)
    let file = "\(folder)/\(String(repeating: "0", count: max(0, 4 - digits.count)))\(digits).png"
    let bytes = image.pngData()
    guard !bytes.isEmpty else { throw SceneError.outOfMemory(size: image.width) }
    try Self.write(bytes, to: directory.appendingPathComponent(file))
    return file
  }

  private static func createFolder(_ url: URL) throws {
    do {
      try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    } catch {
      throw SceneError.unwritable(path: url.path, reason: error.localizedDescription)
    }
  }

  private static func write(_ bytes: [UInt8], to url: URL) throws {
    do {
      try Data(bytes).write(to: url, options: .atomic)
    } catch {
      throw SceneError.unwritable(path: url.path, reason: error.localizedDescription)
    }
  }
}
