import Concepts
import Fields
import Images

/// Result of `vrx/match`: one concept graph per image and class hypothesis.
package struct MatchReport: Sendable {
  package struct Graph: Sendable {
    package var image: String
    package var className: String
    package var nodes: [GraphNode]
    package var edges: [(from: Int, to: Int, feature: [Double])]

    package init(
      image: String, className: String, nodes: [GraphNode], edges: [(from: Int, to: Int, feature: [Double])]
    ) {
      (self.image, self.className, self.nodes, self.edges) = (image, className, nodes, edges)
    }
  }
  package var graphs: [Graph]
  package var skipped: [SkippedImage]

  package init(graphs: [Graph], skipped: [SkippedImage]) {
    (self.graphs, self.skipped) = (graphs, skipped)
  }
}

/// A concept in an image. Points are in [0, 1]² and boxes in pixels of the original image.
package struct GraphNode: Sendable {
  package var conceptID: String
  package var conceptName: String
  package var number: Int
  package var detected: Bool
  package var distance: Double?
  package var center: (x: Double, y: Double)?
  package var box: Box?

  package init(
    conceptID: String, conceptName: String, number: Int, detected: Bool, distance: Double? = nil,
    center: (x: Double, y: Double)? = nil, box: Box? = nil
  ) {
    (self.conceptID, self.conceptName, self.number, self.detected) = (conceptID, conceptName, number, detected)
    (self.distance, self.center, self.box) = (distance, center, box)
  }
}

extension MatchReport: WrittenRecord {
  package static let fields = FieldList<MatchReport>([
    .field("graphs", \.graphs, .array(of: Graph.written), "By image, then class."),
    .field("skipped", \.skipped, .array(of: SkippedImage.type), "Images that could not be used."),
  ])
}

extension MatchReport.Graph: WrittenRecord {
  package static let partName: String? = "ConceptGraph"
  package static let fields = FieldList<MatchReport.Graph>([
    .field("image", \.image, .anyString, "As the request named it."),
    .field("class", \.className, .anyString, "The class hypothesis."),
    .field("nodes", \.nodes, .array(of: .written(GraphNode.fields, named: "Node")), "One per concept, by rank."),
    .field("edges", \.edges, .array(of: .written(edgeFields, named: "Edge")), "By source, then target."),
  ])

  private static let edgeFields = FieldList<(from: Int, to: Int, feature: [Double])>([
    .field("from", \.from, .count, "Position of the source among the nodes, from 0."),
    .field("to", \.to, .count, "Position of the target among the nodes, from 0."),
    .field("feature", \.feature, .array(of: .score), "(x, y) of the source, then of the target."),
  ])
}

extension GraphNode {
  package static let fields = FieldList<GraphNode>([
    .field("concept", \.conceptID, .anyString, "The concept's id."),
    .field("name", \.conceptName, .anyString, "The concept's name."),
    .field("number", \.number, .count, "Its rank, from 1: the number in pictures."),
    .field("detected", \.detected, .bool, "Whether a patch is near enough."),
    .field("distance", \.distance, .score, "Of the nearest patch."),
    .field("center", \.center, .nullable(.point), "Of the patch; null where not detected."),
    .field("box", \.box, .nullable(.box), "Of the patch; null where not detected."),
  ])
}
