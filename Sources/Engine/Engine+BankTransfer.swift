import Bank
import Base
import Concepts
import Foundation
import Networks
import Reports
import Store
import Structure

/// The bank's way out of one workspace and into another: concepts, and reasoning networks with all they need.
extension Engine {
  /// Puts classes and reasoning networks into the bank, in place of those that are there; all or, where one does not
  /// fit or the workspace cannot be written, none.
  ///
  /// A reasoning network keeps its handle if it is what was exported. One that was changed on the way gets a handle of
  /// its own, so that nothing that was computed with the other is taken for its.
  ///
  /// - Returns: the handles of the reasoning networks.
  /// - Throws: `EngineError` of kind `unknownModel` where a network is not loaded, `invalidValue` where something does
  ///   not fit it.
  package func importBank(_ bank: ExportedBank) throws -> [String] {
    let now = try current()
    let entries = try bank.classes.map { exported in
      let model = try now.model(exported.model)
      return (model, try entry(of: exported, in: model))
    }
    let graphs = try bank.graphs.map { try graph(of: $0, in: now) }
    let classes = entries.map { model, entry in (model.id, entry.changedByPeople) }
    try keeper.commit(to: Set(classes.map(\.0) + graphs.map(\.model))) { _ in
      BankChange(classes: classes, graphs: graphs)
    }
    return graphs.map(\.id)
  }

  /// Takes a reasoning network that belongs to no network yet: it can be run, and bound to one.
  ///
  /// - Parameter labels: what its outputs are called; numbers where nil.
  /// - Returns: its handle, which its weights determine.
  package func importGraph(_ network: ReasoningNetwork, labels: [String]?) throws -> String {
    let labels = labels ?? (1...network.shape.classes).map { "class \($0)" }
    guard labels.count == network.shape.classes else {
      throw EngineError(
        .invalidValue,
        "classes: \(labels.count) labels were given for a reasoning network of \(network.shape.classes) outputs")
    }
    let graph = try TrainedGraph(unbound: network, labels: labels, origin: .published)
    try keeper.commit(graph)
    return graph.id
  }

  private func graph(of exported: ExportedGraph, in now: EngineSnapshot) throws -> TrainedGraph {
    func check(_ holds: Bool, _ what: String) throws {
      guard holds else { throw EngineError(.invalidValue, "reasoning network \"\(exported.id)\": \(what)") }
    }
    let shape = exported.network.shape
    try check(
      exported.classes.count == shape.classes,
      "it has \(exported.classes.count) classes where its weights have \(shape.classes) outputs")
    guard !exported.model.isEmpty else {
      try check(exported.classes.allSatisfy(\.concepts.isEmpty), "it has concepts but belongs to no network")
      var graph = try TrainedGraph(
        unbound: exported.network, labels: exported.classes.map(\.className), origin: exported.origin)
      graph.created = exported.created
      return graph
    }
    let model = try now.model(exported.model)
    let entries = try exported.classes.map { try entry(of: $0, in: model).kept }
    try check(Set(entries.map(\.classIndex)).count == entries.count, "it has a class twice")
    try check(entries.allSatisfy { $0.layer == exported.layer }, "its classes' concepts are not all at its layer")
    for (entry, exported) in zip(entries, exported.classes) {
      try check(
        (1...shape.nodes).contains(entry.concepts.count),
        "class \"\(exported.className)\" has \(entry.concepts.count) concepts where its graph has \(shape.nodes) nodes")
    }
    let width = model.classifier.embeddingWidth(at: exported.layer) ?? 0
    try check(
      width == shape.embeddingWidth,
      "its weights take embeddings of \(shape.embeddingWidth) numbers, layer \(exported.layer) has \(width)")
    var graph = TrainedGraph(
      id: exported.id, model: model.id, layer: exported.layer, classes: entries, network: exported.network,
      dummyValue: exported.network.dummyValue, report: exported.report, origin: exported.origin,
      created: exported.created)
    // What a file of version 1 calls the network was part of its digest.
    var original = graph
    original.model = exported.model
    let digest = try graph.digest
    if try ![digest, original.digest].contains(exported.digest) { graph.id = TrainedGraph.id(of: digest) }
    graph.report.graphModel = graph.id
    graph.report.classes = graph.classIndices.map { model.labels[$0] }
    return graph
  }
}
