import Fields
import Structure

/// Result of `vrx/explain`: why the predicted class, and why not each other class.
package struct ExplanationReport: Sendable {
  /// The explanation of one class.
  package struct ClassExplanation: Sendable {
    package var className: String
    package var isWhy: Bool
    package var score: Double
    package var nodes: [Node]
    package var edges: [Edge]
    package var otherGraphs: [(className: String, contribution: Double)]
    package var bias: Double
    /// Nil where the classifier was not asked.
    package var measured: MeasuredReasons?

    package init(
      className: String, isWhy: Bool, score: Double, nodes: [Node], edges: [Edge],
      otherGraphs: [(className: String, contribution: Double)], bias: Double, measured: MeasuredReasons? = nil
    ) {
      (self.className, self.isWhy, self.score, self.nodes) = (className, isWhy, score, nodes)
      (self.edges, self.otherGraphs, self.bias, self.measured) = (edges, otherGraphs, bias, measured)
    }
  }
  package struct Node: Sendable {
    package var node: GraphNode
    package var contribution: Double
    package var maskingValue: Double?
    /// Nil where the concept was not told apart from what it is not.
    package var presence: Double?
    package var verified: Verification?
    package var measured: MeasuredNode?
    /// What removing its places in the layer takes from the margin; nil where that is not known.
    package var layerRemoval: Double?
    /// The effect that the training's measurements predict; nil where they do not.
    package var predictedEffect: Double?

    package init(
      node: GraphNode, contribution: Double, maskingValue: Double? = nil, presence: Double? = nil,
      verified: Verification? = nil, measured: MeasuredNode? = nil, layerRemoval: Double? = nil,
      predictedEffect: Double? = nil
    ) {
      self.presence = presence
      (self.layerRemoval, self.predictedEffect) = (layerRemoval, predictedEffect)
      (self.node, self.contribution, self.maskingValue, self.verified) = (node, contribution, maskingValue, verified)
      self.measured = measured
    }
  }
  package struct Edge: Sendable {
    package var from: Int
    package var to: Int
    package var contribution: Double
    package var verified: Verification?

    package init(from: Int, to: Int, contribution: Double, verified: Verification? = nil) {
      (self.from, self.to, self.contribution, self.verified) = (from, to, contribution, verified)
    }
  }
  package var image: String
  package var model: String
  package var graphModel: String
  package var prediction: [Prediction]
  package var graphScores: [(className: String, score: Double)]
  package var fidelity: Fidelity
  package var doubts: [String]
  package var localFidelity: LocalFidelity
  package var explanations: [ClassExplanation]
  package var summary: String
  /// Whether the reasons for the prediction can be believed; nil where the classifier was not asked.
  package var verdict: Verdict? {
    guard let reasons = explanations.first(where: \.isWhy)?.measured else { return nil }
    guard let share = reasons.evidence.share, let random = reasons.evidence.random, share > random.high else {
      return .noBetterThanRandom
    }
    return localFidelity.isLow ? .lowFidelity : .supported
  }
  /// The classifier's prediction among the reasoning network's classes.
  package var predictedClass: String { prediction.max { $0.logit < $1.logit }?.label ?? "" }
  /// The reasoning network's prediction.
  package var graphClass: String { graphScores.max { $0.score < $1.score }?.className ?? "" }

  package init(
    image: String, model: String, graphModel: String, prediction: [Prediction],
    graphScores: [(className: String, score: Double)], fidelity: Fidelity, doubts: [String] = [],
    explanations: [ClassExplanation], summary: String, measured: LocalFidelity.Measured? = nil
  ) {
    (self.image, self.model, self.graphModel, self.prediction) = (image, model, graphModel, prediction)
    (self.graphScores, self.fidelity, self.doubts) = (graphScores, fidelity, doubts)
    (self.explanations, self.summary) = (explanations, summary)
    localFidelity = LocalFidelity(predicted: "", graph: "", measured: measured)
    localFidelity = LocalFidelity(
      predicted: predictedClass, graph: graphClass,
      isAnySeen: explanations.contains { $0.nodes.contains { $0.node.detected } }, measured: measured)
  }
}

