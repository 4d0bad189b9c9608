import Foundation
import JSON
import RPC
import TestSupport
import Testing

/// The workspaces and bank files in `Tests/Fixtures/earlier`, with the scenes that they are of drawn again.
final class EarlierFixture: Sendable {
  /// What the earlier daemon was asked.
  let requests: JSONValue
  /// What it answered.
  let answers: JSONValue
  /// Where the scenes and the network are now: elsewhere than when the workspaces were written.
  private let folder: URL

  /// One set of scenes for all tests of a run.
  static let shared = Result { try EarlierFixture() }

  /// Seconds for a long request on a machine that is busy.
  private static let patience: TimeInterval = 300

  private static let files = PublishedContract.package.appendingPathComponent("Tests/Fixtures/earlier")

  private init() throws {
    func read(_ name: String) throws -> JSONValue {
      try JSONValue(foundation: Data(contentsOf: Self.files.appendingPathComponent(name)))
    }
    requests = try read("requests.json")
    answers = try read("answers.json")
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("vrx-earlier-\(UUID().uuidString)")
    guard case .object(let scenes)? = requests["scenes"] else { throw Missing(request: "scenes") }
    let drawing = scenes.flatMap { [$0.key, "\($0.value.integer ?? 0)"] }
    try WorkspaceScenario.run(["scenes", "--out", folder.path] + drawing)
    let described = try JSONValue(foundation: WorkspaceScenario.run(["scenes", "--print-model"]))
    for (name, member) in [("scenes.onnx", "model"), ("labels.json", "labels")] {
      let source = try #require(described[member]?.text)
      try FileManager.default.copyItem(atPath: source, toPath: folder.appendingPathComponent(name).path)
    }
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  /// A daemon with a copy of an earlier workspace open, or with a new one where `workspace` is nil.
  func daemon(_ workspace: String? = "bank.sqlite") throws -> DaemonProcess {
    let path = folder.appendingPathComponent("\(UUID().uuidString).sqlite").path
    if let workspace {
      try FileManager.default.copyItem(atPath: Self.files.appendingPathComponent(workspace).path, toPath: path)
    }
    let daemon = try DaemonProcess()
    let answer = try daemon.initialize(["rootPath": .string(folder.path), "workspace": .string(path)])
    try #require(answer["error"] == nil, "\(answer["error"]?["message"]?.text ?? "")")
    return daemon
  }

  /// The path of a file of the fixture.
  func path(_ name: String) -> JSONValue { .string(Self.files.appendingPathComponent(name).path) }

  /// The result of a request that the earlier daemon answered.
  func result(of method: String, _ request: JSONValue?, in daemon: DaemonProcess) throws -> JSONValue {
    guard case .object(let parameters)? = request else { throw Missing(request: method) }
    return try daemon.result(of: method, parameters, timeout: Self.patience)
  }

  /// Loads the network as the earlier daemon was asked to, and returns its handle.
  @discardableResult
  func load(_ request: String = "load", in daemon: DaemonProcess) throws -> JSONValue {
    try result(of: "model/load", requests[request], in: daemon)["model"] ?? .null
  }

  /// The concepts of a network.
  func concepts(of model: JSONValue, in daemon: DaemonProcess) throws -> [JSONValue] {
    try #require(daemon.result(of: "concept/list", ["model": model])["concepts"]?.elements)
  }

  /// Checks that an answer has everything that was answered then: all members, with numbers within 1e-4. It may have
  /// more. Prose may be worded in another way, and paths lead to where the images are now.
  static func differences(_ answer: JSONValue?, from earlier: JSONValue?, at place: String = "") -> [String] {
    guard let answer, let earlier else { return answer == nil && earlier == nil ? [] : ["\(place) is missing"] }
    switch (answer, earlier) {
    case (.object(let members), .object(let before)):
      return before.filter { !ignored.contains($0.key) }.sorted { $0.key < $1.key }
        .flatMap { differences(members[$0.key], from: $0.value, at: "\(place).\($0.key)") }
    case (.array(let elements), .array(let before)):
      guard elements.count == before.count else { return ["\(place): \(elements.count) instead of \(before.count)"] }
      return zip(elements, before).enumerated().flatMap { differences($1.0, from: $1.1, at: "\(place)[\($0)]") }
    case (.string(let text), .string(let before)):
      return text == before || text.hasSuffix("/" + before) ? [] : ["\(place): \(text) instead of \(before)"]
    default:
      if let number = answer.number, let before = earlier.number {
        return abs(number - before) <= tolerance ? [] : ["\(place): \(number) instead of \(before)"]
      }
      return answer == earlier ? [] : ["\(place): \(answer) instead of \(earlier)"]
    }
  }

  /// What requests.json lacks.
  private struct Missing: Error {
    var request: String
  }

  /// Prose, and what is measured on the photographs of a concept's exemplars, which no longer are where the workspace
  /// says.
  private static let ignored: Set = ["summary", "notes", "doubts", "cautions", "exemplarChange"]
  private static let tolerance = 1e-4
}
