import Foundation
import JSON
import RPC
import TestSupport
import Testing

/// What people paid for or named with an earlier vrxd is there when today's opens their files.
///
/// The files are those of `Tests/Fixtures/earlier`, which an earlier daemon wrote
/// (`Tests/Fixtures/make_earlier_workspace.py`). They are never written anew by the daemon that is tested.
@Suite(.serialized) struct EarlierWorkspaceTests {
  private func fixture() throws -> EarlierFixture { try EarlierFixture.shared.get() }

  private func expectAlike(
    _ answer: JSONValue?, _ earlier: JSONValue?, _ words: String = "",
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(earlier != nil, "nothing was recorded", sourceLocation: sourceLocation)
    let found = EarlierFixture.differences(answer, from: earlier)
    #expect(found.isEmpty, "\(words) \(found.prefix(8).joined(separator: "; "))", sourceLocation: sourceLocation)
  }

  @Test func theNetworkKeepsItsHandle() throws {
    let fixture = try fixture()
    let daemon = try fixture.daemon()
    let loaded = try fixture.result(of: "model/load", fixture.requests["load"], in: daemon)
    expectAlike(loaded, fixture.answers["load"])
    // Labels, name and layer need not be given again.
    let path: [String: JSONValue] = ["path": .string("scenes.onnx")]
    let bare = path.merging(["preprocessing": fixture.requests["load"]?["preprocessing"] ?? .null]) { $1 }
    let other = try fixture.daemon()
    let remembered = try fixture.result(of: "model/load", .object(bare), in: other)
    #expect(remembered["model"] == loaded["model"] && remembered["defaultLayer"] == loaded["defaultLayer"])
    #expect(try fixture.concepts(of: loaded["model"] ?? .null, in: other).first?["class"] == .string("fire engine"))
  }

