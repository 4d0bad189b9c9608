import Concepts
import Images
import Structure

/// Result of `Engine.discover`. Boxes are in pixels of the original images.
package struct DiscoveryReport: Sendable {
  /// The class, by the first synonym of its label.
  package var className: String
  /// Index of the class.
  package var classIndex: Int
  /// The layer at which concepts were sought.
  package var layer: String
  /// The concepts, by rank.
  package var concepts: [ConceptSummary]
  /// Images used.
  package var imageCount: Int
  /// Patches considered.
  package var segmentCount: Int
  /// Images whose segments were taken from an earlier request.
  package var reusedSegments: Int
  /// Embeddings taken from an earlier request.
  package var reusedEmbeddings: Int
  /// Whether all of it is the result of an earlier, equal request.
  package var isReused = false
  /// Files passed over.
  package var skipped: [SkippedImage]
  /// Seconds by stage.
  package var seconds: [String: Double]
  /// Whether TCAV was degenerate at this layer.
  package var degenerateLayer: Bool
  /// Remarks for people.
  package var notes: [String]

  package init(
    className: String, classIndex: Int, layer: String, concepts: [ConceptSummary], imageCount: Int, segmentCount: Int,
    reusedSegments: Int, reusedEmbeddings: Int, skipped: [SkippedImage], seconds: [String: Double],
    degenerateLayer: Bool, notes: [String]
  ) {
    self.className = className
    self.classIndex = classIndex
    self.layer = layer
    self.concepts = concepts
    self.imageCount = imageCount
    self.segmentCount = segmentCount
    self.reusedSegments = reusedSegments
    self.reusedEmbeddings = reusedEmbeddings
    self.skipped = skipped
    self.seconds = seconds
    self.degenerateLayer = degenerateLayer
    self.notes = notes
  }
}

/// A concept as clients see it. Boxes are in pixels of the original images.
package struct ConceptSummary: Sendable {
  /// One exemplar.
  package struct Patch: Sendable {
    /// Its image, as the request named it.
    package var image: String
    /// Its bounding box in the original image.
    package var box: Box
    /// Distance from the concept's centre.
    package var distance: Double

    package init(image: String, box: Box, distance: Double) {
      self.image = image
      self.box = box
      self.distance = distance
    }
  }
  /// Stable identity.
  package var id: String
  /// What people call it.
  package var name: String
  /// The class's label.
  package var className: String
  /// 1 for the most important.
  package var rank: Int
  /// Importance.
  package var tcav: TCAVSummary
  /// Held-out accuracy of its CAVs.
  package var cavAccuracy: Double
  /// Patches in its cluster.
  package var size: Int
  /// Match threshold.
  package var threshold: Double
  /// Exemplars, nearest first.
  package var patches: [Patch]

  package init(
    id: String, name: String, className: String, rank: Int, tcav: TCAVSummary, cavAccuracy: Double, size: Int,
    threshold: Double, patches: [Patch]
  ) {
    self.id = id
    self.name = name
    self.className = className
    self.rank = rank
    self.tcav = tcav
    self.cavAccuracy = cavAccuracy
    self.size = size
    self.threshold = threshold
    self.patches = patches
  }
}

/// Result of `Engine.match`: one graph per image and class hypothesis.
package struct MatchReport: Sendable {
  /// One graph.
  package struct Graph: Sendable {
    /// The image as the request named it.
    package var image: String
    /// The class's label.
    package var className: String
    /// One per concept, in rank order.
    package var nodes: [GraphNode]
    /// All directed edges, by source, then target; nodes by position.
    package var edges: [(from: Int, to: Int, feature: [Double])]

    package init(
      image: String, className: String, nodes: [GraphNode], edges: [(from: Int, to: Int, feature: [Double])]
    ) {
      self.image = image
      self.className = className
      self.nodes = nodes
      self.edges = edges
    }
  }
  /// The graphs, by image, then class.
  package var graphs: [Graph]
  /// Files passed over.
  package var skipped: [SkippedImage]

  package init(graphs: [Graph], skipped: [SkippedImage]) {
    self.graphs = graphs
    self.skipped = skipped
  }
}

/// A concept in an image. Points are in [0, 1]² and boxes in pixels, both of the original image.
package struct GraphNode: Sendable {
  /// The concept's id.
  package var conceptID: String
  /// The concept's name.
  package var conceptName: String
  /// Position in rank order, from 1: the number in pictures.
  package var number: Int
  /// Whether a patch is near enough.
  package var detected: Bool
  /// Distance of the nearest patch; nil where there is none.
  package var distance: Double?
  /// Centre of the patch; nil where not detected.
  package var center: (x: Double, y: Double)?
  /// Bounding box of the patch; nil where not detected.
  package var box: Box?

  package init(
    conceptID: String, conceptName: String, number: Int, detected: Bool, distance: Double? = nil,
    center: (x: Double, y: Double)? = nil, box: Box? = nil
  ) {
    self.conceptID = conceptID
    self.conceptName = conceptName
    self.number = number
    self.detected = detected
    self.distance = distance
    self.center = center
    self.box = box
  }
}

