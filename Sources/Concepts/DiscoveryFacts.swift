import Fields

/// What a discovery says of itself beside its concepts. The method fills it, and the report holds it as it is: a new
/// fact is declared here, set where it is known, and needs no other place.
package struct DiscoveryFacts: Sendable, Equatable {
  /// Images used.
  package var imageCount = 0
  /// Patches embedded.
  package var segmentCount = 0
  /// Seconds by stage.
  package var seconds: [String: Double] = [:]
  /// Whether the layer feeds the logits linearly, so that every TCAV score is 0 or 1 and ranks come from `effect`.
  package var degenerateLayer = false
  /// Remarks for people: thresholds that were scaled, sets that were smaller, concepts dropped and why.
  package var notes: [String] = []

  package init(
    imageCount: Int = 0, segmentCount: Int = 0, seconds: [String: Double] = [:], degenerateLayer: Bool = false,
    notes: [String] = []
  ) {
    self.imageCount = imageCount
    self.segmentCount = segmentCount
    self.seconds = seconds
    self.degenerateLayer = degenerateLayer
    self.notes = notes
  }

  // Two lists, because a stored report has fields of its own between them.

  /// What was used.
  package static let counts = FieldList<DiscoveryFacts>([
    .field("images", \.imageCount, .count, "Images used."),
    .field("segments", \.segmentCount, .count, "Patches considered."),
  ])

  /// How it went. New facts come last, under `since:`, so that reports stored before are still read.
  package static let course = FieldList<DiscoveryFacts>([
    .field("seconds", \.seconds, .seconds, "Seconds by stage."),
    .field("degenerateLayer", \.degenerateLayer, .bool, "Whether TCAV says nothing at this layer."),
    .field("notes", \.notes, .array(of: .anyString), "Remarks for people."),
  ])
}
