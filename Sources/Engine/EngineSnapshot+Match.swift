import Bank
import Base
import Concepts
import Images
import Networks
import Readings
import Reports
import Structure

extension EngineSnapshot {
  /// Structural concept graphs of images; for all discovered classes where none are named.
  package func match(
    model: String, images: [ImageSource], classes: [ClassReference]?, monitor: WorkMonitor
  ) throws -> MatchReport {
    try store.durably(monitor) { try matches(model: model, images: images, classes: classes, monitor: $0) }
  }

  private func matches(
    model: String, images: [ImageSource], classes: [ClassReference]?, monitor: WorkMonitor
  ) throws -> MatchReport {
    let model = try self.model(model)
    let entries = try discovered(classes, of: model)
    let builder = try GraphBuilder(
      model: model, classes: entries, dummyValue: VariantOptions().dummyValue, store: store)
    let (sources, missing) = ImageCollection.expand(images)
    var report = MatchReport(graphs: [], skipped: missing)
    for (position, source) in sources.enumerated() {
      monitor.report("matching", done: position, total: sources.count)
      try monitor.checkCancelled()
      let image: CatalogueEntry
      do { image = try builder.reader.entry(source) } catch let error as EngineError {
        report.skipped.append(SkippedImage(image: source.displayName, reason: error.message))
        continue
      }
      let graphs = try EngineError.mapped { try builder.graphs(of: image, monitor: monitor) }
      for (entry, graph) in zip(entries, graphs) {
        report.graphs.append(
          .init(
            image: source.displayName, className: model.labels[entry.classIndex],
            nodes: Self.nodes(of: graph, concepts: entry.concepts, geometry: image.geometry),
            edges: Self.edges(of: graph, geometry: image.geometry)))
      }
    }
    monitor.report("matching", done: sources.count, total: sources.count)
    return report
  }

  /// A graph's nodes as clients see them, in the original image's frame. Nodes that stand for no concept are left out.
  static func nodes(of graph: ConceptGraph, concepts: [Concept], geometry: InputGeometry) -> [GraphNode] {
    zip(concepts, graph.nodes).enumerated().map { position, pair in
      let (concept, node) = pair
      return GraphNode(
        conceptID: concept.id, conceptName: concept.name, number: position + 1, detected: node.detected,
        distance: node.distance.isFinite ? Double(node.distance) : nil,
        center: node.detected ? geometry.originalPoint(x: Double(node.center.x), y: Double(node.center.y)) : nil,
        box: node.detected ? node.box.map(geometry.originalBox) : nil)
    }
  }

  private static func edges(
    of graph: ConceptGraph, geometry: InputGeometry
  ) -> [(from: Int, to: Int, feature: [Double])] {
    let centers = graph.nodes.map { geometry.originalPoint(x: Double($0.center.x), y: Double($0.center.y)) }
    return ConceptGraph.edges(among: graph.nodes.count).map { edge in
      let (from, to) = (centers[edge.from], centers[edge.to])
      return (edge.from, edge.to, [from.x, from.y, to.x, to.y])
    }
  }
}
