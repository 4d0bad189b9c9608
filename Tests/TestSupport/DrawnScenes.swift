import Foundation
import JSON
import RPC

/// Toy vehicles that vrxd draws, in a folder that goes with the object.
package final class DrawnScenes: Sendable {
  /// The folder: one of each class, `random` and `held-out`.
  package let folder: URL
  /// Folders of the classes.
  package let folders: [String]
  /// Where the embedded network is, as `model/load` takes it.
  package let model: [String: JSONValue]

  /// Names of the classes, in the order of `folders`.
  package var names: [String] {
    folders.map { $0.replacingOccurrences(of: "-", with: " ").replacingOccurrences(of: "_", with: " ") }
  }

  /// Draws scenes.
  package init(perClass: Int, random: Int, heldOut: Int = 2) throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("vrx-\(UUID().uuidString)")
    let drawn = try DaemonProcess.run([
      "scenes", "--out", folder.path, "--per-class", "\(perClass)", "--random", "\(random)", "--held-out", "\(heldOut)",
      "--seed", "1",
    ])
    guard drawn.exitCode == 0 else { throw DaemonProcess.Failure(description: "no scenes were drawn") }
    folders = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      .filter { !["random", "held-out"].contains($0) && !$0.contains(".") }.sorted()
    let described = try JSONValue(foundation: try DaemonProcess.run(["scenes", "--print-model"]).output)
    var parameters: [String: JSONValue] = [:]
    for name in ["labels", "layer", "preprocessing"] { parameters[name] = described[name] }
    parameters["path"] = described["model"]
    model = parameters
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  /// A held-out scene of the first class, relative to `folder`.
  package func heldOutImage() throws -> String {
    let names = try FileManager.default.contentsOfDirectory(atPath: "\(folder.path)/held-out/\(folders[0])").sorted()
    guard let name = names.first(where: { $0.hasSuffix("g") }) else {
      throw DaemonProcess.Failure(description: "no scene was held out")
    }
    return "held-out/\(folders[0])/\(name)"
  }

  /// Loads the embedded network into a daemon whose `rootPath` is `folder`; returns its handle.
  package func load(in daemon: DaemonProcess) throws -> JSONValue {
    try daemon.result(of: "model/load", model)["model"] ?? .null
  }

  /// Parameters of a discovery that goes on far longer than a test waits.
  package func endlessDiscovery(of model: JSONValue, _ more: [String: JSONValue] = [:]) -> JSONValue {
    .object(
      [
        "model": model, "class": .string(names[0]), "images": .array([.string(folders[0])]),
        "random": .array([.string("random")]),
        "options": .object([
          "randomSets": .int(20), "restarts": .int(1000), "clusters": .int(150),
          "segmentCounts": .array([.int(60), .int(120), .int(200)]),
        ]),
      ].merging(more) { $1 })
  }
}
