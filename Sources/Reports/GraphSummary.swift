import Fields
import Foundation
import Structure

/// A reasoning network as clients see it.
package struct GraphSummary: Sendable {
  package struct Class: Sendable {
    package var name: String
    /// The concept of each node; empty where the reasoning network is bound to no network.
    package var concepts: [(id: String, name: String)]

    package init(name: String, concepts: [(id: String, name: String)]) {
      (self.name, self.concepts) = (name, concepts)
    }
  }

  package var id: String
  /// The network that it explains; nil where it is bound to no network.
  package var model: (id: String, name: String)?
  /// Nil where it is bound to no network.
  package var layer: String?
  package var classes: [Class]
  package var shape: NetworkShape
  package var dummyValue: Double
  package var report: TrainingReport
  /// Whether its fidelity was measured.
  package var isMeasured: Bool { report.heldOut.imageCount > 0 }
  package var origin: GraphOrigin
  /// Nil where unknown.
  package var created: Date?

  package init(
    id: String, model: (id: String, name: String)?, layer: String?, classes: [Class], shape: NetworkShape,
    dummyValue: Double, report: TrainingReport, origin: GraphOrigin, created: Date?
  ) {
    (self.id, self.model, self.layer, self.classes, self.shape) = (id, model, layer, classes, shape)
    (self.dummyValue, self.report, self.origin, self.created) = (dummyValue, report, origin, created)
  }
}

extension GraphSummary: WrittenRecord {
  package static let partName: String? = "Graph"
  package static let fields = FieldList<GraphSummary>([
    .field("graphModel", \.id, .anyString, "Its handle."),
    .derived(
      "model", .nullable(.anyString), "Handle of the network that it explains; null where it is bound to no network."
    ) { $0.model?.id },
    .derived("modelName", .nullable(.anyString), "That network's name.") { $0.model?.name },
    .field("layer", \.layer, .nullable(.anyString), "The layer of its concepts."),
    .derived("classes", .array(of: .anyString), "Labels of its outputs.") { $0.classes.map(\.name) },
    .field("concepts", \.shape.nodes, .count, "Nodes of a class's graph."),
    .field("embeddingWidth", \.shape.embeddingWidth, .count, "Numbers in a node's embedding."),
    .field("epochs", \.report.epochs, .count, "Passes of its training."),
    .field("loss", \.report.loss, .anyString, "The distillation loss; empty where unknown."),
    .derived(
      "fidelity", .nullable(.written(TrainingReport.fidelity)),
      "How well it agrees with the network; null where not measured."
    ) { $0.isMeasured ? $0.report : nil },
    .field(
      "origin", \.origin, .word(GraphOrigin.self),
      "Where its weights come from: vrx/train, or a published checkpoint."),
    .derived("created", .nullable(.anyString), "When it was made, by ISO 8601; null where unknown.") {
      $0.created.map { $0.formatted(.iso8601) }
    },
  ])

  /// Everything that is known of it.
  package static let details = FieldList<GraphSummary>(joining: [
    fields,
    FieldList<GraphSummary>([
      .field("nodeWidths", \.shape.nodeWidths, .array(of: .count), "Node widths of its layers."),
      .field("edgeWidth", \.shape.edgeWidth, .count, "Edge width of its layers."),
      .field(
        "dummyValue", \.dummyValue, .score, "Every entry of the embedding of a concept that is not seen."),
      .field("nodes", \.classes, .array(of: Class.written), "By class."),
      .derived(
        "training", .nullable(TrainingReport.type),
        "The result of vrx/train or graph/bind, with the history; null where unknown."
      ) { $0.isMeasured ? $0.report : nil },
      .field("notes", \.report.notes, .array(of: .anyString), "Notes for people."),
    ]),
  ])
}

extension GraphSummary.Class: WrittenRecord {
  package static let fields = FieldList<GraphSummary.Class>([
    .field("class", \.name, .anyString, "The class's label."),
    .field("concepts", \.concepts, .array(of: .written(conceptFields)), "The concept of each node."),
  ])

  private static let conceptFields = FieldList<(id: String, name: String)>([
    .field("id", \.id, .anyString, "The concept's id."), .field("name", \.name, .anyString, "Its name."),
  ])
}
