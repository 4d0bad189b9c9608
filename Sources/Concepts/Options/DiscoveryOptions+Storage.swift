import Fields
import JSON

/// Kept by name, so that an option that comes later takes its default where an earlier version wrote.
///
/// Version 1 wrote the options that there were then one after another. Those bytes still stand for them in the identity of a reasoning
/// network (`identityBytes`), so their order stays.
extension DiscoveryOptions: Archivable {
  package static var blank: DiscoveryOptions { DiscoveryOptions() }

  /// Stands where version 1 had `maxImages`, which is positive.
  private static let byName = -1

  /// The options of version 1, in its order.
  private static let firstNames = [
    "maxImages", "attention", "keepPercent", "segmentCounts", "compactness", "sigma", "minAreaFraction", "maxOverlap",
    "fillValue", "clusters", "restarts", "minSize", "maxPatches", "randomSets", "randomSetSize", "contrast",
    "cavMethod", "cavL2", "cavHoldout", "significance", "topConcepts", "maxCoincidence", "minRandomSetSize",
    "minTestImages", "maxTestImages", "batchSize", "seed",
  ]
  /// Those that came behind them.
  private static let laterNames = [
    "patchEmbedding", "segmenter", "felzenszwalbScales", "felzenszwalbSigma", "felzenszwalbMinSize",
    "quickshiftMaxDistances", "quickshiftKernelSize", "quickshiftRatio", "watershedCompactness", "clustering",
    "correction",
  ]

  package mutating func archive(in archive: inout Archive) throws {
    var marker = Self.byName
    try archive.field(&marker)
    if marker == Self.byName {
      var bytes = archive.isReading ? [] : Self.fields.json(of: self).serialized()
      try archive.field(&bytes)
      guard archive.isReading else { return }
      guard let json = try? JSONValue.parse(bytes) else { throw ArchiveError.damaged }
      self = DiscoveryOptions()
      try Self.fields.readOptions(try FieldReader(json), into: &self)
    } else {
      run.maxImages = marker
      try Self.fields.archive(&self, in: &archive, only: Array(Self.firstNames.dropFirst()))
      if archive.hasMore { try Self.fields.archive(&self, in: &archive, only: Self.laterNames) }
    }
  }

  /// What stands for the options in an identity: those of version 1 as it wrote them. Throws where they cannot be written.
  package func identityBytes() throws -> [UInt8] {
    var archive = Archive()
    var copy = self
    try Self.fields.archive(&copy, in: &archive, only: Self.firstNames + Self.laterNames)
    return archive.bytes
  }

  /// Options that came after version 1 and are not as they are by default: these stand beside `identityBytes`.
  package var laterIdentity: [(name: String, value: String)] {
    let known = Set(Self.firstNames + Self.laterNames)
    let (own, defaults) = (Self.fields.json(of: self), Self.fields.json(of: DiscoveryOptions()))
    return Self.fields.names.filter { !known.contains($0) && own[$0] != defaults[$0] }.map { name in
      (name, own[name].map { String(decoding: $0.serialized(), as: UTF8.self) } ?? "")
    }
  }
}
