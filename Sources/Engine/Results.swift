import Concepts
import Images
import Structure

/// Result of `Engine.discover`. Boxes are in pixels of the original images.
public struct DiscoveryReport: Sendable {
  /// The class, by the first synonym of its label.
  public var className: String
  /// Index of the class.
  public var classIndex: Int
  /// The layer at which concepts were sought.
  public var layer: String
  /// The concepts, by rank.
  public var concepts: [ConceptSummary]
  /// Images used.
  public var imageCount: Int
  /// Patches considered.
  public var segmentCount: Int
  /// Images whose segments were taken from an earlier request.
  public var reusedSegments: Int
  /// Embeddings taken from an earlier request.
  public var reusedEmbeddings: Int
  /// Whether all of it is the result of an earlier, equal request.
  public var isReused = false
  /// Files passed over.
  public var skipped: [SkippedImage]
  /// Seconds by stage.
  public var seconds: [String: Double]
  /// Whether TCAV was degenerate at this layer.
  public var degenerateLayer: Bool
  /// Remarks for people.
  public var notes: [String]

  /// A report of these values.
  public init(
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
public struct ConceptSummary: Sendable {
  /// One exemplar.
  public struct Patch: Sendable {
    /// Its image, as the request named it.
    public var image: String
    /// Its bounding box in the original image.
    public var box: Box
    /// Distance from the concept's centre.
    public var distance: Double

    /// A patch of these values.
    public init(image: String, box: Box, distance: Double) {
      self.image = image
      self.box = box
      self.distance = distance
    }
  }
  /// Stable identity.
  public var id: String
  /// What people call it.
  public var name: String
  /// The class's label.
  public var className: String
  /// 1 for the most important.
  public var rank: Int
  /// Importance.
  public var tcav: TCAVSummary
  /// Held-out accuracy of its CAVs.
  public var cavAccuracy: Double
  /// Patches in its cluster.
  public var size: Int
  /// Match threshold.
  public var threshold: Double
  /// Exemplars, nearest first.
  public var patches: [Patch]

  /// A summary of these values.
  public init(
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
public struct MatchReport: Sendable {
  /// One graph.
  public struct Graph: Sendable {
    /// The image as the request named it.
    public var image: String
    /// The class's label.
    public var className: String
    /// One per concept, in rank order.
    public var nodes: [GraphNode]
    /// All directed edges, by source, then target; nodes by position.
    public var edges: [(from: Int, to: Int, feature: [Double])]

    /// A graph of these values.
    public init(
      image: String, className: String, nodes: [GraphNode], edges: [(from: Int, to: Int, feature: [Double])]
    ) {
      self.image = image
      self.className = className
      self.nodes = nodes
      self.edges = edges
    }
  }
  /// The graphs, by image, then class.
  public var graphs: [Graph]
  /// Files passed over.
  public var skipped: [SkippedImage]

  /// A report of these values.
  public init(graphs: [Graph], skipped: [SkippedImage]) {
    self.graphs = graphs
    self.skipped = skipped
  }
}

/// A concept in an image. Points are in [0, 1]² and boxes in pixels, both of the original image.
public struct GraphNode: Sendable {
  /// The concept's id.
  public var conceptID: String
  /// The concept's name.
  public var conceptName: String
  /// Position in rank order, from 1: the number in pictures.
  public var number: Int
  /// Whether a patch is near enough.
  public var detected: Bool
  /// Distance of the nearest patch; nil where there is none.
  public var distance: Double?
  /// Centre of the patch; nil where not detected.
  public var center: (x: Double, y: Double)?
  /// Bounding box of the patch; nil where not detected.
  public var box: Box?

  /// A node of these values.
  public init(
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
public struct TrainingReport: Sendable {
  /// Handle of the trained reasoning network.
  public var graphModel: String
  /// Labels of its classes.
  public var classes: [String]
  /// Passes made.
  public var epochs: Int
  /// Fidelity on held-out images as they are.
  public var heldOut: Fidelity
  /// Fidelity on held-out images with concepts masked.
  public var masked: Fidelity
  /// What is left of fidelity without what the network should have learnt by; empty where no controls were asked for.
  public var controls: [TrainingControl]
  /// Loss by pass, on fitted and held-out images.
  public var history: [(epoch: Int, loss: Double, heldOutLoss: Double)]
  /// The loss used.
  public var loss: String
  /// Files passed over.
  public var skipped: [SkippedImage]
  /// Seconds by stage.
  public var seconds: [String: Double]
  /// Remarks for people.
  public var notes: [String]
  /// Whether it is the result of an earlier, equal request.
  public var isReused = false
  /// What the controls that it does not clearly beat mean, in sentences for people; empty where it beats them all.
  public var doubts: [String] { controls.compactMap { $0.doubt(fidelity: heldOut).map { "The training " + $0 + "." } } }

  /// A report of these values.
  public init(
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
public struct ExplanationReport: Sendable {
  /// The part of the answer that concerns one class.
  public struct ClassExplanation: Sendable {
    /// The class's label.
    public var className: String
    /// True for the classifier's own choice, false for every other class.
    public var isWhy: Bool
    /// The reasoning network's output for the class.
    public var score: Double
    /// Concepts with what each contributes.
    public var nodes: [Node]
    /// Relations with what each contributes; nodes by number from 1.
    public var edges: [Edge]
    /// What each other class's graph adds to this output, by label.
    public var otherGraphs: [(className: String, contribution: Double)]
    /// The output where no concept is seen.
    public var bias: Double

    /// An explanation of these values.
    public init(
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
  public struct Node: Sendable {
    /// The concept in the image.
    public var node: GraphNode
    /// What it adds to the class's score.
    public var contribution: Double
    /// What the reasoning network foretells masking it to take from the class's margin, a Shapley value
    /// (`ReasoningNetwork.maskingValues`); nil where there is nothing to mask.
    public var maskingValue: Double?
    /// What the classifier itself says when the concept is masked; nil unless asked, or where there is nothing to mask.
    public var verified: Verification?

    /// A node of these values.
    public init(
      node: GraphNode, contribution: Double, maskingValue: Double? = nil, verified: Verification? = nil
    ) {
      self.node = node
      self.contribution = contribution
      self.maskingValue = maskingValue
      self.verified = verified
    }
  }
  /// One relation's part.
  public struct Edge: Sendable {
    /// Number of the source node, from 1.
    public var from: Int
    /// Number of the target node, from 1.
    public var to: Int
    /// What it adds to the class's score.
    public var contribution: Double
    /// What the classifier itself says when the source is moved; nil unless asked, and for all but the strongest relations.
    public var verified: Verification?

    /// An edge of these values.
    public init(from: Int, to: Int, contribution: Double, verified: Verification? = nil) {
      self.from = from
      self.to = to
      self.contribution = contribution
      self.verified = verified
    }
  }
  /// The image as the request named it.
  public var image: String
  /// Handle of the model.
  public var model: String
  /// Handle of the reasoning network.
  public var graphModel: String
  /// The classifier's outputs over the graph's classes; probabilities are over these.
  public var prediction: [Prediction]
  /// The reasoning network's outputs, by class, in the order of `prediction`.
  public var graphScores: [(className: String, score: Double)]
  /// Fidelity of the reasoning network on held-out images.
  public var fidelity: Fidelity
  /// What the controls of its training leave open, as sentences.
  public var doubts: [String]
  /// How far the reasoning network can be believed about this image.
  public var localFidelity: LocalFidelity
  /// Exactly one "why", first; then a "why not" per other class.
  public var explanations: [ClassExplanation]
  /// Plain English built from the numbers.
  public var summary: String
  /// The classifier's choice among the graph's classes.
  public var predictedClass: String { prediction.max { $0.logit < $1.logit }?.label ?? "" }
  /// The reasoning network's choice.
  public var graphClass: String { graphScores.max { $0.score < $1.score }?.className ?? "" }

  /// An explanation of these values.
  public init(
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
