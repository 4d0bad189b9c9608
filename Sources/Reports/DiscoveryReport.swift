import Concepts
import Fields
import Images
import Structure

/// Result of `Engine.discover`. Boxes are in pixels of the original images.
package struct DiscoveryReport: Sendable {
  package var className: String
  package var classIndex: Int
  package var layer: String
  package var concepts: [ConceptSummary]
  /// What the discovery says of itself.
  package var facts: DiscoveryFacts
  package var reusedSegments: Int
  package var reusedEmbeddings: Int
  package var isReused = false
  package var skipped: [SkippedImage]

  package init(
    className: String, classIndex: Int, layer: String, concepts: [ConceptSummary], facts: DiscoveryFacts,
    reusedSegments: Int, reusedEmbeddings: Int, skipped: [SkippedImage]
  ) {
    (self.className, self.classIndex, self.layer, self.concepts) = (className, classIndex, layer, concepts)
    (self.facts, self.skipped) = (facts, skipped)
    (self.reusedSegments, self.reusedEmbeddings) = (reusedSegments, reusedEmbeddings)
  }
}

/// Stored without the concepts, which the bank has once already.
extension DiscoveryReport: StoredRecord {
  package static let partName: String? = "Discovery"
  package static var blank: DiscoveryReport {
    DiscoveryReport(
      className: "", classIndex: 0, layer: "", concepts: [], facts: DiscoveryFacts(), reusedSegments: 0,
      reusedEmbeddings: 0, skipped: [])
  }

  package static let fields = FieldList<DiscoveryReport>(joining: [
    FieldList([
      .field("class", \.className, .anyString, "The class's label."),
      .field("classIndex", \.classIndex, .count, "The class's index."),
      .field("layer", \.layer, .anyString, "The layer at which concepts were sought."),
      .derived("concepts", .array(of: ConceptSummary.written), "By rank.") { $0.concepts },
    ]),
    DiscoveryFacts.counts.within(\DiscoveryReport.facts),
    FieldList([
      .group(
        "reused", "What was not computed again.",
        [
          .field("segments", \.reusedSegments, .count, "Images whose segments were known."),
          .field("embeddings", \.reusedEmbeddings, .count, "Embeddings that were known."),
          .derived("whole", .bool, "Whether an equal request was answered before: nothing was computed.") {
            $0.isReused
          },
        ]),
      .field("skipped", \.skipped, .array(of: SkippedImage.type), "Images that could not be used."),
    ]),
    DiscoveryFacts.course.within(\DiscoveryReport.facts),
  ])
}
