import Concepts
import Fields
import Images
import Networks
import Reports
import Store
import Structure

extension CatalogueEntry: Archivable {
  package static var blank: CatalogueEntry { CatalogueEntry(source: .blank, contentHash: "", geometry: .blank) }

  package mutating func archive(in archive: inout Archive) throws {
    try archive.field(&source)
    try archive.field(&contentHash)
    try archive.field(&geometry)
  }
}

/// Without the concepts, which have rows of their own.
extension ClassConcepts: Archivable {
  package static var blank: ClassConcepts {
    ClassConcepts(
      recipe: "", classIndex: 0, layer: "", options: .blank, centers: .blank, embeddingCount: 0, retired: [],
      concepts: [], images: [], report: .blank)
  }

  package mutating func archive(in archive: inout Archive) throws {
    try archive.field(&recipe)
    try archive.field(&classIndex)
    try archive.field(&layer)
    try archive.nested(&options)
    try archive.field(&centers)
    try archive.field(&embeddingCount)
    try archive.list(&retired, blank: Retired(layer: "", concept: .blank)) { archive, retired in
      try archive.field(&retired.layer)
      try archive.field(&retired.concept)
    }
    try archive.list(&images)
    try archive.nested(&report)
  }
}

/// A concept in bytes of its own.
package struct ArchivedConcept: Archivable {
  package static var blank: ArchivedConcept { ArchivedConcept(concept: .blank) }

  package var concept: Concept

  package mutating func archive(in archive: inout Archive) throws {
    try archive.field(&concept)
    if archive.hasMore { try archive.field(&concept.measures) }
  }
}

/// A class in bytes of its own; reasoning networks hold theirs without what this adds.
package struct ArchivedClass: Archivable {
  package static var blank: ArchivedClass { ArchivedClass(entry: .blank) }

  package var entry: ClassConcepts

  package mutating func archive(in archive: inout Archive) throws {
    try archive.field(&entry)
    if archive.hasMore { try archive.optional(&entry.dictionary, blank: .blank) { try $0.field(&$1) } }
  }
}

/// A reasoning network in bytes.
package struct ArchivedGraph: Archivable {
  package static var blank: ArchivedGraph { ArchivedGraph() }

  private var id = ""
  private var model = ""
  private var layer = ""
  private var classes: [ClassConcepts] = []
  private var network = ArchivedNetwork.blank
  private var dummyValue: Float = 0
  private var report = TrainingReport.blank
  private var origin = GraphOrigin.trained
  private var created = 0.0

  private init() {}

  /// What is to be kept of `graph`.
  package init(_ graph: TrainedGraph) {
    id = graph.id
    model = graph.model
    layer = graph.layer
    classes = graph.classes
    network = ArchivedNetwork(graph.network)
    dummyValue = graph.dummyValue
    report = graph.report
    origin = graph.origin
    created = graph.created
  }

  /// The graph. Throws where its weights do not fit.
  package func graph() throws -> TrainedGraph {
    guard !classes.isEmpty else { throw ArchiveError.damaged }
    return TrainedGraph(
      id: id, model: model, layer: layer, classes: classes, network: try network.network(), dummyValue: dummyValue,
      report: report, origin: origin, created: created)
  }

  package mutating func archive(in archive: inout Archive) throws {
    try archive.field(&id)
    try archive.field(&model)
    try archive.field(&layer)
    try archive.list(&classes, blank: .blank) { archive, entry in
      try archive.field(&entry)
      try archive.list(&entry.concepts)
    }
    try archive.field(&network)
    try archive.field(&dummyValue)
    try archive.nested(&report)
    if archive.hasMore {
      try archive.field(&origin)
      try archive.field(&created)
    }
    if archive.hasMore {
      var measures = classes.map { $0.concepts.map(\.measures) }
      try archive.list(&measures, blank: []) { try $0.list(&$1) }
      guard measures.map(\.count) == classes.map(\.concepts.count) else { throw ArchiveError.damaged }
      for (position, measures) in measures.enumerated() {
        for (number, measures) in measures.enumerated() { classes[position].concepts[number].measures = measures }
      }
    }
  }
}

/// What is kept of a network beside its bytes.
package struct ArchivedModel: Archivable {
  package static var blank: ArchivedModel { ArchivedModel(labels: [], layer: "") }

  /// Full labels, by class index.
  package var labels: [String]
  /// The layer used where a request names none.
  package var layer: String

  package mutating func archive(in archive: inout Archive) throws {
    try archive.list(&labels, blank: "") { try $0.field(&$1) }
    try archive.field(&layer)
  }
}
