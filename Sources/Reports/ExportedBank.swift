import Concepts
import Structure
import Tensors

/// The concepts of one class with everything that another engine needs to use them.
package struct ExportedClass: Sendable {
  /// An image that the concepts' patches lie in.
  package struct Image: Sendable, Equatable {
    /// Its file; nil for an image that was sent inline, whose pixels are not kept.
    package var path: String?
    /// SHA-256 of its bytes, in hexadecimal.
    package var sha256: String
    /// Extents of the original in pixels.
    package var width: Int
    package var height: Int

    package init(path: String?, sha256: String, width: Int, height: Int) {
      (self.path, self.sha256, self.width, self.height) = (path, sha256, width, height)
    }
  }

  /// Handle of the network, which determines its bytes and preprocessing.
  package var model: String
  package var modelName: String
  package var className: String
  package var classIndex: Int
  package var layer: String
  /// The options of discovery and of matching in other images.
  package var options: DiscoveryOptions
  /// The images that the patches index.
  package var images: [Image]
  /// By rank.
  package var concepts: [Concept]
  /// Where the concepts come from a factorisation.
  package var dictionary: ConceptDictionary?
  /// Centres of all clusters of the discovery, [k, D]; nil where they are not known.
  package var clusters: Tensor?

  package init(
    model: String, modelName: String, className: String, classIndex: Int, layer: String, options: DiscoveryOptions,
    images: [Image], concepts: [Concept], dictionary: ConceptDictionary? = nil, clusters: Tensor? = nil
  ) {
    (self.model, self.modelName, self.className, self.classIndex) = (model, modelName, className, classIndex)
    (self.layer, self.options, self.images, self.concepts) = (layer, options, images, concepts)
    (self.dictionary, self.clusters) = (dictionary, clusters)
  }
}

/// Where a reasoning network's weights come from.
package enum GraphOrigin: String, Sendable, CaseIterable {
  /// `Engine.train`.
  case trained
  /// A checkpoint of the method's public reference code.
  case published
}

/// A reasoning network with everything that another engine needs to use it.
package struct ExportedGraph: Sendable {
  package var id: String
  /// SHA-256, in hexadecimal, of weights, concepts and options, which decide its answers.
  package var digest: String
  /// Handle of the network that it explains; empty for a network that is not bound to one.
  package var model: String
  package var modelName: String
  package var layer: String
  /// One per output, each with as many concepts as the reasoning network has nodes; without concepts where `model` is
  /// empty.
  package var classes: [ExportedClass]
  package var network: ReasoningNetwork
  package var report: TrainingReport
  package var origin: GraphOrigin
  /// Seconds since 1970; 0 where unknown.
  package var created: Double

  package init(
    id: String, digest: String, model: String, modelName: String, layer: String, classes: [ExportedClass],
    network: ReasoningNetwork, report: TrainingReport, origin: GraphOrigin, created: Double
  ) {
    (self.id, self.digest, self.model, self.modelName, self.layer) = (id, digest, model, modelName, layer)
    (self.classes, self.network, self.report, self.origin, self.created) = (classes, network, report, origin, created)
  }
}

/// What is exported from one bank and imported into another.
package struct ExportedBank: Sendable {
  package var classes: [ExportedClass]
  /// Each with concepts of its own.
  package var graphs: [ExportedGraph]

  package init(classes: [ExportedClass] = [], graphs: [ExportedGraph] = []) {
    (self.classes, self.graphs) = (classes, graphs)
  }

  package var isEmpty: Bool { classes.isEmpty && graphs.isEmpty }
}

/// What to export of a bank.
package struct BankSelection: Sendable {
  package var hasConcepts: Bool
  package var hasGraphs: Bool
  /// Only of this network.
  package var model: String?
  /// Only this reasoning network and the concepts of its classes.
  package var graphModel: String?

  package init(hasConcepts: Bool = true, hasGraphs: Bool = true, model: String? = nil, graphModel: String? = nil) {
    (self.hasConcepts, self.hasGraphs, self.model, self.graphModel) = (hasConcepts, hasGraphs, model, graphModel)
  }
}
