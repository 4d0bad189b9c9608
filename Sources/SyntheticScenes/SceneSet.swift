import Foundation
import Images
import Tensors

/// A folder of scenes as the demo and the training script use them: a folder per class, `random` without vehicles,
/// `held-out` with a folder per class, and `scenes.json` with the truth about every vehicle.
public enum SceneSet {
  /// The folder of pictures without vehicles.
  public static let randomFolder = "random"
  /// The folder of the held-out pictures' class folders.
  public static let heldOutFolder = "held-out"
  /// The file with the truth.
  public static let truthFile = "scenes.json"
  /// The size of the pictures in pixels: twice the network's input, for reports to look well.
  public static let pictureSize = 256
  /// The greatest number of pictures of one folder.
  public static let maximumCount = 100_000

  /// Writes PNG pictures and their truth: `perClass` and `heldOut` scenes of each kind and `random` pictures without
  /// vehicles, all of them different, everything decided by `seed`. Each file appears whole or not at all; files of these
  /// names that exist are replaced.
  ///
  /// Throws `SceneError` where a number is negative or too large or a file cannot be written.
  public static func write(to directory: URL, perClass: Int, random: Int, heldOut: Int, seed: UInt64) throws {
    for (name, value) in [("per-class", perClass), ("random", random), ("held-out", heldOut)]
    where !(0...maximumCount).contains(value) {
      throw SceneError.invalidCount(name: name, value: value)
    }
    let generator = SceneGenerator(size: pictureSize)
    var records: [SceneTruth] = []
    for kind in VehicleKind.allCases {
      for (folder, purpose, count) in [
        (kind.folderName, "scenes", perClass), ("\(heldOutFolder)/\(kind.folderName)", "held-out", heldOut),
      ] where count > 0 {
        try createFolder(directory.appendingPathComponent(folder))
        for index in 0..<count {
          let scene = try generator.scene(kind: kind, seed: sceneSeed(seed, purpose, index))
          let file = "\(folder)/\(fileName(index))"
          try write(scene.image, to: directory.appendingPathComponent(file))
          records.append(SceneTruth(file: file, scene: scene))
        }
      }
    }
    if random > 0 { try createFolder(directory.appendingPathComponent(randomFolder)) }
    for index in 0..<random {
      let image = try generator.backgroundScene(seed: sceneSeed(seed, "random", index))
      try write(image, to: directory.appendingPathComponent("\(randomFolder)/\(fileName(index))"))
    }
    try createFolder(directory)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let truth = SceneSetTruth(seed: seed, width: pictureSize, height: pictureSize, scenes: records)
    try write([UInt8](encoder.encode(truth)), to: directory.appendingPathComponent(truthFile))
  }

  /// The seed of one picture of a set.
  private static func sceneSeed(_ seed: UInt64, _ purpose: String, _ index: Int) -> UInt64 {
    var random = SeededRandom(seed: seed, purpose: "\(purpose) \(index)")
    return random.next()
  }

  private static func fileName(_ index: Int) -> String {
    let digits = String(index)
    return String(repeating: "0", count: max(0, 4 - digits.count)) + digits + ".png"
  }

  private static func createFolder(_ url: URL) throws {
    do {
      try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    } catch {
      throw SceneError.unwritable(path: url.path, reason: error.localizedDescription)
    }
  }

  private static func write(_ image: RGBImage, to url: URL) throws {
    let bytes = image.pngData()
    guard !bytes.isEmpty else { throw SceneError.outOfMemory(size: image.width) }
    try write(bytes, to: url)
  }

  private static func write(_ bytes: [UInt8], to url: URL) throws {
    do {
      try Data(bytes).write(to: url, options: .atomic)
    } catch {
      throw SceneError.unwritable(path: url.path, reason: error.localizedDescription)
    }
  }
}

extension VehicleKind {
  /// The class's folder in a scene set: its label with underscores for spaces.
  public var folderName: String { rawValue.replacingOccurrences(of: " ", with: "_") }
}
