import Base
import Concepts
import Foundation
import Images
import Networks
import Reports
import Synchronization
import SyntheticScenes
import Tensors
import Testing

@testable import Bank
@testable import Engine

/// Concepts looked for in new images: with the bank as it is, nothing is clustered or fitted.
@Suite(.serialized) struct ConceptScoreTests {
  private func scenes() throws -> TrainedScenes { try TrainedScenes.shared.get() }

  private func score(
    _ images: [ImageSource], of engine: Engine? = nil, class: ClassReference? = nil, concepts: [String]? = nil,
    monitor: WorkMonitor = .silent, onImage: @Sendable (ConceptScores) -> Void = { _ in }
  ) throws -> (scores: [ConceptScores], skipped: [SkippedImage]) {
    let scenes = try scenes()
    return try (engine ?? scenes.engine).current().scoreConcepts(
      model: scenes.model, images: images, class: `class`, concepts: concepts, monitor: monitor, onImage: onImage)
  }

  @Test func threeFieldsPerConceptStandApart() throws {
    let scenes = try scenes()
    let name = scenes.classes[0]
    let images = try #require(scenes.heldOut[name])
    let heard = Mutex<[String]>([])
    let (scores, skipped) = try score(images + [.bytes([1, 2, 3])]) { found in
      heard.withLock { $0.append(found.className) }
    }
    #expect(skipped.count == 1 && scores.count == images.count * scenes.classes.count)
    #expect(heard.withLock { $0 } == scores.map(\.className))
    for concept in scores.flatMap(\.concepts) {
      let presence = concept.presence
      #expect((0...1).contains(presence.score) && presence.isDetected == (presence.score >= 0.5))
      #expect(presence.coefficient == nil && presence.distance.isFinite)
      let place = try #require(concept.place)
      #expect((0...1).contains(place.center.x) && (0...1).contains(place.center.y) && place.box.width > 0)
      let sensitivity = try #require(concept.sensitivity)
      #expect(sensitivity.mean.isFinite && (0...1).contains(sensitivity.positiveShare))
    }
    // The best ranked concept of a class is where the graph has it: it has the first choice of patches there.
    let match = try scenes.engine.current().match(model: scenes.model, images: images, classes: nil, monitor: .silent)
    for (graph, scored) in zip(match.graphs, scores) {
      #expect(graph.className == scored.className)
      #expect(graph.nodes[0].distance == Double(scored.concepts[0].presence.distance))
      #expect(graph.nodes[0].detected == scored.concepts[0].presence.isDetected)
      if graph.nodes[0].detected { #expect(graph.nodes[0].box == scored.concepts[0].place?.box) }
    }
    // Concepts of a class speak for it in pictures of it: that is what they were chosen for.
    let own = scores.filter { $0.className == name }.flatMap(\.concepts)
    let positive = own.count { $0.sensitivity?.mean ?? 0 > 0 }
    #expect(Double(positive) >= 0.75 * Double(own.count), "\(positive) of \(own.count)")
  }

  @Test func nothingIsFittedAgain() throws {
    let scenes = try scenes()
    let images = try #require(scenes.heldOut[scenes.classes[1]])
    let bank = try scenes.engine.current().exportBank(BankSelection(hasGraphs: false))
    // Neither the class's images nor random ones are there, so that nothing could be found again.
    let classes = bank.classes.map { entry in
      var entry = entry
      for index in entry.images.indices { entry.images[index].path = "/no/such/file" }
      return entry
    }
    let fresh = try scenes.freshEngine(with: ExportedBank(classes: classes))
    let stages = Mutex<Set<String>>([])
    let monitor = WorkMonitor(isCancelled: { false }) { progress in
      stages.withLock { _ = $0.insert(progress.stage) }
    }
    let there = try score(images, of: fresh, monitor: monitor).scores
    let here = try score(images).scores
    #expect(stages.withLock { $0 } == ["scoring concepts"])
    for (a, b) in zip(there.flatMap(\.concepts), here.flatMap(\.concepts)) {
      #expect(a.conceptID == b.conceptID && a.presence == b.presence && a.sensitivity == b.sensitivity)
    }
    // The second time nothing at all is computed.
    let misses = try fresh.snapshot().status().misses
    let again = try score(images, of: fresh).scores
    #expect(try fresh.snapshot().status().misses == misses)
    #expect(zip(again.flatMap(\.concepts), there.flatMap(\.concepts)).allSatisfy { $0.presence == $1.presence })
  }

  @Test func whatIsAskedForIsChosen() throws {
    let scenes = try scenes()
    let images = Array(try #require(scenes.heldOut[scenes.classes[0]]).prefix(1))
    let concepts = try scenes.engine.current().concepts(model: scenes.model, class: .label(scenes.classes[0]))
    let one = try #require(concepts.last)
    let (scores, _) = try score(images, concepts: [one.id])
    #expect(scores.map(\.className) == [scenes.classes[0]] && scores[0].concepts.map(\.conceptID) == [one.id])
    #expect(try score(images, class: .label(scenes.classes[2])).scores.map(\.className) == [scenes.classes[2]])
    #expect(throws: EngineError.self) { try score(images, concepts: ["none"]) }
    #expect(throws: EngineError.self) { try score(images, class: .label(scenes.classes[2]), concepts: [one.id]) }
    #expect(throws: EngineError.self) { try score(images, class: .label("zeppelin")) }
    #expect(throws: CancellationError.self) {
      try score(images, monitor: WorkMonitor(isCancelled: { true }))
    }
  }

  /// Concepts of a factorisation go by the patch's coefficient against the components, which stay as they are and
  /// travel.
  @Test func componentsAreHeldAgainstTheFixedDictionary() throws {
    let scenes = try scenes()
    let name = scenes.classes[0]
    let bank = try scenes.engine.current().exportBank(BankSelection(hasGraphs: false))
    let engine = try scenes.freshEngine(with: bank)
    let generator = SceneGenerator(size: SceneSet.pictureSize)
    let images = try (0..<UInt64(24)).map {
      ImageSource.bytes(try generator.scene(kind: VehicleKind.allCases[0], seed: $0).image.pngData())
    }
    let random = try (0..<UInt64(60)).map { ImageSource.bytes(try generator.backgroundScene(seed: $0).pngData()) }
    var options = DiscoveryOptions()
    options.clustering.clustering = .nmf
    options.clustering.clusters = 8
    options.significance.randomSets = 5
    options.significance.randomSetSize = 10
    options.significance.significance = 1
    options.selection.topConcepts = 3
    _ = try engine.discover(
      model: scenes.model, class: .label(name), images: images, random: random, layer: nil, options: options,
      monitor: .silent, onConcept: { _ in })
    let held = try #require(scenes.heldOut[name])
    let (scores, _) = try score(images + held, of: engine, class: .label(name))
    for concept in scores.flatMap(\.concepts) {
      let (value, reference) = try #require(concept.presence.coefficient)
      #expect(value >= 0 && reference > 0)
      #expect(concept.presence.isDetected == (value >= reference))
      #expect(abs(concept.presence.score - Double(value * value / (value * value + reference * reference))) < 1e-4)
    }
    // All but 5 % of a concept's own patches reach the reference, so that nearly every picture that has one shows it.
    let summaries = try engine.current().concepts(model: scenes.model, class: .label(name))
    for (position, summary) in summaries.enumerated() {
      let shown = Set(summary.patches.map(\.image)).count
      let detected = scores.prefix(images.count).count { $0.concepts[position].presence.isDetected }
      #expect(detected >= shown - 1, "\(detected) of \(shown)")
    }

    let exported = try engine.current().exportBank(BankSelection(hasGraphs: false))
    let entry = try #require(exported.classes.first { $0.className == name })
    #expect(entry.dictionary?.entries.map(\.concept) == summaries.map(\.id))
    let other = try scenes.freshEngine(with: exported)
    let there = try score(held, of: other, class: .label(name)).scores.flatMap(\.concepts)
    let here = scores.suffix(held.count).flatMap(\.concepts)
    #expect(there.map(\.presence) == here.map(\.presence))
    var broken = entry
    broken.dictionary?.entries[0].component = 99
    #expect(throws: EngineError.self) { try other.importBank(ExportedBank(classes: [broken])) }
    broken.dictionary = ConceptDictionary(components: Tensor(shape: [8, 5], repeating: 1), entries: [])
    #expect(throws: EngineError.self) { try other.importBank(ExportedBank(classes: [broken])) }

    // What is put together of two components is none: it goes by distance.
    try #require(summaries.count >= 2)
    let merged = try engine.mergeConcepts(summaries.prefix(2).map(\.id), name: "both", monitor: .silent)
    let after = try score(held, of: engine, concepts: [merged.id]).scores.flatMap(\.concepts)
    #expect(after.allSatisfy { $0.presence.coefficient == nil })
  }

  @Test func dictionariesAreKeptInTheWorkspace() throws {
    let bank = try scenes().engine.current().exportBank(BankSelection(hasGraphs: false))
    var entry = ClassConcepts.blank
    entry.concepts = bank.classes[0].concepts
    entry.dictionary = ConceptDictionary(
      components: Tensor(shape: [2, 3], elements: [1, 0, 2, 0.5, 0, 0]),
      entries: [.init(concept: entry.concepts[0].id, component: 1, reference: 0.25)])
    #expect(try ArchivedClass(archived: ArchivedClass(entry: entry).archived()).entry.dictionary == entry.dictionary)
    // What was written before there were dictionaries.
    #expect(try ArchivedClass(archived: ClassConcepts.blank.archived()).entry.dictionary == nil)
    entry.dictionary?.entries[0].component = 2
    #expect(throws: (any Error).self) { try ArchivedClass(archived: ArchivedClass(entry: entry).archived()) }
  }
}
