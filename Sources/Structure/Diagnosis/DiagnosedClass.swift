import Concepts

/// A class whose mistakes are diagnosed.
package struct DiagnosedClass: Sendable {
  /// Its name in findings.
  package var name: String
  /// Its index among the classifier's outputs.
  package var index: Int
  /// Its concepts, in the order of its graphs' nodes.
  package var concepts: [Concept]

  package init(name: String, index: Int, concepts: [Concept]) {
    (self.name, self.index, self.concepts) = (name, index, concepts)
  }
}
