import Bank
import Base
import Concepts
import Foundation
import Images
import Reports
import Synchronization
import SyntheticScenes
import Testing

@testable import Engine

/// Two engines on one workspace: what one does while the other computes is not lost.
@Suite(.serialized) struct SharedBankTests {
  /// Something that is done the first time only.
  private final class Once: Sendable {
    private let body: @Sendable () throws -> Void
    private let isDone = Mutex(false)

    init(_ body: @escaping @Sendable () throws -> Void) { self.body = body }

    func run() {
      let isFirst = isDone.withLock { isDone in
        defer { isDone = true }
        return !isDone
      }
      guard isFirst else { return }
      do { try body() } catch { Issue.record(error) }
    }
  }

  /// Two engines with the network in one workspace, and pictures of its first class.
  private struct Pair {
    let engines: [Engine]
    let model: String
    let images: [ImageSource]
    let random: [ImageSource]
    let name = VehicleKind.allCases[0].rawValue

    init(workspace path: String) throws {
      let engines = [Engine(), Engine()]
      for engine in engines { try engine.openWorkspace(path: path) }
      model = try engines.map(TrainedScenes.loadNetwork(into:))[0]
      let generator = SceneGenerator(size: SceneSet.pictureSize)
      images = try (0..<UInt64(18)).map {
        .bytes(try generator.scene(kind: VehicleKind.allCases[0], seed: $0).image.pngData())
      }
      random = try (0..<UInt64(60)).map { .bytes(try generator.backgroundScene(seed: $0).pngData()) }
      self.engines = engines
    }

    func discover(
      _ engine: Engine, layer: String? = nil, topConcepts: Int = 8,
      meanwhile: @escaping @Sendable () throws -> Void = {}
    ) throws -> DiscoveryReport {
      var options = DiscoveryOptions()
      options.attention.attention = false
      options.clustering.clusters = 40
      options.clustering.restarts = 1
      options.significance.randomSets = 6
      options.significance.randomSetSize = 10
      options.significance.cavMethod = .meanDifference
      options.significance.significance = 1
      options.selection.topConcepts = topConcepts
      options.selection.minSize = 4
      options.selection.maxCoincidence = 1
      let once = Once(meanwhile)
      return try engine.discover(
        model: model, class: .label(name), images: images, random: random, layer: layer, options: options,
        monitor: .silent, onConcept: { _ in once.run() })
    }

    func concepts(_ engine: Engine) throws -> [ConceptSummary] {
      try engine.current().concepts(model: model, class: .label(name))
    }

    /// The class as an engine has it in memory.
    func entry(_ engine: Engine) throws -> ClassConcepts {
      _ = try concepts(engine)
      return try #require(engine.snapshot().bank.classes(of: model).first)
    }
  }

  private func withPair(_ body: (Pair) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("vrx-shared-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let pair = try Pair(workspace: folder.appendingPathComponent("bank.sqlite").path)
    try body(pair)
    pair.engines.forEach { $0.close(within: 5) }
  }

  @Test func discoveryKeepsWhatAnotherDaemonNamedMergedAndRemovedMeanwhile() throws {
    try withPair { pair in
      let (first, second) = (pair.engines[0], pair.engines[1])
      let found = try pair.discover(first).concepts
      try #require(found.count >= 5)
      let ids = found.map(\.id)
      // The same concepts, found again: each is called what it is called by the time that they are found.
      let again = try pair.discover(first, topConcepts: 7) {
        _ = try second.renameConcept(ids[0], to: "ladder")
        try second.removeConcept(ids[4])
      }
      #expect(again.concepts.first { $0.id == ids[0] }?.name == "ladder")
      for engine in pair.engines {
        let listed = try pair.concepts(engine)
        #expect(listed.map(\.id) == again.concepts.map(\.id) && listed.map(\.name) == again.concepts.map(\.name))
      }
      // At another layer none of them is found: what people named waits to be.
      let rest = again.concepts.filter { $0.id != ids[0] }
      let layers = try first.current().model(pair.model).classifier.spatialLayers.map(\.name)
      let other = try #require(layers.last { $0 != again.layer })
      _ = try pair.discover(first, layer: other) {
        _ = try second.renameConcept(rest[0].id, to: "wheel")
        _ = try second.mergeConcepts([rest[1].id, rest[2].id], name: "window", monitor: .silent)
      }
      for engine in pair.engines {
        let entry = try pair.entry(engine)
        #expect(entry.layer == other)
        let waiting = Dictionary(uniqueKeysWithValues: entry.retired.map { ($0.concept.id, $0.concept) })
        #expect(Set(waiting.keys) == [ids[0], rest[0].id, rest[1].id])
        #expect(waiting[rest[1].id]?.size == rest[1].size + rest[2].size, "it is the merged one")
      }
    }
  }

  @Test func aMergeMeasuresAgainWhatAnotherDaemonMerged() throws {
    try withPair { pair in
      let (first, second) = (pair.engines[0], pair.engines[1])
      let found = try pair.discover(first).concepts
      try #require(found.count >= 5)
      let ids = found.map(\.id)
      let once = Once {
        _ = try second.mergeConcepts([ids[1], ids[2]], name: "wheels", monitor: .silent)
        try second.removeConcept(ids[4])
      }
      let monitor = WorkMonitor(isCancelled: { false }) { _ in once.run() }
      let merged = try first.mergeConcepts([ids[0], ids[1]], name: "all", monitor: monitor)
      #expect(merged.id == ids[0] && merged.name == "all")
      #expect(merged.size == found[0].size + found[1].size + found[2].size)
      for engine in pair.engines {
        let left = try pair.concepts(engine)
        #expect(left.map(\.id) == [ids[0], ids[3]] + ids.dropFirst(5))
        #expect(left.map(\.rank) == Array(1...left.count))
        #expect(left.first?.name == "all" && left.first?.size == merged.size)
      }
      // What the other took away is not there to be named or merged any more.
      #expect(throws: EngineError.self) { try first.renameConcept(ids[4], to: "x") }
      #expect(throws: EngineError.self) { try first.mergeConcepts([ids[0], ids[4]], name: "x", monitor: .silent) }
    }
  }
}
