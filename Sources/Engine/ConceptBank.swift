import Concepts
import Structure

/// The concepts of one class at one layer, with what is needed to find their patches again.
struct ClassConcepts: Sendable {
  var classIndex: Int
  var layer: String
  var options: DiscoveryOptions
  /// By rank.
  var concepts: [Concept]
  /// The images that the concepts' patches index.
  var images: [CatalogueEntry]
  /// What discovery told its caller; its concepts' names may have changed since.
  var report: DiscoveryReport
}

/// A trained reasoning network with the concepts it was trained on.
///
/// It keeps its own copy of the concepts, so that discovering a class again does not change what it means.
struct TrainedGraph: Sendable {
  var id: String
  var model: String
  var layer: String
  /// One per class, in the order of the network's outputs.
  var classes: [ClassConcepts]
  var network: ReasoningNetwork
  var dummyValue: Float
  /// What training told its caller.
  var report: TrainingReport

  var classIndices: [Int] { classes.map(\.classIndex) }
}

/// Concepts and reasoning networks by model: plain state, guarded by the engine.
struct ConceptBank: Sendable {
  /// By model, then class.
  private(set) var classes: [String: [Int: ClassConcepts]] = [:]
  /// In order of training.
  private(set) var graphs: [TrainedGraph] = []

  subscript(model: String, classIndex: Int) -> ClassConcepts? {
    get { classes[model]?[classIndex] }
    set { classes[model, default: [:]][classIndex] = newValue }
  }

  /// The classes of `model` that have concepts, by index.
  func classes(of model: String) -> [ClassConcepts] {
    (classes[model] ?? [:]).values.sorted { $0.classIndex < $1.classIndex }
  }

  mutating func add(_ graph: TrainedGraph) {
    graphs.removeAll { $0.id == graph.id }
    graphs.append(graph)
  }

  mutating func remove(model: String) {
    classes[model] = nil
    graphs.removeAll { $0.model == model }
  }

  /// The model, class and position of a concept.
  func locate(_ id: String) -> (model: String, classIndex: Int, position: Int)? {
    for (model, byClass) in classes {
      for (classIndex, entry) in byClass {
        if let position = entry.concepts.firstIndex(where: { $0.id == id }) { return (model, classIndex, position) }
      }
    }
    return nil
  }

  /// Names a concept, in the bank and in the reasoning networks that use it.
  mutating func rename(_ id: String, to name: String) {
    if let place = locate(id) { classes[place.model]?[place.classIndex]?.concepts[place.position].name = name }
    for graph in graphs.indices {
      for entry in graphs[graph].classes.indices {
        for position in graphs[graph].classes[entry].concepts.indices
        where graphs[graph].classes[entry].concepts[position].id == id {
          graphs[graph].classes[entry].concepts[position].name = name
        }
      }
    }
  }
}
