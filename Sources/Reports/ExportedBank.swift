import Concepts
import Structure

/// The concepts of one class with all that another engine needs to use them.
package struct ExportedClass: Sendable {
  /// An image that the concepts' patches lie in.
  package struct Image: Sendable, Equatable {
    /// Its file; nil for one that was sent inline, whose pixels are then not at hand.
    package var path: String?
    /// SHA-256 of its bytes, in hexadecimal.
    package var sha256: String
    /// Extents of the original in pixels.
    package var width: Int
    /// Extents of the original in pixels.
    package var height: Int

    package init(path: String?, sha256: String, width: Int, height: Int) {
      self.path = path
      self.sha256 = sha256
      self.width = width
      self.height = height
    }
  }

  /// Handle of the network, which determines its bytes and preprocessing.
  package var model: String
  /// What the network is called.
  package var modelName: String
  /// The class's label.
  package var className: String
  /// Index of the class.
  package var classIndex: Int
  /// The layer at which the concepts were found.
  package var layer: String
  /// The options by which they were found, and are found again in other images.
  package var options: DiscoveryOptions
  /// The images that the patches index.
  package var images: [Image]
  /// By rank.
  package var concepts: [Concept]
  /// The components that the concepts are of, where they come from a factorisation.
  package var dictionary: ConceptDictionary?

  package init(
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
package enum GraphOrigin: String, Sendable, CaseIterable {
  /// `Engine.train`.
  case trained
  /// A checkpoint of the method's public reference code.
  case published
}

/// A reasoning network with all that another engine needs to use it.
package struct ExportedGraph: Sendable {
  /// Its handle.
  package var id: String
  /// SHA-256 of what its answers depend on, in hexadecimal: weights, concepts and options.
  package var digest: String
  /// Handle of the network that it explains; empty where it belongs to none.
  package var model: String
  /// What that network is called.
  package var modelName: String
  /// The layer of its concepts.
  package var layer: String
  /// One per output, with as many concepts each as the reasoning network has nodes; without concepts where it belongs to no network.
  package var classes: [ExportedClass]
  /// Extents and weights.
  package var network: ReasoningNetwork
  /// Its training, with history and fidelity.
  package var report: TrainingReport
  /// Where the weights come from.
  package var origin: GraphOrigin
  /// When it was made, in seconds since 1970; 0 where that is not known.
  package var created: Double

  package init(
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
package struct ExportedBank: Sendable {
  /// Classes with their concepts.
  package var classes: [ExportedClass]
  /// Reasoning networks, each with concepts of its own.
  package var graphs: [ExportedGraph]

  /// A bank of these.
  package init(classes: [ExportedClass] = [], graphs: [ExportedGraph] = []) {
    self.classes = classes
    self.graphs = graphs
  }

  /// Whether there is nothing in it.
  package var isEmpty: Bool { classes.isEmpty && graphs.isEmpty }
}

/// What of a bank is to travel.
package struct BankSelection: Sendable {
  /// Whether the concepts are.
  package var hasConcepts: Bool
  /// Whether the reasoning networks are.
  package var hasGraphs: Bool
  /// Of this network only.
  package var model: String?
  /// This reasoning network only, and of the concepts those of its classes.
  package var graphModel: String?

  /// All of it, unless told otherwise.
  package init(hasConcepts: Bool = true, hasGraphs: Bool = true, model: String? = nil, graphModel: String? = nil) {
    self.hasConcepts = hasConcepts
    self.hasGraphs = hasGraphs
    self.model = model
    self.graphModel = graphModel
  }
}
