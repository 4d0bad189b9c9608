import Fields
import Foundation
import Structure

/// A reasoning network as clients see it.
package struct GraphSummary: Sendable {
  /// One of its classes.
  package struct Class: Sendable {
    /// Its label.
    package var name: String
    /// Id and name of the concept of each node; none where the reasoning network belongs to no network.
    package var concepts: [(id: String, name: String)]

    package init(name: String, concepts: [(id: String, name: String)]) {
      self.name = name
      self.concepts = concepts
    }
  }

  /// Its handle.
  package var id: String
  /// Handle and name of the network that it explains; nil where it belongs to none.
  package var model: (id: String, name: String)?
  /// The layer of its concepts; nil where it belongs to no network.
  package var layer: String?
  /// One per output.
  package var classes: [Class]
  /// Its extents.
  package var shape: NetworkShape
  /// Every entry of the embedding of a concept that is not there.
  package var dummyValue: Double
  /// Its training, with history and fidelity.
  package var report: TrainingReport
  /// Whether its fidelity was ever measured.
  package var isMeasured: Bool { report.heldOut.imageCount > 0 }
  /// Where its weights come from.
  package var origin: GraphOrigin
  /// When it was made; nil where that is not known.
  package var created: Date?

  package init(
    id: String, model: (id: String, name: String)?, layer: String?, classes: [Class], shape: NetworkShape,
    dummyValue: Double, report: TrainingReport, origin: GraphOrigin, created: Date?
  ) {
    self.id = id
    self.model = model
    self.layer = layer
    self.classes = classes
    self.shape = shape
    self.dummyValue = dummyValue
    self.report = report
    self.origin = origin
    self.created = created
  }
}

extension GraphSummary: WrittenRecord {
  package static let partName: String? = "Graph"
  package static let fields = FieldList<GraphSummary>([
    .field("graphModel", \.id, .anyString, "Its handle."),
    .derived(
      "model", .nullable(.anyString), "Handle of the network that it explains; null where it belongs to none."
    ) { $0.model?.id },
    .derived("modelName", .nullable(.anyString), "What that network is called.") { $0.model?.name },
    .field("layer", \.layer, .nullable(.anyString), "The layer of its concepts."),
    .derived("classes", .array(of: .anyString), "Labels of its outputs.") { $0.classes.map(\.name) },
    .field("concepts", \.shape.nodes, .count, "Nodes of a class's graph."),
    .field("embeddingWidth", \.shape.embeddingWidth, .count, "Numbers of a node's embedding."),
    .field("epochs", \.report.epochs, .count, "Passes of its training."),
    .field("loss", \.report.loss, .anyString, "The distillation loss; empty where it is not known."),
    .derived(
      "fidelity", .nullable(.written(TrainingReport.fidelity)),
      "How well it agrees with the network; null where that was never measured."
    ) { $0.isMeasured ? $0.report : nil },
    .field(
      "origin", \.origin, .word(GraphOrigin.self),
      "Where its weights come from: vrx/train, or a published checkpoint."),
    .derived("created", .nullable(.anyString), "When it was made, by ISO 8601; null where that is not known.") {
      $0.created.map { $0.formatted(.iso8601) }
    },
  ])

  /// All that is known of it.
  package static let details = FieldList<GraphSummary>(joining: [
    fields,
    FieldList<GraphSummary>([
      .field("nodeWidths", \.shape.nodeWidths, .array(of: .count), "Node widths of its layers."),
      .field("edgeWidth", \.shape.edgeWidth, .count, "Edge width of its layers."),
      .field(
        "dummyValue", \.dummyValue, .score, "Every entry of the embedding that stands for a concept that is not there."),
      .field("nodes", \.classes, .array(of: Class.written), "By class."),
      .derived(
        "training", .nullable(TrainingReport.type),
        "The result of vrx/train, or of graph/bind, with the history; null where nothing is known of it."
      ) { $0.isMeasured ? $0.report : nil },
      .field("notes", \.report.notes, .array(of: .anyString), "Remarks for people."),
    ]),
  ])
}

extension GraphSummary.Class: WrittenRecord {
  package static let fields = FieldList<GraphSummary.Class>([
    .field("class", \.name, .anyString, "The class's label."),
    .field("concepts", \.concepts, .array(of: .written(conceptFields)), "That of each node."),
  ])

  private static let conceptFields = FieldList<(id: String, name: String)>([
    .field("id", \.id, .anyString, "The concept's id."), .field("name", \.name, .anyString, "Its name."),
  ])
}
