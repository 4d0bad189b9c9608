import Bank
import Concepts
import Images
import Networks
import Readings
import Reports
import Structure
import Testing

@testable import Engine

/// Classes with different numbers of concepts: none is cut to the poorest, and what fills its graphs is never shown.
@Suite(.serialized) struct UnequalClassesTests {
  private static let left = 2

  /// An engine whose first class has two concepts, and a reasoning network trained on that.
  private func engine() throws -> (engine: Engine, scenes: TrainedScenes, graphModel: String, counts: [String: Int]) {
    let scenes = try TrainedScenes.shared.get()
    let engine = try scenes.freshEngine(with: scenes.engine.current().exportBank(BankSelection()))
    let poor = try engine.current().concepts(model: scenes.model, class: .label(scenes.classes[0]))
    for concept in poor.dropFirst(Self.left) { try engine.removeConcept(concept.id) }
    var options = TrainingOptions()
    options.fitting.maxEpochs = 20
    let images = scenes.classes.map { (class: ClassReference.label($0), sources: scenes.heldOut[$0] ?? []) }
    let graphModel = try engine.train(
      model: scenes.model, classes: images.map(\.class), images: images, options: options, monitor: .silent,
      onEpoch: { _ in }
    ).graphModel
    let all = try engine.current().concepts(model: scenes.model, class: nil)
    return (engine, scenes, graphModel, Dictionary(grouping: all, by: \.className).mapValues(\.count))
  }

  private func expectWhole(_ report: ExplanationReport, _ counts: [String: Int]) {
    for explanation in report.explanations {
      let count = counts[explanation.className] ?? 0
      #expect(explanation.nodes.count == count && explanation.edges.count == count * (count - 1))
      let sum =
        explanation.nodes.reduce(explanation.bias) { $0 + $1.contribution }
        + explanation.edges.reduce(0) { $0 + $1.contribution }
        + explanation.otherGraphs.reduce(0) { $0 + $1.contribution }
      #expect(abs(sum - explanation.score) <= 1e-4 * max(1, abs(explanation.score)), "fillers add something")
    }
  }

  @Test func everyClassKeepsItsConcepts() throws {
    let (engine, scenes, graphModel, counts) = try engine()
    #expect(counts[scenes.classes[0]] == Self.left && counts.values.contains { $0 > Self.left })
    let now = try engine.current()
    func isAnythingSeen(_ image: ImageSource) throws -> Bool {
      try now.explain(
        model: scenes.model, image: image, classes: nil, graphModel: graphModel, verify: false, monitor: .silent
      ).explanations.contains { $0.nodes.contains(where: \.node.detected) }
    }
    let images = scenes.classes.flatMap { scenes.heldOut[$0] ?? [] }
    let image = try #require(try images.first(where: isAnythingSeen))
    let other = try #require(scenes.heldOut[scenes.classes[1]]?.first)
    let report = try now.explain(
      model: scenes.model, image: image, classes: nil, graphModel: graphModel, measuring: 4, verify: true, controls: 2,
      monitor: .silent)
    expectWhole(report, counts)

    // Compared, edited and carried to another engine, it shows no more.
    func side(_ image: ImageSource, _ name: String) -> ComparisonSide {
      ComparisonSide(model: scenes.model, image: image, className: .label(name), graphModel: graphModel)
    }
    let comparison = try now.compare(
      side(image, scenes.classes[0]), side(other, scenes.classes[1]), monitor: .silent)
    #expect(comparison.differences.allSatisfy { !$0.concepts.isEmpty })
    let seen = try #require(
      report.explanations.flatMap { one in one.nodes.map { (one.className, $0.node) } }.first { $0.1.detected })
    let edited = try now.intervene(
      model: scenes.model, image: image, edits: [Intervention(kind: .mask, concept: seen.1.conceptID)], classes: nil,
      graphModel: graphModel, seed: 0, monitor: .silent)
    expectWhole(edited.after, counts)
    let carried = try scenes.freshEngine(with: now.exportBank(BankSelection()))
    let again = try carried.current().explain(
      model: scenes.model, image: image, classes: nil, graphModel: graphModel, verify: false, monitor: .silent)
    #expect(again.explanations.map(\.score) == report.explanations.map(\.score))
  }
}
