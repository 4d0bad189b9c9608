import Bank
import Concepts
import Images
import Networks
import Reports
import Structure
import Testing

@testable import Engine

/// Weights that belong to no network explain one once they are bound to it and its concepts, with the fidelity that is
/// then measured.
@Suite(.serialized) struct GraphBindingTests {
  private func scenes() throws -> TrainedScenes { try TrainedScenes.shared.get() }

  private func explain(_ image: ImageSource, by graph: String, in engine: Engine) throws -> ExplanationReport {
    let scenes = try scenes()
    return try engine.current().explain(
      model: scenes.model, image: image, classes: nil, graphModel: graph, verify: false, monitor: .silent)
  }

  @Test func boundToTheSameConceptsTheWeightsSayTheSame() throws {
    let scenes = try scenes()
    let exported = try scenes.engine.current().exportBank()
    let original = try #require(exported.graphs.first { $0.id == scenes.graphModel })
    let engine = try scenes.freshEngine(with: exported)
    let loose = try engine.importGraph(original.network, labels: nil)
    let image = try #require(scenes.heldOut[scenes.classes[0]]?.first)
    // It is no explanation before there is a fidelity to tell with it.
    let error = #expect(throws: EngineError.self) { try explain(image, by: loose, in: engine) }
    #expect(error?.kind == .notReady && error?.detail["missing"] == "graph/bind")
    #expect(try engine.current().graph(loose).isMeasured == false && engine.current().graph(loose).model == nil)

    let classes = original.classes.map { ClassReference.index($0.classIndex) }
    let images = scenes.heldOut.values.flatMap { $0 } + [.bytes([1, 2, 3])]
    let report = try engine.bindGraph(loose, to: scenes.model, classes: classes, images: images, monitor: .silent)
    #expect(report.heldOut.imageCount == images.count - 1 && report.skipped.count == 1)
    #expect(report.masked.imageCount > 0 && report.notes.contains { $0.contains(loose) })
    let bound = try explain(image, by: report.graphModel, in: engine)
    let trained = try explain(image, by: scenes.graphModel, in: scenes.engine)
    #expect(bound.explanations.map(\.score) == trained.explanations.map(\.score))
    #expect(bound.fidelity == report.heldOut)

    // In another order the weights are the same and what they say is not: it is another reasoning network, and its
    // fidelity shows it.
    let turned = try engine.bindGraph(
      loose, to: scenes.model, classes: Array(classes.dropFirst()) + classes.prefix(1), images: images, monitor: .silent
    )
    #expect(turned.graphModel != report.graphModel)
    #expect(turned.heldOut.spearman < report.heldOut.spearman)
  }

  @Test func whatCannotBeBoundSaysWhy() throws {
    let scenes = try scenes()
    let engine = try scenes.freshEngine(with: scenes.engine.current().exportBank())
    let images = try #require(scenes.heldOut[scenes.classes[0]])
    let width = try #require(engine.current().graphs(of: scenes.model).first).shape.embeddingWidth
    func message(width: Int, nodes: Int = 2, classes: Int = 3, images: [ImageSource]) throws -> String {
      let shape = try NetworkShape(
        classes: classes, nodes: nodes, embeddingWidth: width, nodeWidths: [4], edgeWidth: 2)
      let loose = try engine.importGraph(ReasoningNetwork(shape: shape, seed: 1), labels: nil)
      do {
        _ = try engine.bindGraph(
          loose, to: scenes.model, classes: scenes.classes.prefix(3).map { .label($0) }, images: images,
          monitor: .silent)
        return ""
      } catch let error as EngineError { return error.message }
    }
    #expect(try message(width: width + 1, images: images).contains("\(width + 1) numbers"))
    #expect(try message(width: width, nodes: 60, images: images).contains("topConcepts 60"))
    #expect(try message(width: width, classes: 2, images: images).contains("2 outputs"))
    #expect(try message(width: width, images: Array(images.prefix(1))).contains("images"))
    let shape = try NetworkShape(classes: 3, nodes: 2, embeddingWidth: width, nodeWidths: [4], edgeWidth: 2)
    #expect(throws: EngineError.self) {
      try engine.importGraph(ReasoningNetwork(shape: shape, seed: 1), labels: ["one"])
    }
    #expect(throws: EngineError.self) { try engine.current().graph("none") }
  }
}
