import Fields

/// Options are stored by name. One that came later has the value in what an earlier version wrote that does what that
/// version did: `earlier`.
///
/// Version 1 wrote its options one after another, without names. Those bytes still identify a reasoning network
/// (`identityBytes`), so their order stays.
extension DiscoveryOptions: Archivable {
  package static var blank: DiscoveryOptions { earlier }

  /// The defaults before concepts were ranked by measured effect and found at all their places in a fixed share of
  /// pixels.
  package static let earlier: DiscoveryOptions = {
    var options = DiscoveryOptions()
    (options.selection.topConcepts, options.selection.rankBy) = (4, .tcav)
    options.matching.places = .nearest
    options.attention.rectify = true
    return options
  }()

  /// Marks options by name: version 1 has `maxImages` here, which is positive.
  private static let byName = -1

  /// The options of version 1, in its order.
  private static let firstNames = [
    "maxImages", "attention", "keepPercent", "segmentCounts", "compactness", "sigma", "minAreaFraction", "maxOverlap",
    "fillValue", "clusters", "restarts", "minSize", "maxPatches", "randomSets", "randomSetSize", "contrast",
    "cavMethod", "cavL2", "cavHoldout", "significance", "topConcepts", "maxCoincidence", "minRandomSetSize",
    "minTestImages", "maxTestImages", "batchSize", "seed",
  ]
  /// Options that were added behind them.
  private static let laterNames = [
    "patchEmbedding", "segmenter", "felzenszwalbScales", "felzenszwalbSigma", "felzenszwalbMinSize",
    "quickshiftMaxDistances", "quickshiftKernelSize", "quickshiftRatio", "watershedCompactness", "clustering",
    "correction",
  ]

  private static let named = FieldType<DiscoveryOptions>.Storage(
    options: fields, blank: earlier)

  package mutating func archive(in archive: inout Archive) throws {
    var marker = Self.byName
    try archive.field(&marker)
    if marker == Self.byName {
      try Self.named.archive(&archive, &self)
    } else {
      run.maxImages = marker
      try Self.fields.archive(&self, in: &archive, only: Array(Self.firstNames.dropFirst()))
      if archive.hasMore { try Self.fields.archive(&self, in: &archive, only: Self.laterNames) }
    }
  }

  /// The options in an identity: those of version 1, as it wrote them. Throws where they cannot be written.
  package func identityBytes() throws -> [UInt8] {
    var archive = Archive()
    var copy = self
    try Self.fields.archive(&copy, in: &archive, only: Self.firstNames + Self.laterNames)
    return archive.bytes
  }

  /// Later options that differ from those of earlier versions: they belong to the identity beside `identityBytes`.
  package var laterIdentity: [(name: String, value: String)] {
    let known = Set(Self.firstNames + Self.laterNames)
    return Self.fields.differences(of: self, from: Self.earlier).filter { !known.contains($0.name) }
  }
}
