import Fields
import RPC
import Reports

/// `graph/list`: the reasoning networks.
package struct ListGraphs: WireRequest {
  package static let method = "graph/list"
  package static let ordering = Ordering.read
  package static let lane = Lane.short
  package static let summary =
    "The reasoning networks of the loaded networks, and those that belong to no network."
  package static let result = FieldType<[GraphSummary]>.member(
    "graphs", .array(of: GraphSummary.written), "The oldest first.")

  package var model: String?

  package init(_ reader: FieldReader) throws {
    model = try reader.onlyModel()
  }
}

/// `graph/get`: one reasoning network, with the history of its training.
package struct GetGraph: WireRequest {
  package static let method = "graph/get"
  package static let ordering = Ordering.read
  package static let lane = Lane.short
  package static let summary = "One reasoning network: extents, concepts, fidelity, and the history of its training."
  package static let result = FieldType<GraphSummary>.written(GraphSummary.details, named: "GraphDetails")

  package var graphModel: String

  package init(_ reader: FieldReader) throws {
    graphModel = try reader.graphModel()
  }
}

/// `graph/run`: computes a reasoning network on nodes and centres.
package struct RunGraph: WireRequest {
  package static let method = "graph/run"
  package static let ordering = Ordering.read
  package static let lane = Lane.inference
  package static let summary =
    "Computes a reasoning network on given nodes and centres, so that anyone can check it."
  package typealias Result = (outputs: WireTensor, embedding: WireTensor)
  package static let result = FieldType<Result>.written(
    FieldList([
      .field("outputs", \.outputs, .tensor(rank: 2), "[images, classes]."),
      .field(
        "embedding", \.embedding, .tensor(rank: 2),
        "[images, classes · (N · node width + N (N − 1) · edge width)]: of each class its nodes, then its edges by source and target."
      ),
    ]))

  package var graphModel: String
  package var nodes: WireTensor
  package var centers: WireTensor

  package init(_ reader: FieldReader) throws {
    graphModel = try reader.graphModel()
    nodes = try reader.required("nodes", .tensor(rank: 4), "Embeddings of the concepts: [images, classes, N, width].")
    centers = try reader.required(
      "centers", .tensor(rank: 4), "Places of the concepts, x and y in [0, 1]: [images, classes, N, 2].")
  }
}

/// `graph/bind`: lets a reasoning network explain a network.
package struct BindGraph: WireRequest {
  package static let method = "graph/bind"
  package static let ordering = Ordering.write
  package static let lane = Lane.compute
  package static let summary =
    "Makes a reasoning network with the same weights that explains a network: each node stands for the concept of its rank. Measures how well "
    + "it agrees with the network."
  package typealias Result = TrainingReport

  package var graphModel: String
  package var model: String
  package var classes: [WireClass]?
  package var images: [WireImage]

  package init(_ reader: FieldReader) throws {
    graphModel = try reader.graphModel()
    model = try reader.model()
    classes = try reader.optional(
      "classes", .list(of: .classReference),
      "The class of each output, in order; the classes with its outputs' names where absent.")
    images = try reader.images("Images, or folders of them, on which fidelity is measured; they need no labels.")
  }
}
