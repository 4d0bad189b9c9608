import Foundation

/// The small network that classifies scenes, trained on this module's own scenes by `Tests/Fixtures/scenes/train.py`.
///
/// Its files are resources of the package. They are searched beside the running program (the package manager's layout),
/// in a folder `share/vrx` next to the program's folder, and where the package was built. Where a file is not found,
/// members throw `SceneError.missingResource`; where one is damaged, the error of its decoder.
package enum EmbeddedNetwork {
  /// How pictures become the network's input.
  package struct Preprocessing: Codable, Sendable, Equatable {
    /// Width and height of the input in pixels.
    package var size: [Int]
    /// How a picture gets that size.
    package var resize: String
    /// Subtracted from each channel, after scaling to [0, 1].
    package var mean: [Double]
    /// Then each channel is divided by this.
    package var std: [Double]
    /// A factor for samples in [0, 1].
    package var scale: Double
    /// "rgb" or "bgr".
    package var channelOrder: String
  }

  /// The content of `network.json`.
  package struct Description: Codable, Sendable, Equatable {
    package var name: String
    package var preprocessing: Preprocessing
    /// The layer whose activations make the best concepts.
    package var layer: String
  }

  /// The folder that the package manager puts this module's resources in, beside the program.
  static let bundleName = "vrx_SyntheticScenes.resources"

  /// The ONNX file: input `input` [N, 3, height, width], output `logits` [N, classes].
  package static func modelURL() throws -> URL { try resource("scenes.onnx") }

  /// The file of labels: a JSON array of strings.
  package static func labelsURL() throws -> URL { try resource("labels.json") }

  /// The labels in the order of the network's classes.
  package static func labels() throws -> [String] {
    try JSONDecoder().decode([String].self, from: Data(contentsOf: labelsURL()))
  }

  /// The bytes of the ONNX file.
  package static func onnxBytes() throws -> [UInt8] { try [UInt8](Data(contentsOf: modelURL())) }

  /// The network's name, preprocessing and recommended layer.
  package static func description() throws -> Description {
    try JSONDecoder().decode(Description.self, from: Data(contentsOf: resource("network.json")))
  }

  /// What a client passes to load the network, as JSON: `model` and `labels` (paths), `layer`, `preprocessing`.
  package static func loadArguments() throws -> Data {
    let description = try description()
    let arguments = LoadArguments(
      model: try modelURL().path, labels: try labelsURL().path, layer: description.layer,
      preprocessing: description.preprocessing)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(arguments)
  }

  private struct LoadArguments: Encodable {
    var model: String
    var labels: String
    var layer: String
    var preprocessing: Preprocessing
  }

  private static func resource(_ name: String) throws -> URL {
    for folder in folders {
      let url = folder.appendingPathComponent(name)
      if FileManager.default.isReadableFile(atPath: url.path) { return url }
    }
    throw SceneError.missingResource(name: name)
  }

  /// Where the files may be, in order. `Bundle.module` is not used: it ends the program where its folder is missing.
  private static var folders: [URL] {
    var folders: [URL] = []
    if let program = Bundle.main.executableURL?.resolvingSymlinksInPath().deletingLastPathComponent() {
      let shared = program.deletingLastPathComponent().appendingPathComponent("share/vrx")
      for parent in [program, shared] { folders.append(parent.appendingPathComponent("\(bundleName)/Resources")) }
    }
    folders.append(URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Resources"))
    return folders
  }
}
