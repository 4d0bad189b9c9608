import Bank
import Concepts
import Networks
import Reports
import Structure

/// The bank's way out of a workspace: concepts, and reasoning networks with all they need.
extension EngineSnapshot {
  /// What `selection` asks for.
  ///
  /// - Throws: `EngineError` of kind `unknownModel` where it names what is not there.
  package func exportBank(_ selection: BankSelection = BankSelection()) throws -> ExportedBank {
    let graph = try selection.graphModel.map(reasoningNetwork)
    let only = try selection.model.map { try self.model($0).id } ?? graph?.model
    let models = self.models.filter { only == nil || $0.id == only }
    var exported = ExportedBank()
    if selection.hasConcepts {
      exported.classes = models.flatMap { model in
        bank.classes(of: model.id)
          .filter { graph?.classIndices.contains($0.classIndex) ?? true }
          .map { ExportedClass($0, of: model) }
      }
    }
    if selection.hasGraphs {
      exported.graphs = try bank.graphs
        .filter { (graph == nil || $0.id == graph?.id) && (only == nil || $0.model == only) }
        .map { graph in try ExportedGraph(graph, of: self.models.first { $0.id == graph.model }) }
    }
    return exported
  }
}

extension ExportedClass {
  init(_ entry: ClassConcepts, of model: LoadedModel?) {
    self.init(
      model: model?.id ?? "", modelName: model?.name ?? "",
      className: model?.labels[entry.classIndex] ?? entry.report.className, classIndex: entry.classIndex,
      layer: entry.layer, options: entry.options, images: entry.images.map(Image.init(_:)), concepts: entry.concepts,
      dictionary: entry.dictionary, clusters: entry.centers.rank == 2 && entry.centers.rows > 0 ? entry.centers : nil)
  }
}

extension ExportedGraph {
  init(_ graph: TrainedGraph, of model: LoadedModel?) throws {
    self.init(
      id: graph.id, digest: try graph.digest, model: graph.model, modelName: model?.name ?? "", layer: graph.layer,
      classes: graph.classes.map { ExportedClass($0, of: model) }, network: graph.network, report: graph.report,
      origin: graph.origin, created: graph.created)
  }
}

extension ExportedClass.Image {
  init(_ entry: CatalogueEntry) {
    var path: String?
    if case .path(let file) = entry.source { path = file }
    self.init(
      path: path, sha256: entry.contentHash, width: entry.geometry.originalWidth, height: entry.geometry.originalHeight)
  }
}
