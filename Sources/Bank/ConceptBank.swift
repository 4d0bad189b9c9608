import Concepts
import Reports
import Structure
import Tensors

/// The concepts of one class at one layer, with what is needed to find their patches again.
package struct ClassConcepts: Sendable {
  /// A concept that people named and that was not found again: it waits to be.
  package struct Retired: Sendable {
    package var layer: String
    package var concept: Concept

    package init(layer: String, concept: Concept) {
      self.layer = layer
      self.concept = concept
    }
  }

  /// What determined them: the same request again is answered with them.
  package var recipe: String
  package var classIndex: Int
  package var layer: String
  package var options: DiscoveryOptions
  /// Centres of all clusters, [k, d].
  package var centers: Tensor
  /// Embeddings that they rest on.
  package var embeddingCount: Int
  package var retired: [Retired]
  /// By rank.
  package var concepts: [Concept]
  /// The images that the concepts' patches index.
  package var images: [CatalogueEntry]
  /// The answer of the discovery; its concepts' names may have changed since.
  package var report: DiscoveryReport
  /// The components that the concepts are of, where they come from a factorisation.
  package var dictionary: ConceptDictionary?

  package init(
    recipe: String, classIndex: Int, layer: String, options: DiscoveryOptions, centers: Tensor, embeddingCount: Int,
    retired: [Retired], concepts: [Concept], images: [CatalogueEntry], report: DiscoveryReport,
    dictionary: ConceptDictionary? = nil
  ) {
    self.recipe = recipe
    self.classIndex = classIndex
    self.layer = layer
    self.options = options
    self.centers = centers
    self.embeddingCount = embeddingCount
    self.retired = retired
    self.concepts = concepts
    self.images = images
    self.report = report
    self.dictionary = dictionary
  }
}

/// A trained reasoning network with the concepts it was trained on.
///
/// It keeps its own copy of the concepts, so that discovering a class again does not change what it means.
package struct TrainedGraph: Sendable {
  package var id: String
  package var model: String
  package var layer: String
  /// One per class, in the order of the network's outputs.
  package var classes: [ClassConcepts]
  package var network: ReasoningNetwork
  package var dummyValue: Float
  /// The answer of the training.
  package var report: TrainingReport
  /// Where the weights come from.
  package var origin: GraphOrigin
  /// When it was made, in seconds since 1970; 0 where that is not known.
  package var created: Double

  package init(
    id: String, model: String, layer: String, classes: [ClassConcepts], network: ReasoningNetwork, dummyValue: Float,
    report: TrainingReport, origin: GraphOrigin = .trained, created: Double = 0
  ) {
    self.id = id
    self.model = model
    self.layer = layer
    self.classes = classes
    self.network = network
    self.dummyValue = dummyValue
    self.report = report
    self.origin = origin
    self.created = created
  }

  /// Whether it belongs to a network, so that it can explain images.
  package var isBound: Bool { !model.isEmpty }

  package var classIndices: [Int] { classes.map(\.classIndex) }

  /// What of an image's graphs is hidden as parts of it are masked.
  package var plan: MaskedVariantPlan {
    var options = report.options ?? TrainingOptions()
    options.variants.dummyValue = dummyValue
    return MaskedVariantPlan(options: options)
  }
}

/// Concepts and reasoning networks by model: plain state, guarded by the keeper.
package struct ConceptBank: Sendable {
  /// By model, then class.
  package private(set) var classes: [String: [Int: ClassConcepts]] = [:]
  /// In order of training.
  package private(set) var graphs: [TrainedGraph] = []
  /// What people called concepts, by model, then id.
  package private(set) var names: [String: [String: String]] = [:]

  package init() {}

  package subscript(model: String, classIndex: Int) -> ClassConcepts? {
    get { classes[model]?[classIndex] }
    set {
      classes[model, default: [:]][classIndex] = newValue
      applyNames(of: model)
    }
  }

  /// The classes of `model` that have concepts, by index.
  package func classes(of model: String) -> [ClassConcepts] {
    (classes[model] ?? [:]).values.sorted { $0.classIndex < $1.classIndex }
  }

  package mutating func add(_ graph: TrainedGraph) {
    graphs.removeAll { $0.id == graph.id && $0.model == graph.model }
    graphs.append(graph)
    applyNames(of: graph.model)
  }

  /// Takes over what people called the concepts of `model`.
  package mutating func name(_ names: [String: String], in model: String) {
    self.names[model, default: [:]].merge(names) { $1 }
    applyNames(of: model)
  }

  /// A class's concepts by what people call them now.
  package func named(_ entry: ClassConcepts, of model: String) -> ClassConcepts {
    var entry = entry
    let names = names[model] ?? [:]
    for position in entry.concepts.indices {
      if let name = names[entry.concepts[position].id] { entry.concepts[position].name = name }
    }
    return entry
  }

  package mutating func remove(model: String) {
    classes[model] = nil
    names[model] = nil
    graphs.removeAll { $0.model == model }
  }

  /// The reasoning network with this handle.
  package func graph(_ id: String) -> TrainedGraph? { graphs.last { $0.id == id } }

  /// The model, class and position of a concept.
  package func locate(_ id: String) -> (model: String, classIndex: Int, position: Int)? {
    for (model, byClass) in classes {
      for (classIndex, entry) in byClass {
        if let position = entry.concepts.firstIndex(where: { $0.id == id }) { return (model, classIndex, position) }
      }
    }
    return nil
  }

  /// The class of a concept. Throws where `model` has no such concept.
  package func entry(of id: String, in model: String) throws -> ClassConcepts {
    let entry = classes[model]?.values.first { entry in entry.concepts.contains { $0.id == id } }
    guard let entry else { throw EngineError.unknownConcept(id) }
    return entry
  }

  /// Gives concepts the names that people gave them, in the bank and in the reasoning networks that use them.
  private mutating func applyNames(of model: String) {
    guard names[model]?.isEmpty == false else { return }
    let entries = (classes[model] ?? [:]).mapValues { named($0, of: model) }
    classes[model] = entries
    for graph in graphs.indices where graphs[graph].model == model {
      let entries = graphs[graph].classes.map { named($0, of: model) }
      graphs[graph].classes = entries
    }
  }
}

extension ClassConcepts {
  /// The concepts as clients see them.
  package func summaries(in model: LoadedModel) -> [ConceptSummary] {
    concepts.map { ConceptSummary($0, className: model.labels[classIndex], images: images) }
  }
}

extension ConceptSummary {
  package init(_ concept: Concept, className: String, images: [CatalogueEntry]) {
    self.init(
      id: concept.id, name: concept.name, className: className, rank: concept.rank, tcav: concept.tcav,
      cavAccuracy: concept.cavAccuracy, size: concept.size, threshold: Double(concept.threshold),
      patches: concept.patches.compactMap { patch in
        guard images.indices.contains(patch.imageIndex) else { return nil }
        return .init(
          image: images[patch.imageIndex].source.displayName,
          box: images[patch.imageIndex].geometry.originalBox(patch.box), distance: Double(patch.distance))
      }, measures: concept.measures)
  }
}
