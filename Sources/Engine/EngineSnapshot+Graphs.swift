import Bank
import Concepts
import Foundation
import Networks
import Reports
import Structure
import Tensors

/// Reasoning networks as such: which there are, and what they compute.
extension EngineSnapshot {
  /// The reasoning networks in order of making: those of `model`, or all, among them those that belong to no network.
  package func graphs(of model: String?) throws -> [GraphSummary] {
    let only = try model.map { try self.model($0).id }
    return bank.graphs.filter { only == nil || $0.model == only }.map(summary)
  }

  /// One reasoning network.
  package func graph(_ id: String) throws -> GraphSummary { summary(of: try reasoningNetwork(id)) }

  /// What a reasoning network makes of nodes and centres as they are; see `ReasoningNetwork.run`.
  package func runGraph(_ id: String, nodes: Tensor, centers: Tensor) throws -> (outputs: Tensor, embedding: Tensor) {
    let graph = try reasoningNetwork(id)
    return try EngineError.mapped { try graph.network.run(nodes: nodes, centers: centers) }
  }

  func summary(of graph: TrainedGraph) -> GraphSummary {
    GraphSummary(graph, of: models.first { $0.id == graph.model })
  }

  /// The reasoning network with this handle, whatever it belongs to.
  func reasoningNetwork(_ id: String) throws -> TrainedGraph {
    guard let graph = bank.graph(id) else {
      let known = bank.graphs.map(\.id).joined(separator: ", ")
      throw EngineError(
        .unknownModel,
        "graphModel: there is no reasoning network \"\(id)\" of a loaded network; "
          + (known.isEmpty ? "train one with vrx/train or read one with bank/import" : "there are: \(known)"))
    }
    return graph
  }

  /// The named reasoning network, or the latest of the model that covers `classes`.
  func trainedGraph(_ id: String?, of model: LoadedModel, covering classes: [Int]?) throws -> TrainedGraph {
    let graphs = bank.graphs.filter { $0.model == model.id }
    if let id {
      guard let graph = graphs.first(where: { $0.id == id }) else {
        if bank.graph(id)?.isBound == false {
          throw EngineError(
            .notReady, "\(id) belongs to no network: bind it to \(model.name) and its concepts with graph/bind",
            detail: ["missing": "graph/bind"])
        }
        throw EngineError(
          .unknownModel,
          "no reasoning network \"\(id)\" for \(model.name)"
            + (graphs.isEmpty ? "; train one with vrx/train" : "; trained: \(graphs.map(\.id).joined(separator: ", "))")
        )
      }
      return graph
    }
    let wanted = Set(classes ?? [])
    guard let graph = graphs.last(where: { wanted.isSubset(of: $0.classIndices) }) else {
      let names = (classes ?? []).map { model.labels[$0] }
      throw EngineError(
        .notReady,
        "no reasoning network of \(model.name) has been trained\(names.isEmpty ? "" : " for " + names.joined(separator: ", ")): "
          + "request vrx/discover for each class, then vrx/train",
        detail: ["missing": "vrx/train"])
    }
    return graph
  }
}

extension GraphSummary {
  fileprivate init(_ graph: TrainedGraph, of model: LoadedModel?) {
    self.init(
      id: graph.id, model: model.map { ($0.id, $0.name) }, layer: graph.isBound ? graph.layer : nil,
      classes: graph.classes.map { entry in
        Class(
          name: model?.labels[entry.classIndex] ?? entry.report.className,
          concepts: entry.concepts.map { ($0.id, $0.name) })
      }, shape: graph.network.shape, dummyValue: Double(graph.dummyValue), report: graph.report, origin: graph.origin,
      created: graph.created > 0 ? Date(timeIntervalSince1970: graph.created) : nil)
  }
}
