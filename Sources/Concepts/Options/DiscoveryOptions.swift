import Fields

/// All options of concept discovery (METHOD section 1), by the stage that may read them.
package struct DiscoveryOptions: Sendable, Equatable {
  package var attention = AttentionOptions()
  package var segmentation = SegmentationOptions()
  package var patches = PatchOptions()
  package var embedding = EmbeddingOptions()
  package var clustering = ClusteringOptions()
  package var significance = SignificanceOptions()
  package var selection = SelectionOptions()
  package var matching = MatchingOptions()
  package var run = DiscoveryRunOptions()

  package init() {}

  package static let fields = FieldList<DiscoveryOptions>(joining: [
    AttentionOptions.fields.within(\DiscoveryOptions.attention),
    SegmentationOptions.fields.within(\DiscoveryOptions.segmentation),
    PatchOptions.fields.within(\DiscoveryOptions.patches),
    EmbeddingOptions.fields.within(\DiscoveryOptions.embedding),
    ClusteringOptions.fields.within(\DiscoveryOptions.clustering),
    SignificanceOptions.fields.within(\DiscoveryOptions.significance),
    SelectionOptions.fields.within(\DiscoveryOptions.selection),
    MatchingOptions.fields.within(\DiscoveryOptions.matching),
    DiscoveryRunOptions.fields.within(\DiscoveryOptions.run),
  ])
}

/// Options of a discovery as a whole.
package struct DiscoveryRunOptions: Sendable, Equatable {
  package var maxImages = 50
  package var batchSize = 32
  package var seed: UInt64 = 0

  package init() {}

  package static let fields = FieldList<DiscoveryRunOptions>([
    .option("maxImages", \.maxImages, .int(in: 1...Int.max), "Most images of the class that are used."),
    .option("batchSize", \.batchSize, .int(in: 1...4096), "Most images or patches in memory as pixels at once."),
    .option("seed", \.seed, .seed, "Decides everything random."),
  ])
}
