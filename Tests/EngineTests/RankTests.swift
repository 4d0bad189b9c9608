import Bank
import Concepts
import Foundation
import Images
import Networks
import Reports
import Structure
import Synchronization
import Tensors
import Testing

@testable import Engine

/// The whole method at layers of every rank: feature maps, tokens with a grid and without, one token, a vector.
@Suite(.serialized) struct RankTests {
  /// A classifier of coloured squares; see `Tests/Fixtures/networks/ranks.py`.
  private static let network = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Fixtures/networks/ranks.onnx").path
  private static let side = 64
  private static let colours: [String: (UInt8, UInt8, UInt8)] = [
    "red": (220, 20, 20), "green": (20, 210, 20), "blue": (30, 30, 220), "yellow": (220, 220, 20),
    "cyan": (20, 210, 210), "magenta": (210, 20, 210),
  ]

  /// A picture with a square of each of some colours, each in a quarter of its own.
  private static func picture(_ names: [String], random: inout SeededRandom) -> ImageSource {
    var image = RGBImage(width: side, height: side, filledWith: (0, 0, 0))
    for pixel in 0..<side * side {
      let grey = UInt8(110 + random.index(below: 30))
      for channel in 0..<3 { image.samples[pixel * 3 + channel] = grey }
    }
    for (name, quarter) in zip(names, random.shuffled([0, 1, 2, 3])) {
      let size = 20 + random.index(below: 9)
      let left = quarter % 2 * side / 2 + random.index(below: side / 2 - size)
      let top = quarter / 2 * side / 2 + random.index(below: side / 2 - size)
      let colour = colours[name] ?? (0, 0, 0)
      for y in top..<top + size {
        for x in left..<left + size {
          let place = (y * side + x) * 3
          (image.samples[place], image.samples[place + 1], image.samples[place + 2]) = colour
        }
      }
    }
    return .bytes(image.pngData())
  }

  private struct Pictures: Sendable {
    var classes: [[ImageSource]]
    var random: [ImageSource]
    var heldOut: [ImageSource]
  }

  /// Red and blue squares are of class 0, green and yellow ones of class 1.
  private static let pictures: Pictures = {
    var random = SeededRandom(seed: 5)
    let kinds = [["red", "blue", "cyan"], ["green", "yellow", "magenta"]]
    func some(_ count: Int, _ kind: [String]) -> [ImageSource] {
      (0..<count).map { _ in picture(kind, random: &random) }
    }
    let classes = kinds.map { some(24, $0) }
    let heldOut = kinds.flatMap { some(3, $0) }
    let others = (0..<80).map { _ in
      picture(Array(random.shuffled(colours.keys.sorted()).prefix(2)), random: &random)
    }
    return Pictures(classes: classes, random: others, heldOut: heldOut)
  }()

  private static func options(_ embedding: PatchEmbedding) -> DiscoveryOptions {
    var options = DiscoveryOptions()
    options.embedding.patchEmbedding = embedding
    options.segmentation.segmentCounts = [16, 40]
    options.clustering.clusters = 8
    options.clustering.restarts = 1
    options.significance.randomSets = 6
    options.significance.randomSetSize = 12
    options.significance.significance = 1
    options.selection.topConcepts = 3
    return options
  }

