import Concepts

/// A class whose mistakes are looked into.
package struct DiagnosedClass: Sendable {
  /// What findings call it.
  package var name: String
  /// Its index among the classifier's outputs.
  package var index: Int
  /// Its concepts, in the order of its graphs' nodes.
  package var concepts: [Concept]

  package init(name: String, index: Int, concepts: [Concept]) {
    self.name = name
    self.index = index
    self.concepts = concepts
  }
}
