import Engine
import Foundation
import Images
import JSON
import RPC
import SyntheticScenes
import TestSupport
import Testing

@testable import Server

/// A server without a process of its own, asked over a connection.
@Suite(.serialized) struct ServerTests {
  /// A folder that goes with the object.
  private final class Folder {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("vrx-server-\(UUID().uuidString)")

    init() throws { try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true) }

    deinit { try? FileManager.default.removeItem(at: url) }
  }

  /// Folders `vehicles` and `random` of drawn pictures.
  private static func draw(into folder: URL, vehicles: Int, random: Int) throws {
    let generator = SceneGenerator(size: SceneSet.pictureSize)
    for name in ["vehicles", "random"] {
      try FileManager.default.createDirectory(
        at: folder.appendingPathComponent(name), withIntermediateDirectories: true)
    }
    for seed in 0..<vehicles {
      let picture = try generator.scene(kind: VehicleKind.allCases[0], seed: UInt64(seed)).image
      try Data(picture.pngData()).write(to: folder.appendingPathComponent("vehicles/\(seed).png"))
    }
    for seed in 0..<random {
      let picture = try generator.backgroundScene(seed: UInt64(seed))
      try Data(picture.pngData()).write(to: folder.appendingPathComponent("random/\(seed).png"))
    }
  }

  private static func network() throws -> [String: JSONValue] {
    let described = try JSONValue.parse([UInt8](EmbeddedNetwork.loadArguments()))
    var parameters: [String: JSONValue] = [:]
    for (name, member) in [
      ("path", "model"), ("labels", "labels"), ("layer", "layer"), ("preprocessing", "preprocessing"),
    ] { parameters[name] = described[member] }
    return parameters
  }

  @Test func aSessionFromStartToEnd() throws {
    let client = try ServerClient()
    #expect(try client.request("workspace/status")["error"]?["code"] == .int(-32002))
    let opened = try client.result("initialize")
    #expect(opened["serverInfo"]?["version"] == .string("1.2.3"))
    #expect(try client.request("initialize")["error"]?["code"] == .int(-32600))
    #expect(try client.result("model/list")["models"] == .array([]))
    #expect(try client.request("model/lisst")["error"]?["code"] == .int(-32601))
    #expect(try client.request("shutdown")["result"] == .null)
    #expect(try client.request("model/list")["error"]?["data"]?["kind"] == .string("lifecycle"))
    client.notify("exit")
    #expect(client.end() == 0)
  }

  @Test func exitWithoutShutdownIsAFailure() throws {
    let client = try ServerClient()
    _ = try client.result("initialize")
    client.notify("exit")
    #expect(client.end() == 1)
  }

  @Test func anInitializeThatFailedMayBeSentAgain() throws {
    let (client, folder) = (try ServerClient(), try Folder())
    let refused = try client.request(
      "initialize", ["rootPath": .string(folder.url.path), "workspace": .string("missing/bank.sqlite")])
    #expect(refused["error"]?["code"] == .int(1007), "\(refused)")
    #expect(try client.request("initialize", ["rootPath": .int(1)])["error"]?["code"] == .int(-32602))
    #expect(try client.request("model/list")["error"]?["code"] == .int(-32002))
    let parameters: [String: JSONValue] = [
      "rootPath": .string(folder.url.path), "workspace": .string("bank.sqlite"),
    ]
    #expect(try client.request("initialize", parameters)["error"] == nil)
    #expect(FileManager.default.fileExists(atPath: folder.url.appendingPathComponent("bank.sqlite").path))
    #expect(client.end() == 0)
  }

  /// Every request says on arrival which parameter does not fit.
  @Test func parametersAreReadOnArrival() throws {
    let server = Server(engine: Engine(), version: "", log: { _, _ in })
    #expect(server.routes.count > 25 && Set(server.routes.map(\.method)).count == server.routes.count)
    for route in server.routes {
      let error = #expect(throws: RPCError.self, "\(route.method)") { try route.prepare(.array([])) }
      #expect(error?.code == -32602 && error?.data?["detail"]?["field"] == .string("params"), "\(route.method)")
    }
    let discover = try #require(server.routes.first { $0.method == "vrx/discover" })
    let request: [String: JSONValue] = [
      "model": .string("m"), "class": .int(0), "images": .array([.string("a")]), "random": .array([.string("b")]),
      "options": .object(["clusterz": .int(3)]),
    ]
    let error = #expect(throws: RPCError.self) { try discover.prepare(.object(request)) }
    #expect(error?.data?["detail"]?["field"] == .string("options.clusterz"))
  }

  @Test func whatIsNotThereIsNamed() throws {
    let routes = Server(engine: Engine(), version: "", log: { _, _ in }).routes
    func failure(_ method: String, _ parameters: [String: JSONValue]) throws -> RPCError? {
      let route = try #require(routes.first { $0.method == method })
      let job = try route.prepare(.object(parameters))
      return #expect(throws: RPCError.self, "\(method)") { try job(StubCall()) }
    }
    let loaded = try failure("model/load", ["path": .string("missing.onnx")])
    #expect(loaded?.code == 1001 && loaded?.message.contains("missing.onnx") == true)
    let explain: [String: JSONValue] = ["model": .string("m"), "image": .string("a.png")]
    #expect(try failure("vrx/explain", explain)?.code == 1002)
    #expect(try failure("vrx/match", ["model": .string("m"), "images": .array([.string("a")])])?.code == 1002)
    #expect(try failure("concept/get", ["concept": .string("c")])?.data?["kind"] == .string("unknownConcept"))
    #expect(try failure("graph/get", ["graphModel": .string("g")])?.code == 1002)
    #expect(try failure("bank/export", ["path": .string("b.json")])?.code == 1005)
    #expect(try failure("bank/export", ["path": .string("/dev/null/b.json")])?.data?["kind"] == .string("output"))
    #expect(try failure("bank/import", ["path": .string("missing.json")])?.code == -32602)
  }

  @Test func aBankGoesFromOneServerToAnother() throws {
    let (client, folder) = (try ServerClient(), try Folder())
    try Self.draw(into: folder.url, vehicles: 12, random: 40)
    let root: [String: JSONValue] = ["rootPath": .string(folder.url.path)]
    _ = try client.result("initialize", root)
    let model = try #require(try client.result("model/load", Self.network())["model"])
    let name = JSONValue.string(VehicleKind.allCases[0].rawValue)
    let classified = try client.result(
      "model/classify", ["model": model, "images": .array([.string("vehicles/0.png"), .string("missing.png")])])
    #expect(classified["results"]?.elements?.count == 1 && classified["skipped"]?.elements?.count == 1)

    let found = try client.result(
      "vrx/discover",
      [
        "model": model, "class": name, "images": .array([.string("vehicles")]), "random": .array([.string("random")]),
        "workDoneToken": .string("work"), "partialResultToken": .string("part"),
        "options": .object([
          "attention": .bool(false), "clusters": .int(20), "restarts": .int(1), "randomSets": .int(5),
          "minRandomSetSize": .int(5), "randomSetSize": .int(8), "cavMethod": .string("meanDifference"),
          "significance": .int(1), "topConcepts": .int(4), "minSize": .int(2), "maxCoincidence": .int(1),
          "segmentCounts": .array([.int(10), .int(20)]),
        ]),
      ])
    let concepts = try #require(found["concepts"]?.elements)
    #expect(!concepts.isEmpty)
    let progress = client.notifications.filter { $0["method"]?.text == "$/progress" }.compactMap { $0["params"] }
    let work = progress.filter { $0["token"]?.text == "work" }.compactMap { $0["value"] }
    #expect(work.first?["kind"]?.text == "begin" && work.last?["kind"]?.text == "end")
    let percentages = work.compactMap { $0["percentage"]?.integer }
    #expect(percentages == percentages.sorted() && percentages.allSatisfy { (0...100).contains($0) })
    let parts = progress.filter { $0["token"]?.text == "part" }.compactMap { $0["value"] }
    #expect(parts.compactMap { $0["seq"]?.integer } == Array(0..<Int64(parts.count)))
    let previews = parts.flatMap { $0["items"]?.elements ?? [] }
    #expect(Set(previews.compactMap { $0["id"]?.text }) == Set(concepts.compactMap { $0["id"]?.text }))

    let renamed: [String: JSONValue] = ["concept": concepts[0]["id"] ?? .null, "name": .string(" Fahrgäste ")]
    #expect(try client.result("concept/rename", renamed)["name"] == .string("Fahrgäste"))
    let listed = try client.result("concept/list", ["model": model])
    for format in ["json", "safetensors"] {
      let file: [String: JSONValue] = ["path": .string("bank.\(format)")]
      let written = try client.result("bank/export", file.merging(["format": .string(format)]) { $1 })
      #expect(written["path"] == .string(folder.url.appendingPathComponent("bank.\(format)").path))
      let other = try ServerClient()
      _ = try other.result("initialize", root)
      let refused = try other.request("bank/import", file)["error"]
      #expect(refused?["code"] == .int(1002), "the network is not loaded")
      _ = try other.result("model/load", Self.network())
      let read = try other.result("bank/import", file)
      #expect(read["concepts"] == .int(Int64(concepts.count)) && read["classes"] == .int(1))
      #expect(try other.result("concept/list", ["model": model]) == listed)
      #expect(other.end() == 0)
    }
    #expect(client.end() == 0)
  }
}
