import Concepts
import Foundation
import Images
import Networks
import Reports
import Structure
import Synchronization
import TestSupport
import Testing

@testable import Engine

/// The whole path on real photographs, smaller than in use: discover, match, train, explain.
@Suite(.serialized, .enabled(if: Assets.root != nil, "needs the asset folder: set VRX_ASSETS")) struct PhotographTests {
  private static let classes = ["minivan", "sports car", "pickup"]
  /// The last files of a class, by name, are held out: nothing is fitted on them.
  private static let heldOut = 20

  private func files(_ folder: String) throws -> [String] {
    let root = try #require(Assets.root).appendingPathComponent("images/\(folder)")
    return try FileManager.default.contentsOfDirectory(atPath: root.path).sorted()
      .map { root.appendingPathComponent($0).path }
  }

  private func load(_ engine: Engine, layer: String?) throws -> ModelSummary {
    let models = try #require(Assets.root).appendingPathComponent("models")
    var preprocessing = PreprocessingFields()
    preprocessing.mean = [0.485, 0.456, 0.406]
    preprocessing.std = [0.229, 0.224, 0.225]
    return try engine.loadModel(
      ModelSource(
        path: models.appendingPathComponent("squeezenet1_1.onnx").path,
        labels: .path(models.appendingPathComponent("labels.json").path), preprocessing: preprocessing, layer: layer),
      monitor: .silent)
  }

  @Test func explainsCars() throws {
    let engine = Engine()
    let model = try load(engine, layer: nil)
    let random = try files("random").prefix(192).map { ImageSource.path($0) }
    var options = DiscoveryOptions()
    options.run.maxImages = 40
    options.segmentation.segmentCounts = [3, 6, 12, 24]
    options.patches.minAreaFraction = 0.01
    options.attention.attention = false
    options.selection.topConcepts = 6
    options.significance.randomSets = 16
    options.significance.randomSetSize = 12
    var training: [(class: ClassReference, sources: [ImageSource])] = []
    for name in Self.classes {
      let images = try files(name.replacing(" ", with: "_")).dropLast(Self.heldOut).map { ImageSource.path($0) }
      let heard = Mutex(0)
      let report = try engine.discover(
        model: model.id, class: .label(name), images: images, random: random, layer: nil, options: options,
        monitor: .silent, onConcept: { _ in heard.withLock { $0 += 1 } })
      #expect(report.concepts.count >= 4, "\(name): \(report.facts.notes)")
      #expect(heard.withLock { $0 } == report.concepts.count)
      #expect(report.skipped.isEmpty)
      #expect(report.concepts.allSatisfy { !$0.patches.isEmpty && $0.threshold > 0 })
      training.append((.label(name), Array(images.prefix(40))))
    }

    var fitting = TrainingOptions()
    fitting.variants.maskedVariants = 1
    let trained = try engine.train(
      model: model.id, classes: Self.classes.map { .label($0) }, images: training, options: fitting,
      monitor: .silent, onEpoch: { _ in })
    #expect(trained.heldOut.imageCount > 0)

    var agreeing = 0
    var asked = 0
    for name in Self.classes {
      for path in try files(name.replacing(" ", with: "_")).suffix(5) {
        let report = try engine.current().explain(
          model: model.id, image: .path(path), classes: nil, graphModel: nil, verify: asked == 0, monitor: .silent)
        asked += 1
        agreeing += report.graphClass == report.predictedClass ? 1 : 0
        #expect(report.explanations.count == 3)
        #expect(report.explanations.filter(\.isWhy).map(\.className) == [report.predictedClass])
        for explanation in report.explanations {
          let parts =
            explanation.nodes.map(\.contribution) + explanation.edges.map(\.contribution)
            + explanation.otherGraphs.map(\.contribution) + [explanation.bias]
          let size = parts.map(abs).reduce(1e-6, +)
          #expect(abs(parts.reduce(0, +) - explanation.score) <= 1e-4 * size)
        }
      }
    }
    // Chance is a third; with all the images it is 8 in 10.
    #expect(Double(agreeing) / Double(asked) > 0.5, "\(agreeing) of \(asked)")
    #expect(try engine.current().status().hits > 0)
  }
}