extension ExplanationReport: WrittenRecord {
  package static let partName: String? = "Explanation"
  package static let fields = FieldList<ExplanationReport>([
    .field("image", \.image, .anyString, "As the request named it."),
    .field("model", \.model, .anyString, "The network's handle."),
    .field("graphModel", \.graphModel, .anyString, "The reasoning network's handle."),
    .group(
      "prediction", "The classifier's prediction.",
      [
        .derived("class", .anyString, "The predicted class among these.") { $0.predictedClass },
        .field(
          "classes", \.prediction, .array(of: .written(Prediction.amongClasses)), "The reasoning network's classes."),
      ]),
    .group(
      "graphPrediction", "The reasoning network's prediction.",
      [
        .derived("class", .anyString, "The predicted class.") { $0.graphClass },
        .field("classes", \.graphScores, .array(of: .written(scoreFields)), "The reasoning network's classes."),
      ]),
    .field("fidelity", \.fidelity, Fidelity.type, "Of the reasoning network on held-out images."),
    .field("localFidelity", \.localFidelity, LocalFidelity.written, "Of the reasoning network on this image."),
    .field(
      "explanations", \.explanations, .array(of: ClassExplanation.written),
      "Exactly one \"why\", first; then a \"whyNot\" per other class."),
    .derivedOptional(
      "verdict", .word(Verdict.self),
      "Whether the reasons for the prediction can be believed: the concepts carry more of the margin than random regions on the object "
        + "(\"supported\"), they do not (\"noBetterThanRandom\"), or they do, but the reasoning network does not follow the classifier on "
        + "this image (\"lowFidelity\"). Absent where nothing was measured."
    ) { $0.verdict },
    .field("summary", \.summary, .anyString, "Plain English, built from the numbers."),
  ])

  private static let scoreFields = FieldList<(className: String, score: Double)>([
    .field("class", \.className, .anyString, "The label."), .field("score", \.score, .score, "The output."),
  ])
}

extension ExplanationReport.ClassExplanation: WrittenRecord {
  package static let partName: String? = "ClassExplanation"
  package static let fields = FieldList<ExplanationReport.ClassExplanation>([
    .field("class", \.className, .anyString, "The class's label."),
    .derived(
      "role", .oneOf(["why", "whyNot"]), "\"why\" for the class that the classifier predicts."
    ) { $0.isWhy ? "why" : "whyNot" },
    .field(
      "score", \.score, .score, "The reasoning network's output: the sum of all contributions and the bias."),
    .field("nodes", \.nodes, .array(of: ExplanationReport.Node.written), "Concepts, by rank."),
    .field("edges", \.edges, .array(of: ExplanationReport.Edge.written), "Relations."),
    .field(
      "otherGraphs", \.otherGraphs, .array(of: .written(otherGraphFields)),
      "What the other classes' graphs add to this score."),
    .field("bias", \.bias, .score, "The last layer's."),
    .optional(
      "measured", \.measured, MeasuredReasons.written,
      "What the parts of the picture are worth to the classifier itself. Not with evidence \"predicted\"."),
  ])

  private static let otherGraphFields = FieldList<(className: String, contribution: Double)>([
    .field("class", \.className, .anyString, "The other class."),
    .field("contribution", \.contribution, .score, "What its graph adds."),
  ])
}

extension ExplanationReport.Node: WrittenRecord {
  package static let partName: String? = "ExplainedNode"
  package static let fields = FieldList<ExplanationReport.Node>(joining: [
    GraphNode.fields.within(\ExplanationReport.Node.node),
    FieldList<ExplanationReport.Node>([
      .field("contribution", \.contribution, .score, "What it adds to the class's score."),
      .field(
        "maskingValue", \.maskingValue, .score,
        "What masking it takes from the class's margin over the other classes, as the reasoning network predicts; concepts that overlap "
          + "share it (Shapley value). Null where there is nothing to mask."),
      .optional(
        "presence", \.presence, .number(.finite),
        "Log odds by which the nearest patch speaks for an image of the class and not of the others: how unusual it is that this concept "
          + "is here, or missing. Absent where that was not measured."),
      .optional(
        "layerRemoval", \.layerRemoval, .number(.finite),
        "What removing all its places in the network's last feature map takes from the margin: of the predicted class over the others, of another "
          + "class over the predicted one. Gradient times activation: exact where all that follows is linear. Absent where it is "
          + "not seen."),
      .optional(
        "predictedEffect", \.predictedEffect, .number(.finite),
        "The effect that is expected of it, without asking the classifier about the image: from `layerRemoval` and what was measured in "
          + "training. Absent where nothing was."),
      .optional(
        "verified", \.verified, Verification.written,
        "What the classifier itself says when the concept is masked; on request, where there is something to mask."),
      .optional(
        "measured", \.measured, MeasuredNode.written,
        "What all places of the concept are worth to the classifier itself; where it is seen."),
      .derivedOptional(
        "regions", .array(of: .written(MeasuredNode.regionFields, named: "Region")),
        "All places of the concept that were measured."
      ) { $0.measured?.regions },
    ]),
  ])
}

extension ExplanationReport.Edge: WrittenRecord {
  package static let partName: String? = "ExplainedEdge"
  package static let fields = FieldList<ExplanationReport.Edge>([
    .field("from", \.from, .count, "Number of the source node, from 1."),
    .field("to", \.to, .count, "Number of the target node, from 1."),
    .field("contribution", \.contribution, .score, "What it adds to the class's score."),
    .optional(
      "verified", \.verified, Verification.written,
      "What the classifier itself says when the source is moved elsewhere; on request, for the strongest relations of concepts that are "
        + "seen."),
  ])
}