  /// Discovers both classes at a layer, matches, trains, explains, scores, and carries all of it to another engine.
  private func check(_ layer: String, _ embedding: PatchEmbedding) throws -> [DiscoveryReport] {
    let (engine, pictures) = (Engine(), Self.pictures)
    let source = ModelSource(path: Self.network, labels: .list(["warm", "cold"]))
    let model = try engine.loadModel(source, monitor: .silent).id
    let names = ["warm", "cold"].map { ClassReference.label($0) }
    let reports = try zip(names, pictures.classes).map { name, images in
      try engine.discover(
        model: model, class: name, images: images, random: pictures.random, layer: layer,
        options: Self.options(embedding), monitor: .silent, onConcept: { _ in })
    }
    let bank = try engine.current().exportBank()
    #expect(bank.classes.allSatisfy { $0.concepts.allSatisfy { $0.center.count == 6 && $0.cavs[0].count == 6 } })

    let graphs = try engine.current().match(model: model, images: pictures.heldOut, classes: nil, monitor: .silent)
      .graphs
    #expect(graphs.count == 2 * pictures.heldOut.count && graphs.contains { $0.nodes.contains(where: \.detected) })
    var training = TrainingOptions()
    training.fitting.maxEpochs = 30
    let trained = try engine.train(
      model: model, classes: names, images: Array(zip(names, pictures.classes)).map { (class: $0.0, sources: $0.1) },
      options: training, monitor: .silent, onEpoch: { _ in })
    #expect(trained.heldOut.imageCount > 0)
    func explain(_ engine: Engine, _ image: ImageSource) throws -> ExplanationReport {
      try engine.current().explain(
        model: model, image: image, classes: nil, graphModel: trained.graphModel, verify: true, monitor: .silent)
    }
    for image in pictures.heldOut {
      for part in try explain(engine, image).explanations {
        let terms =
          part.nodes.map(\.contribution) + part.edges.map(\.contribution) + part.otherGraphs.map(\.contribution)
          + [part.bias]
        #expect(abs(terms.reduce(0, +) - part.score) <= 1e-4 * terms.map(abs).reduce(1e-6, +))
      }
    }
    let scores = try engine.current().scoreConcepts(
      model: model, images: pictures.heldOut, class: nil, concepts: nil, monitor: .silent, onImage: { _ in }
    ).scores
    #expect(scores.flatMap(\.concepts).allSatisfy { $0.presence.distance.isFinite && $0.sensitivity != nil })

    let other = Engine()
    _ = try other.loadModel(source, monitor: .silent)
    _ = try other.importBank(engine.current().exportBank())
    let (here, there) = (try explain(engine, pictures.heldOut[0]), try explain(other, pictures.heldOut[0]))
    #expect(here.explanations.map(\.score) == there.explanations.map(\.score))
    return reports
  }

  @Test(arguments: ["features", "tokens"]) func layersWithPlaces(layer: String) throws {
    for embedding in PatchEmbedding.allCases {
      let reports = try check(layer, embedding)
      #expect(!reports.flatMap(\.facts.notes).contains { $0.contains("no spatial extents") })
    }
  }

  @Test(arguments: ["sequence", "single", "pooled", "squashed"]) func layersWithoutPlaces(layer: String) throws {
    let reports = try check(layer, .crop)
    // The last one feeds the logits linearly.
    #expect(reports.allSatisfy { $0.facts.degenerateLayer == (layer == "squashed") })
    #expect(reports.allSatisfy { $0.facts.notes.contains { $0.contains("without attention") } })
    // What cannot be done there is said, and patches are cut out.
    let model = Engine()
    let handle = try model.loadModel(
      ModelSource(path: Self.network, labels: .list(["warm", "cold"])), monitor: .silent
    ).id
    let pooled = try model.discover(
      model: handle, class: .index(0), images: Self.pictures.classes[0], random: Self.pictures.random, layer: layer,
      options: Self.options(.maskedPooling), monitor: .silent, onConcept: { _ in })
    #expect(pooled.facts.notes.contains { $0.contains("maskedPooling") })
    #expect(pooled.concepts.map(\.id) == reports[0].concepts.map(\.id))
  }

  /// The same activations by another name are the same concepts: a grid as a map and as tokens, a mean as one token and
  /// as a vector.
  @Test func theSameActivationsGiveTheSameConcepts() throws {
    func centers(_ layer: String) throws -> [[Float]] {
      let engine = Engine()
      let model = try engine.loadModel(
        ModelSource(path: Self.network, labels: .list(["warm", "cold"])), monitor: .silent
      ).id
      _ = try engine.discover(
        model: model, class: .index(0), images: Self.pictures.classes[0], random: Self.pictures.random, layer: layer,
        options: Self.options(.crop), monitor: .silent, onConcept: { _ in })
      return try engine.current().exportBank().classes[0].concepts.map(\.center)
    }
    for (left, right) in [("features", "tokens"), ("sequence", "single"), ("single", "pooled")] {
      let (a, b) = (try centers(left), try centers(right))
      #expect(a.count == b.count && !a.isEmpty, "\(left) and \(right)")
      #expect(zip(a.joined(), b.joined()).allSatisfy { abs($0 - $1) < 1e-4 }, "\(left) and \(right)")
    }
  }

  @Test func whatIsNoLayerIsNamed() throws {
    let engine = Engine()
    let model = try engine.loadModel(ModelSource(path: Self.network), monitor: .silent)
    // The default is a layer with places.
    #expect(["features", "tokens", "mixed"].contains(model.defaultLayer))
    #expect(throws: EngineError.self) {
      try engine.discover(
        model: model.id, class: .index(0), images: Self.pictures.classes[0], random: Self.pictures.random,
        layer: "mix", options: Self.options(.crop), monitor: .silent, onConcept: { _ in })
    }
  }
}
