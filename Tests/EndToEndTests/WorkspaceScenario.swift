import Foundation
import GRDB
import JSON
import RPC
import TestSupport
import Testing

/// A small discover, train and explain on drawn scenes, to be run against a workspace again and again.
struct WorkspaceScenario {
  /// The scenes.
  let folder: URL
  /// What the embedded network is loaded with.
  let model: JSONValue
  /// The classes, by folder.
  let classes: [(folder: String, name: String)]

  /// One set of scenes for all tests of a run.
  static let shared = Result { try WorkspaceScenario() }

  /// Seconds for a long request on a machine that is busy.
  private static let patience: TimeInterval = 300
  /// Options that keep it short; so few random images would make nothing significant.
  static let shortOptions: [String: JSONValue] = [
    "randomSets": .int(6), "significance": .int(1), "cavMethod": .string("meanDifference"),
  ]
  private static let discoverOptions = JSONValue.object(shortOptions.merging(["maxImages": .int(18)]) { $1 })
  private static let trainOptions: JSONValue = .object(["maxEpochs": .int(30), "maxImagesPerClass": .int(10)])

  private init() throws {
    let root = FileManager.default.temporaryDirectory.appendingPathComponent(
      "vrx-scenes-\(ProcessInfo.processInfo.processIdentifier)")
    folder = root.appendingPathComponent("scenes")
    try Self.run([
      "scenes", "--out", folder.path, "--per-class", "24", "--random", "72", "--held-out", "1", "--seed", "5",
    ])
    model = try JSONValue(foundation: try Self.run(["scenes", "--print-model"]))
    classes = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      .filter { !["random", "held-out"].contains($0) && !$0.contains(".") }.sorted().prefix(2)
      .map { ($0, $0.replacingOccurrences(of: "_", with: " ")) }
  }

  /// A folder of a test's own, gone when `body` returns.
  func withFolder<R>(_ body: (URL) throws -> R) throws -> R {
    let own = folder.deletingLastPathComponent().appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: own, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: own) }
    return try body(own)
  }

  /// A daemon with the workspace open.
  func daemon(_ workspace: String, options: [String: JSONValue] = [:]) throws -> DaemonProcess {
    let daemon = try DaemonProcess()
    let answer = try daemon.initialize([
      "rootPath": .string(folder.path), "workspace": .string(workspace), "initializationOptions": .object(options),
    ])
    try #require(answer["error"] == nil, "\(answer["error"]?["message"]?.text ?? "")")
    return daemon
  }

  /// One request of the scenario: a name, the method, its parameters.
  typealias Step = (name: String, method: String, parameters: [String: JSONValue])

  /// Loads the network and returns its handle.
  func load(_ daemon: DaemonProcess) throws -> JSONValue {
    var parameters: [String: JSONValue] = ["path": try #require(model["model"])]
    for name in ["labels", "layer", "preprocessing"] { parameters[name] = model[name] }
    let answer = try daemon.request("model/load", .object(parameters), timeout: Self.patience)
    return try #require(answer["result"]?["model"], "\(answer["error"]?["message"]?.text ?? "")")
  }

  func discover(_ index: Int, _ model: JSONValue) -> Step {
    (
      "discover \(classes[index].name)", "vrx/discover",
      [
        "model": model, "class": .string(classes[index].name), "images": .array([.string(classes[index].folder)]),
        "random": .array([.string("random")]), "options": Self.discoverOptions,
      ]
    )
  }

  /// Everything after `model/load`.
  func steps(_ model: JSONValue) -> [Step] {
    let images = Dictionary(uniqueKeysWithValues: classes.map { ($0.name, JSONValue.array([.string($0.folder)])) })
    return classes.indices.map { discover($0, model) } + [
      (
        "train", "vrx/train",
        [
          "model": model, "classes": .array(classes.map { .string($0.name) }), "images": .object(images),
          "options": Self.trainOptions,
        ]
      ), explain(model),
    ]
  }

  func explain(_ model: JSONValue) -> Step {
    (
      "explain", "vrx/explain",
      ["model": model, "image": .string("held-out/\(classes[0].folder)/0000.png"), "verify": .bool(true)]
    )
  }

  /// The result of a step, without what may differ between equal ones: how long it took and what was reused.
  func result(of step: Step, in daemon: DaemonProcess) throws -> JSONValue {
    let answer = try daemon.request(step.method, .object(step.parameters), timeout: Self.patience)
    return Self.lasting(try #require(answer["result"], "\(step.name): \(answer["error"]?["message"]?.text ?? "none")"))
  }

  /// Results of all steps.
  func results(in daemon: DaemonProcess) throws -> [String: JSONValue] {
    let model = try load(daemon)
    var results: [String: JSONValue] = [:]
    for step in steps(model) { results[step.name] = try result(of: step, in: daemon) }
    return results
  }

  static func lasting(_ result: JSONValue) -> JSONValue {
    guard case .object(var members) = result else { return result }
    members["seconds"] = nil
    members["reused"] = nil
    return .object(members)
  }

  /// What SQLite itself finds wrong with a workspace that no daemon has open: "ok" if nothing.
  static func integrity(_ path: String) throws -> String {
    guard FileManager.default.fileExists(atPath: path) else { return "ok" }
    let queue = try DatabaseQueue(path: path)
    defer { try? queue.close() }
    return try queue.read { try String.fetchAll($0, sql: "PRAGMA integrity_check").joined(separator: "; ") }
  }

  @discardableResult
  static func run(_ arguments: [String], program: URL = DaemonProcess.executable) throws -> Data {
    let process = Process()
    let output = Pipe()
    process.executableURL = program
    process.arguments = arguments
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0, "\(program.lastPathComponent) \(arguments)")
    return data
  }
}
