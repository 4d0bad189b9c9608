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
  package var imageCount: Int
  package var segmentCount: Int
  package var reusedSegments: Int
  package var reusedEmbeddings: Int
  /// Whether all of it is the result of an earlier, equal request.
  package var isReused = false
  package var skipped: [SkippedImage]
  package var seconds: [String: Double]
  package var degenerateLayer: Bool
  package var notes: [String]

  package init(
    className: String, classIndex: Int, layer: String, concepts: [ConceptSummary], imageCount: Int, segmentCount: Int,
    reusedSegments: Int, reusedEmbeddings: Int, skipped: [SkippedImage], seconds: [String: Double],
    degenerateLayer: Bool, notes: [String]
  ) {
    self.className = className
    self.classIndex = classIndex
    self.layer = layer
    self.concepts = concepts
    self.imageCount = imageCount
    self.segmentCount = segmentCount
    self.reusedSegments = reusedSegments
    self.reusedEmbeddings = reusedEmbeddings
    self.skipped = skipped
    self.seconds = seconds
    self.degenerateLayer = degenerateLayer
    self.notes = notes
  }
}

/// Stored without the concepts, which the bank has once already.
extension DiscoveryReport: StoredRecord {
  package static let partName: String? = "Discovery"
  package static var blank: DiscoveryReport {
    DiscoveryReport(
      className: "", classIndex: 0, layer: "", concepts: [], imageCount: 0, segmentCount: 0, reusedSegments: 0,
      reusedEmbeddings: 0, skipped: [], seconds: [:], degenerateLayer: false, notes: [])
  }

  package static let fields = FieldList<DiscoveryReport>([
    .field("class", \.className, .anyString, "The class's label."),
    .field("classIndex", \.classIndex, .count, "The class's index."),
    .field("layer", \.layer, .anyString, "The layer at which concepts were sought."),
    .derived("concepts", .array(of: ConceptSummary.written), "By rank.") { $0.concepts },
    .field("images", \.imageCount, .count, "Images used."),
    .field("segments", \.segmentCount, .count, "Patches considered."),
    .group(
      "reused", "What was not computed again.",
      [
        .field("segments", \.reusedSegments, .count, "Images whose segments were known."),
        .field("embeddings", \.reusedEmbeddings, .count, "Embeddings that were known."),
        .derived("whole", .bool, "Whether an equal request was answered before: nothing was computed.") { $0.isReused },
      ]),
    .field("skipped", \.skipped, .array(of: SkippedImage.type), "Images that could not be used."),
    .field("seconds", \.seconds, .seconds, "Seconds by stage."),
    .field("degenerateLayer", \.degenerateLayer, .bool, "Whether TCAV says nothing at this layer."),
    .field("notes", \.notes, .array(of: .anyString), "Remarks for people."),
  ])
}
