import RPC

// What is told of reasoning networks.

extension Schema {
  private static let graphMembers: [Member] = [
    .init("graphModel", .string, "Its handle."),
    .init("model", .string.orNull, "Handle of the network that it explains; null where it belongs to none."),
    .init("modelName", .string.orNull, "What that network is called."),
    .init("layer", .string.orNull, "The layer of its concepts."),
    .init("classes", .array(of: .string), "Labels of its outputs."),
    .init("concepts", .count, "Nodes of a class's graph."),
    .init("embeddingWidth", .count, "Numbers of a node's embedding."),
    .init("epochs", .count, "Passes of its training."),
    .init("loss", .string, "The distillation loss; empty where it is not known."),
    .init(
      "fidelity",
      Schema.object([
        .init("heldOut", fidelity, "On held-out images as they are."),
        .init("masked", fidelity, "On held-out images with concepts masked."),
      ]).orNull, "How well it agrees with the network; null where that was never measured."),
    .init(
      "origin", .words(["trained", "published"]), "Where its weights come from: vrx/train, or a published checkpoint."),
    .init("created", .string.orNull, "When it was made, by ISO 8601; null where that is not known."),
  ]

  static let graphSummary = named("Graph", .object(graphMembers))

  static let graphDetails = named(
    "GraphDetails",
    .object(
      graphMembers + [
        .init("nodeWidths", .array(of: .count), "Node widths of its layers."),
        .init("edgeWidth", .count, "Edge width of its layers."),
        .init("dummyValue", .score, "Every entry of the embedding that stands for a concept that is not there."),
        .init(
          "nodes",
          .array(
            of: .object([
              .init("class", .string, "The class's label."),
              .init(
                "concepts",
                .array(of: .object([.init("id", .string, "The concept's id."), .init("name", .string, "Its name.")])),
                "That of each node."),
            ])), "By class."),
        .init(
          "training", training.orNull,
          "The result of vrx/train, or of graph/bind, with the history; null where nothing is known of it."),
        .init("notes", .array(of: .string), "Remarks for people."),
      ]))
}
