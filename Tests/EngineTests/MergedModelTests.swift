import Bank
import Foundation
import Images
import JSON
import Reports
import Store
import Structure
import SyntheticScenes
import TestSupport
import Testing

@testable import Engine

/// Where version 1 took one network for two, because its preprocessing was written in two ways, they become one:
/// nothing that was found, trained or named under either is lost.
@Suite(.serialized) struct MergedModelTests {
  private static let (first, other) = ("model-1640d8f637e1", "model-1d3ab12212aa")

  private let requests: JSONValue

  init() throws {
    requests = try JSONValue(
      foundation: Data(contentsOf: EarlierIdentityTests.folder.appendingPathComponent("requests.json")))
  }

  /// Runs `body` with the path of a workspace in a folder of its own.
  private func withPath(_ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("vrx-merged-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(folder.appendingPathComponent("bank.sqlite").path)
  }

  /// The workspace of an earlier daemon, in a copy.
  private func recorded(_ name: String, beside path: String) throws -> Workspace {
    let copy = (path as NSString).deletingLastPathComponent + "/copy of \(name)"
    try FileManager.default.copyItem(
      atPath: EarlierIdentityTests.folder.appendingPathComponent(name).path, toPath: copy)
    return try Workspace(path: copy)
  }

  private func engine(_ path: String, request: String) throws -> (Engine, LoadedModel) {
    let engine = Engine()
    try engine.openWorkspace(path: path)
    return (engine, try EarlierIdentityTests.load(requests[request], in: engine))
  }

  /// A workspace in which the first spelling has found one class, and the other the same class differently, two more,
  /// and a reasoning network of all three. People have named a concept under each, and one under both.
  private func makeWorkspace(at path: String) throws {
    let (bank, spelling) = (try recorded("bank.sqlite", beside: path), try recorded("spelling.sqlite", beside: path))
    let all = try bank.changes(of: Self.first, after: 0)
    let workspace = try Workspace(path: path)
    try workspace.save(#require(try bank.model(Self.first)))
    try workspace.save(#require(try spelling.model(Self.other)))
    var duplicate = all.classes[0]
    duplicate.recipe = "another"
    duplicate.concepts.removeLast()
    let others = [duplicate, all.classes[1], all.classes[2]].map { row in
      var row = row
      row.model = Self.other
      return row
    }
    let concepts = all.classes.map { $0.concepts.map(\.id) }
    try workspace.save(
      BankWrite(
        classes: [all.classes[0]] + others,
        graphs: all.graphs.map { GraphRow(id: $0.id, model: Self.other, content: $0.content) },
        names: [
          NameRow(model: Self.first, concept: concepts[0][0], name: "kept"),
          NameRow(model: Self.other, concept: concepts[0][0], name: "not kept"),
          NameRow(model: Self.other, concept: concepts[0][1], name: "moved"),
          NameRow(model: Self.other, concept: concepts[1][0], name: "moved with its class"),
        ]), expecting: nil)
    try workspace.flush()
    for workspace in [bank, spelling, workspace] { workspace.close(within: 5) }
  }

  @Test(arguments: [["load", "loadSpelled"], ["loadSpelled", "load"]])
  func classesNamesAndGraphsOfBothAreThere(spellings: [String]) throws {
    try withPath { path in
      try makeWorkspace(at: path)
      for spelling in spellings {
        let (engine, model) = try engine(path, request: spelling)
        #expect(model.id == Self.first)
        for handle in [Self.first, Self.other] { #expect(try engine.current().model(handle).id == model.id) }
        let entries = try engine.current().bank.classes(of: model.id)
        #expect(entries.map(\.classIndex) == [0, 1, 2])
        #expect(entries[0].recipe != "another", "the class of the handle that is kept stays")
        #expect(entries[0].concepts.prefix(2).map(\.name) == ["kept", "moved"])
        #expect(entries[1].concepts[0].name == "moved with its class")
        let graphs = try engine.current().graphs(of: model.id)
        #expect(graphs.map { $0.model?.id } == [Self.first])
        #expect(graphs[0].classes[1].concepts[0].name == "moved with its class")
        #expect(try engine.store.workspace?.models(sha256: model.sha256) == [Self.first])
        engine.close(within: 5)
      }
    }
  }

  @Test func aGraphThatMovedExplains() throws {
    try withPath { path in
      try makeWorkspace(at: path)
      let (engine, model) = try engine(path, request: "loadSpelled")
      let graph = try #require(try engine.current().graphs(of: model.id).first)
      let picture = try SceneGenerator(size: SceneSet.pictureSize).scene(kind: VehicleKind.allCases[0], seed: 5).image
      let report = try engine.current().explain(
        model: Self.other, image: .bytes(picture.pngData()), classes: nil, graphModel: graph.id, verify: true,
        controls: 0, monitor: .silent)
      #expect(!report.explanations.isEmpty)
      #expect(report.explanations.allSatisfy { !$0.nodes.isEmpty && $0.nodes.contains { $0.node.detected } })
      engine.close(within: 5)
    }
  }

  /// A reasoning network keeps all options that it was trained with, wherever it goes.
  @Test func trainingOptionsAreKept() throws {
    try withPath { path in
      try recorded("bank.sqlite", beside: path).close(within: 5)
      try FileManager.default.moveItem(
        atPath: (path as NSString).deletingLastPathComponent + "/copy of bank.sqlite", toPath: path)
      let (engine, model) = try engine(path, request: "load")
      let generator = SceneGenerator(size: SceneSet.pictureSize)
      let images = try (0..<UInt64(4)).flatMap { seed in
        try VehicleKind.allCases.prefix(2).map {
          ImageSource.bytes(try generator.scene(kind: $0, seed: seed).image.pngData())
        }
      }
      var options = TrainingOptions()
      options.variants.hiddenShare = 0.7
      options.variants.maskedVariants = 2
      options.controls.controls = 0
      options.fitting.maxEpochs = 2
      let trained = try engine.train(
        model: model.id, classes: [.index(0), .index(2)], images: [(.index(0), images)], options: options,
        monitor: .silent, onEpoch: { _ in })
      let share = JSONValue.double(0.7)
      #expect(trained.options == options && trained.json["options"]?["hiddenShare"] == share)
      let id = trained.graphModel
      func expectKept(_ engine: Engine, _ words: Comment) throws {
        let summary = try engine.current().graph(id)
        #expect(summary.report.options == options, words)
        let json = GraphSummary.details.json(of: summary)
        #expect(json["training"]?["options"]?["hiddenShare"] == share, words)
        let graph = try #require(try engine.current().bank.graph(id))
        #expect(graph.plan.hiddenShare == 0.7 && graph.plan.count == 2, words)
        #expect(graph.plan.dummyValue == options.variants.dummyValue, words)
      }
      try expectKept(engine, "as it was trained")
      let bank = try engine.current().exportBank(BankSelection(graphModel: id))
      #expect(bank.graphs.map(\.report.options) == [options])
      engine.close(within: 5)
      let (reopened, _) = try self.engine(path, request: "load")
      try expectKept(reopened, "from the workspace")
      reopened.close(within: 5)
      let elsewhere = Engine()
      _ = try EarlierIdentityTests.load(requests["load"], in: elsewhere)
      #expect(try elsewhere.importBank(bank) == [id])
      try expectKept(elsewhere, "from another bank")
    }
  }
}
