import Concepts
import Structure

/// The concepts of one class with all that another engine needs to use them.
public struct ExportedClass: Sendable {
  /// An image that the concepts' patches lie in.
  public struct Image: Sendable, Equatable {
    /// Its file; nil for one that was sent inline, whose pixels are then not at hand.
    public var path: String?
    /// SHA-256 of its bytes, in hexadecimal.
    public var sha256: String
    /// Extents of the original in pixels.
    public var width: Int
    /// Extents of the original in pixels.
    public var height: Int

    /// An image of these values.
    public init(path: String?, sha256: String, width: Int, height: Int) {
      self.path = path
      self.sha256 = sha256
      self.width = width
      self.height = height
    }
  }

  /// Handle of the network, which determines its bytes and preprocessing.
  public var model: String
  /// What the network is called.
  public var modelName: String
  /// The class's label.
  public var className: String
  /// Index of the class.
  public var classIndex: Int
  /// The layer at which the concepts were found.
  public var layer: String
  /// The options by which they were found, and are found again in other images.
  public var options: DiscoveryOptions
  /// The images that the patches index.
  public var images: [Image]
  /// By rank.
  public var concepts: [Concept]
  /// The components that the concepts are of, where they come from a factorisation.
  public var dictionary: ConceptDictionary?

  /// A class of these values.
  public init(
    model: String, modelName: String, className: String, classIndex: Int, layer: String, options: DiscoveryOptions,
    images: [Image], concepts: [Concept], dictionary: ConceptDictionary? = nil
  ) {
    self.model = model
    self.modelName = modelName
    self.className = className
    self.classIndex = classIndex
    self.layer = layer
    self.options = options
    self.images = images
    self.concepts = concepts
    self.dictionary = dictionary
  }
}

/// Where a reasoning network's weights come from.
public enum GraphOrigin: String, Sendable, CaseIterable {
  /// `Engine.train`.
  case trained
  /// A checkpoint of the method's public reference code.
  case published
}

/// A reasoning network with all that another engine needs to use it.
public struct ExportedGraph: Sendable {
  /// Its handle.
  public var id: String
  /// SHA-256 of what its answers depend on, in hexadecimal: weights, concepts and options.
  public var digest: String
  /// Handle of the network that it explains; empty where it belongs to none.
  public var model: String
  /// What that network is called.
  public var modelName: String
  /// The layer of its concepts.
  public var layer: String
  /// One per output, with as many concepts each as the reasoning network has nodes; without concepts where it belongs to no network.
  public var classes: [ExportedClass]
  /// Extents and weights.
  public var network: ReasoningNetwork
  /// Its training, with history and fidelity.
  public var report: TrainingReport
  /// Where the weights come from.
  public var origin: GraphOrigin
  /// When it was made, in seconds since 1970; 0 where that is not known.
  public var created: Double

  /// A reasoning network of these values.
  public init(
    id: String, digest: String, model: String, modelName: String, layer: String, classes: [ExportedClass],
    network: ReasoningNetwork, report: TrainingReport, origin: GraphOrigin, created: Double
  ) {
    self.id = id
    self.digest = digest
    self.model = model
    self.modelName = modelName
    self.layer = layer
    self.classes = classes
    self.network = network
    self.report = report
    self.origin = origin
    self.created = created
  }
}

/// What travels from one bank to another.
public struct ExportedBank: Sendable {
  /// Classes with their concepts.
  public var classes: [ExportedClass]
  /// Reasoning networks, each with concepts of its own.
  public var graphs: [ExportedGraph]

  /// A bank of these.
  public init(classes: [ExportedClass] = [], graphs: [ExportedGraph] = []) {
    self.classes = classes
    self.graphs = graphs
  }

  /// Whether there is nothing in it.
  public var isEmpty: Bool { classes.isEmpty && graphs.isEmpty }
}

/// What of a bank is to travel.
public struct BankSelection: Sendable {
  /// Whether the concepts are.
  public var hasConcepts: Bool
  /// Whether the reasoning networks are.
  public var hasGraphs: Bool
  /// Of this network only.
  public var model: String?
  /// This reasoning network only, and of the concepts those of its classes.
  public var graphModel: String?

  /// All of it, unless told otherwise.
  public init(hasConcepts: Bool = true, hasGraphs: Bool = true, model: String? = nil, graphModel: String? = nil) {
    self.hasConcepts = hasConcepts
    self.hasGraphs = hasGraphs
    self.model = model
    self.graphModel = graphModel
  }
}
