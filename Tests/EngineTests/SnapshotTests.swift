import Bank
import Foundation
import Images
import Reports
import Testing

@testable import Engine

/// What reads works on the state as it was, whatever happens meanwhile.
@Suite(.serialized) struct SnapshotTests {
  private func scenes() throws -> TrainedScenes { try TrainedScenes.shared.get() }

  private func names(_ snapshot: EngineSnapshot, of model: String) throws -> [String: String] {
    Dictionary(uniqueKeysWithValues: try snapshot.concepts(model: model, class: nil).map { ($0.id, $0.name) })
  }

  @Test func aSnapshotStaysAsItIsWhileTheEngineGoesOn() throws {
    let scenes = try scenes()
    let engine = try scenes.freshEngine(with: scenes.engine.current().exportBank())
    let before = engine.snapshot()
    let was = try names(before, of: scenes.model)
    let renamed = try #require(was.keys.sorted().first)
    let image = try #require(scenes.heldOut[scenes.classes[0]]?.first)
    func explain(_ snapshot: EngineSnapshot) throws -> ExplanationReport {
      try snapshot.explain(
        model: scenes.model, image: image, classes: nil, graphModel: scenes.graphModel, verify: true, monitor: .silent)
    }
    let undisturbed = try explain(before)

    _ = try engine.renameConcept(renamed, to: "ladder")
    let between = engine.snapshot()
    #expect(try names(between, of: scenes.model)[renamed] == "ladder")
    try engine.unloadModel(scenes.model)

    #expect(try names(before, of: scenes.model) == was)
    #expect(try names(between, of: scenes.model)[renamed] == "ladder")
    // Without a workspace nothing but this engine can have changed anything: it stays as it was on arrival.
    #expect(try names(engine.refreshed(before), of: scenes.model) == was)
    #expect(try explain(before).summary == undisturbed.summary)
    #expect(try explain(before).explanations.map(\.score) == undisturbed.explanations.map(\.score))
    #expect(try before.graphs(of: nil).map(\.id) == [scenes.graphModel])
    #expect(throws: EngineError.self) { try engine.snapshot().model(scenes.model) }
    #expect(try engine.snapshot().graphs(of: nil).isEmpty)
  }

  @Test func aRefreshedSnapshotIsTheWorkspaceAtOneMoment() throws {
    let scenes = try scenes()
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("vrx-snapshot-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let (first, second) = (Engine(), Engine())
    for engine in [first, second] {
      try engine.openWorkspace(path: folder.appendingPathComponent("bank.sqlite").path)
      _ = try TrainedScenes.loadNetwork(into: engine)
    }
    defer { [first, second].forEach { $0.close(within: 5) } }

    let arrived = second.snapshot()
    _ = try first.importBank(scenes.engine.current().exportBank())
    #expect(try names(arrived, of: scenes.model).isEmpty)
    let known = try second.refreshed(arrived)
    let was = try names(known, of: scenes.model)
    let renamed = try #require(was.keys.sorted().first)
    #expect(try known.graphs(of: nil).map(\.id) == [scenes.graphModel])

    _ = try first.renameConcept(renamed, to: "ladder")
    #expect(try names(known, of: scenes.model) == was, "the one that is at work stays as it is")
    // What one request has read from the workspace, the next has on arrival.
    #expect(try names(second.snapshot(), of: scenes.model) == was)
    // A request that arrived before the model was unloaded still has it, and follows its part of the bank.
    try second.unloadModel(scenes.model)
    #expect(try names(second.refreshed(known), of: scenes.model)[renamed] == "ladder")
    #expect(second.snapshot().bank.classes.isEmpty, "the engine itself has nothing of it any more")
    #expect(second.snapshot().state.revisions[scenes.model] == nil)
    // Loaded again, it is all there.
    _ = try TrainedScenes.loadNetwork(into: second)
    #expect(try names(second.current(), of: scenes.model)[renamed] == "ladder")
  }

  @Test func anEngineApartNeitherReadsNorWritesTheWorkspacesBank() throws {
    let scenes = try scenes()
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("vrx-apart-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let engine = Engine()
    try engine.openWorkspace(path: folder.appendingPathComponent("bank.sqlite").path)
    _ = try TrainedScenes.loadNetwork(into: engine)
    let bank = try scenes.engine.current().exportBank()
    _ = try engine.importBank(bank)
    let apart = Engine(apartFrom: engine.store, model: try engine.current().model(scenes.model))
    #expect(try apart.current().concepts(model: nil, class: nil).isEmpty)
    let held = try engine.store.workspace?.revision()
    _ = try apart.importBank(bank)
    #expect(try apart.current().graphs(of: nil).count == 1)
    #expect(try engine.store.workspace?.revision() == held)
    engine.close(within: 5)
  }
}
