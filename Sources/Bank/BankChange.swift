import Concepts
import Foundation
import Store

/// What a request changes in the bank.
package struct BankChange {
  package var classes: [(model: String, entry: ClassConcepts)] = []
  package var graphs: [TrainedGraph] = []
  package var names: [(model: String, concept: String, name: String)] = []

  package init(
    classes: [(model: String, entry: ClassConcepts)] = [], graphs: [TrainedGraph] = [],
    names: [(model: String, concept: String, name: String)] = []
  ) {
    self.classes = classes
    self.names = names
    let now = Date().timeIntervalSince1970.rounded()
    self.graphs = graphs.map { graph in
      var graph = graph
      if graph.created == 0 { graph.created = now }
      return graph
    }
  }

  /// The rows of what belongs to `models`.
  package func write(of models: Set<String>) throws -> BankWrite {
    BankWrite(
      classes: try classes.filter { models.contains($0.model) }.map { try ClassRow($0.entry, of: $0.model) },
      graphs: try graphs.filter { models.contains($0.model) }.map {
        GraphRow(id: $0.id, model: $0.model, content: try ArchivedGraph($0).archived())
      },
      names: names.filter { models.contains($0.model) }.map {
        NameRow(model: $0.model, concept: $0.concept, name: $0.name)
      })
  }
}

/// What the workspace has of a network's part of the bank that a state has not.
package struct BankNews {
  package let model: String
  /// The revision that it comes after, and the one that it leads to.
  package let seen: Int64
  package let revision: Int64
  package let classes: [ClassConcepts]
  package let graphs: [TrainedGraph]
  package let names: [String: String]

  package init(of model: String, after seen: Int64, in workspace: Workspace) throws {
    let changes = try workspace.changes(of: model, after: seen)
    self.model = model
    self.seen = seen
    revision = changes.revision
    classes = try changes.classes.map { row in
      var entry = try ArchivedClass(archived: row.content).entry
      entry.concepts = try row.concepts.map { try ArchivedConcept(archived: $0.content).concept }
      return entry
    }
    graphs = try changes.graphs.map { row in
      var graph = try ArchivedGraph(archived: row.content).graph()
      // The row may have been moved to another network since.
      graph.model = row.model
      return graph
    }
    names = changes.names
  }
}

extension ClassRow {
  fileprivate init(_ entry: ClassConcepts, of model: String) throws {
    self.init(
      model: model, classIndex: entry.classIndex, layer: entry.layer, recipe: entry.recipe,
      content: try ArchivedClass(entry: entry).archived(),
      concepts: try entry.concepts.map { concept in
        ClassRow.Concept(
          id: concept.id, name: concept.name, size: concept.size, threshold: Double(concept.threshold),
          tcav: concept.tcav.mean, accuracy: concept.cavAccuracy,
          content: try ArchivedConcept(concept: concept).archived())
      })
  }
}