  @Test func conceptsAreAsPeopleLeftThem() throws {
    let fixture = try fixture()
    let daemon = try fixture.daemon()
    let concepts = try fixture.concepts(of: fixture.load(in: daemon), in: daemon)
    expectAlike(.array(concepts), fixture.answers["concepts"])
    guard case .object(let names)? = fixture.requests["names"] else { throw Missing() }
    #expect(names.count == 3)
    for (id, name) in names { #expect(concepts.first { $0["id"] == .string(id) }?["name"] == name) }
    let merged = try #require(fixture.requests["merged"]?.elements)
    let gone = merged.dropFirst() + [fixture.requests["removed"] ?? .null]
    #expect(gone.count == 2 && !concepts.contains { gone.contains($0["id"] ?? .null) })
    for concept in concepts {
      let id: [String: JSONValue] = ["concept": concept["id"] ?? .null]
      #expect(try daemon.result(of: "concept/get", id) == concept)
    }
  }

  @Test func theReasoningNetworkIsThere() throws {
    let fixture = try fixture()
    let daemon = try fixture.daemon()
    let model = try fixture.load(in: daemon)
    expectAlike(try daemon.result(of: "graph/list", ["model": model])["graphs"], fixture.answers["graphs"])
    let graph: [String: JSONValue] = ["graphModel": fixture.answers["train"]?["graphModel"] ?? .null]
    expectAlike(try daemon.result(of: "graph/get", graph), fixture.answers["graph"])
  }

  @Test func explanationsAreTheSame() throws {
    let fixture = try fixture()
    let daemon = try fixture.daemon()
    try fixture.load(in: daemon)
    let requests = try #require(fixture.requests["explain"]?.elements)
    let answers = try #require(fixture.answers["explain"]?.elements)
    // What was computed for the first image is in the workspace. That version measured nothing.
    let predicted = requests.map { request -> JSONValue in
      guard case .object(let parameters) = request else { return request }
      return .object(parameters.merging(["evidence": .string("predicted")]) { $1 })
    }
    expectAlike(try fixture.result(of: "vrx/explain", predicted[0], in: daemon), answers[0])
    let status = try daemon.result(of: "workspace/status")
    #expect(status["misses"] == .int(0) && status["hits"]?.integer ?? 0 > 0, "\(status)")
    // For the other it is computed.
    expectAlike(try fixture.result(of: "vrx/explain", predicted[1], in: daemon), answers[1])
    #expect(try daemon.result(of: "workspace/status")["misses"]?.integer ?? 0 > 0)
  }

  /// That version had other defaults: today's would find concepts anew.
  private static let discovery: [String: JSONValue] = [
    "rankBy": .string("tcav"), "places": .string("nearest"), "topConcepts": .int(4), "rectify": .bool(true),
  ]

  /// A request with options that it does not name itself.
  private func asking(for options: [String: JSONValue], in request: JSONValue) -> JSONValue {
    guard case .object(var parameters) = request else { return request }
    var all = options
    if case .object(let named)? = request["options"] { all.merge(named) { $1 } }
    parameters["options"] = .object(all)
    return .object(parameters)
  }

  @Test func theSameRequestsAreAnsweredFromTheWorkspace() throws {
    let fixture = try fixture()
    let daemon = try fixture.daemon()
    let model = try fixture.load(in: daemon)
    let before = try fixture.concepts(of: model, in: daemon)
    let requests = try #require(fixture.requests["discover"]?.elements)
    // The second class was changed by people: it would be discovered anew.
    for index in [0, 2] {
      let found = try fixture.result(
        of: "vrx/discover", asking(for: Self.discovery, in: requests[index]), in: daemon)
      #expect(found["reused"]?["whole"] == .bool(true), "\(String(describing: found["reused"]))")
      let listed = before.filter { $0["class"] == found["class"] }
      #expect(found["concepts"]?.elements?.map { $0["name"] } == listed.map { $0["name"] } && !listed.isEmpty)
    }
    let trained = try fixture.result(
      of: "vrx/train", asking(for: ["measuredConcepts": .int(0)], in: try #require(fixture.requests["train"])),
      in: daemon)
    #expect(trained["reused"] == .bool(true))
    expectAlike(trained, withoutReuse(fixture.answers["train"]))
    #expect(try daemon.result(of: "workspace/status")["misses"] == .int(0))
  }

  @Test func aNamedConceptThatWasLeftOutComesBack() throws {
    let fixture = try fixture()
    let daemon = try fixture.daemon()
    let model = try fixture.load(in: daemon)
    let id = try #require(fixture.requests["leftOut"])
    #expect(try !fixture.concepts(of: model, in: daemon).contains { $0["id"] == id })
    let more = try #require(fixture.requests["discoverMore"])
    _ = try fixture.result(of: "vrx/discover", asking(for: Self.discovery, in: more), in: daemon)
    let back = try fixture.concepts(of: model, in: daemon).first { $0["id"] == id }
    #expect(back?["name"] == .string("дверь"))
  }

  /// The preprocessing written in another way is the same, so it is the same network, with all that is known of it.
  @Test(arguments: [["load", "loadSpelled"], ["loadSpelled", "load"]])
  func anotherSpellingReachesTheBank(requests: [String]) throws {
    let fixture = try fixture()
    let daemon = try fixture.daemon()
    let model = try fixture.load(requests[0], in: daemon)
    #expect(try fixture.load(requests[1], in: daemon) == model)
    #expect(try daemon.result(of: "model/list")["models"]?.elements?.count == 1)
    expectAlike(.array(try fixture.concepts(of: model, in: daemon)), fixture.answers["concepts"])
    let image = try #require(fixture.requests["explain"]?.elements?[1]["image"])
    let explanation = try daemon.result(of: "vrx/explain", ["model": model, "image": image])
    expectAlike(explanation["explanations"], fixture.answers["explain"]?.elements?[1]["explanations"])
  }

  /// What was found while the preprocessing was spelled in one way is reached in the other.
  @Test(arguments: ["load", "loadSpelled"]) func whatWasFoundInAnotherSpellingIsReached(request: String) throws {
    let fixture = try fixture()
    let daemon = try fixture.daemon("spelling.sqlite")
    let concepts = try fixture.concepts(of: fixture.load(request, in: daemon), in: daemon)
    expectAlike(.array(concepts), fixture.answers["conceptsSpelled"])
    #expect(concepts.first?["name"] == .string("driver's échelle"))
  }

  @Test(arguments: ["bank.safetensors", "bank.json"]) func bankFilesAreRead(file: String) throws {
    let fixture = try fixture()
    let daemon = try fixture.daemon(nil)
    let model = try fixture.load(in: daemon)
    let read = try daemon.result(of: "bank/import", ["path": fixture.path(file)])
    #expect(read["classes"] == .int(3) && read["concepts"] == .int(12))
    #expect(read["graphModels"] == .array([fixture.answers["train"]?["graphModel"] ?? .null]))
    expectAlike(.array(try fixture.concepts(of: model, in: daemon)), fixture.answers["concepts"])
    for (request, answer) in zip(
      fixture.requests["explain"]?.elements ?? [], fixture.answers["explain"]?.elements ?? [])
    {
      // Without a workspace that knows the network by its earlier handle, it has the handle of this version.
      expectAlike(
        renamed(try fixture.result(of: "vrx/explain", request, in: daemon), model), renamed(answer, model))
    }
  }

  /// A result that names this model.
  private func renamed(_ result: JSONValue, _ model: JSONValue) -> JSONValue {
    guard case .object(var members) = result else { return result }
    members["model"] = model
    return .object(members)
  }

  /// A result of training without what says whether it was computed.
  private func withoutReuse(_ result: JSONValue?) -> JSONValue? {
    guard case .object(var members)? = result else { return nil }
    members["reused"] = nil
    return .object(members)
  }

  private struct Missing: Error {}
}