/// Result of `Engine.train`.
package struct TrainingReport: Sendable {
  /// Handle of the trained reasoning network.
  package var graphModel: String
  /// Labels of its classes.
  package var classes: [String]
  /// Passes made.
  package var epochs: Int
  /// Fidelity on held-out images as they are.
  package var heldOut: Fidelity
  /// Fidelity on held-out images with concepts masked.
  package var masked: Fidelity
  /// What is left of fidelity without what the network should have learnt by; empty where no controls were asked for.
  package var controls: [TrainingControl]
  /// Loss by pass, on fitted and held-out images.
  package var history: [(epoch: Int, loss: Double, heldOutLoss: Double)]
  /// The loss used.
  package var loss: String
  /// Files passed over.
  package var skipped: [SkippedImage]
  /// Seconds by stage.
  package var seconds: [String: Double]
  /// Remarks for people.
  package var notes: [String]
  /// Whether it is the result of an earlier, equal request.
  package var isReused = false
  /// What the controls that it does not clearly beat mean, in sentences for people; empty where it beats them all.
  package var doubts: [String] {
    controls.compactMap { $0.doubt(fidelity: heldOut).map { "The training " + $0 + "." } }
  }

  package init(
    graphModel: String, classes: [String], epochs: Int, heldOut: Fidelity, masked: Fidelity,
    history: [(epoch: Int, loss: Double, heldOutLoss: Double)], loss: String, skipped: [SkippedImage],
    seconds: [String: Double], controls: [TrainingControl] = [], notes: [String]
  ) {
    self.controls = controls
    self.graphModel = graphModel
    self.classes = classes
    self.epochs = epochs
    self.heldOut = heldOut
    self.masked = masked
    self.history = history
    self.loss = loss
    self.skipped = skipped
    self.seconds = seconds
    self.notes = notes
  }
}

/// Result of `Engine.explain`: why the classifier's class, and why not each other.
package struct ExplanationReport: Sendable {
  /// The part of the answer that concerns one class.
  package struct ClassExplanation: Sendable {
    /// The class's label.
    package var className: String
    /// True for the classifier's own choice, false for every other class.
    package var isWhy: Bool
    /// The reasoning network's output for the class.
    package var score: Double
    /// Concepts with what each contributes.
    package var nodes: [Node]
    /// Relations with what each contributes; nodes by number from 1.
    package var edges: [Edge]
    /// What each other class's graph adds to this output, by label.
    package var otherGraphs: [(className: String, contribution: Double)]
    /// The output where no concept is seen.
    package var bias: Double

    package init(
      className: String, isWhy: Bool, score: Double, nodes: [Node], edges: [Edge],
      otherGraphs: [(className: String, contribution: Double)], bias: Double
    ) {
      self.className = className
      self.isWhy = isWhy
      self.score = score
      self.nodes = nodes
      self.edges = edges
      self.otherGraphs = otherGraphs
      self.bias = bias
    }
  }
  /// One concept's part.
  package struct Node: Sendable {
    /// The concept in the image.
    package var node: GraphNode
    /// What it adds to the class's score.
    package var contribution: Double
    /// What the reasoning network foretells masking it to take from the class's margin, a Shapley value
    /// (`ReasoningNetwork.maskingValues`); nil where there is nothing to mask.
    package var maskingValue: Double?
    /// What the classifier itself says when the concept is masked; nil unless asked, or where there is nothing to mask.
    package var verified: Verification?

    package init(
      node: GraphNode, contribution: Double, maskingValue: Double? = nil, verified: Verification? = nil
    ) {
      self.node = node
      self.contribution = contribution
      self.maskingValue = maskingValue
      self.verified = verified
    }
  }
  /// One relation's part.
  package struct Edge: Sendable {
    /// Number of the source node, from 1.
    package var from: Int
    /// Number of the target node, from 1.
    package var to: Int
    /// What it adds to the class's score.
    package var contribution: Double
    /// What the classifier itself says when the source is moved; nil unless asked, and for all but the strongest relations.
    package var verified: Verification?

    package init(from: Int, to: Int, contribution: Double, verified: Verification? = nil) {
      self.from = from
      self.to = to
      self.contribution = contribution
      self.verified = verified
    }
  }
  /// The image as the request named it.
  package var image: String
  /// Handle of the model.
  package var model: String
  /// Handle of the reasoning network.
  package var graphModel: String
  /// The classifier's outputs over the graph's classes; probabilities are over these.
  package var prediction: [Prediction]
  /// The reasoning network's outputs, by class, in the order of `prediction`.
  package var graphScores: [(className: String, score: Double)]
  /// Fidelity of the reasoning network on held-out images.
  package var fidelity: Fidelity
  /// What the controls of its training leave open, as sentences.
  package var doubts: [String]
  /// How far the reasoning network can be believed about this image.
  package var localFidelity: LocalFidelity
  /// Exactly one "why", first; then a "why not" per other class.
  package var explanations: [ClassExplanation]
  /// Plain English built from the numbers.
  package var summary: String
  /// The classifier's choice among the graph's classes.
  package var predictedClass: String { prediction.max { $0.logit < $1.logit }?.label ?? "" }
  /// The reasoning network's choice.
  package var graphClass: String { graphScores.max { $0.score < $1.score }?.className ?? "" }

  package init(
    image: String, model: String, graphModel: String, prediction: [Prediction],
    graphScores: [(className: String, score: Double)], fidelity: Fidelity, doubts: [String] = [],
    explanations: [ClassExplanation], summary: String, measured: LocalFidelity.Measured? = nil
  ) {
    self.image = image
    self.model = model
    self.graphModel = graphModel
    self.prediction = prediction
    self.graphScores = graphScores
    self.fidelity = fidelity
    self.doubts = doubts
    self.explanations = explanations
    self.summary = summary
    localFidelity = LocalFidelity(predicted: "", graph: "", measured: measured)
    localFidelity = LocalFidelity(
      predicted: predictedClass, graph: graphClass,
      isAnySeen: explanations.contains { $0.nodes.contains { $0.node.detected } }, measured: measured)
  }
}
