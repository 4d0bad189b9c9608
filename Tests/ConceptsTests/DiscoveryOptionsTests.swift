import Fields
import JSON
import TestSupport
import Testing

@testable import Concepts

/// What is said of each option of a discovery once holds wherever it counts: range, stored form, recipe.
@Suite struct DiscoveryOptionsTests {
  private static let fields = DiscoveryOptions.fields
  private static let probes = OptionProbe.probes(of: fields.schema())

  private static func options(_ name: String, _ value: JSONValue) throws -> DiscoveryOptions {
    var options = DiscoveryOptions()
    try fields.readOptions(try FieldReader(.object([name: value])), into: &options)
    return options
  }

  @Test(arguments: probes) func theRangeThatIsPublishedIsTheOneThatCounts(probe: OptionProbe) throws {
    for value in probe.accepted {
      try Self.fields.validate(try Self.options(probe.name, value))
    }
    for value in probe.refused {
      let error = try #require(throws: FieldError.self, "\(value)") { try Self.options(probe.name, value) }
      #expect(error.field.hasPrefix(probe.name))
    }
  }

  @Test(
    arguments: [
      ("keepPercent", \DiscoveryOptions.attention.keepPercent), ("compactness", \.segmentation.compactness),
      ("cavHoldout", \.significance.cavHoldout), ("felzenszwalbSigma", \.segmentation.felzenszwalbSigma),
    ] as [(String, WritableKeyPath<DiscoveryOptions, Double> & Sendable)])
  func valuesThatNobodyReadAreValidatedAlike(name: String, path: WritableKeyPath<DiscoveryOptions, Double> & Sendable)
    throws
  {
    var options = DiscoveryOptions()
    options[keyPath: path] = .nan
    let error = try #require(throws: FieldError.self) { try Self.fields.validate(options) }
    #expect(error.field == name)
  }

  /// An option that an archive or a recipe forgets would come back as its default, or a stale result for it.
  @Test(arguments: probes) func everyOptionIsStoredAndNamed(probe: OptionProbe) throws {
    let standard = Self.fields.json(of: DiscoveryOptions())
    var isNamed = false
    for value in probe.accepted {
      var options = try Self.options(probe.name, value)
      #expect(try DiscoveryOptions(archived: options.archived()) == options)
      guard Self.fields.json(of: options) != standard else { continue }
      for segmenter in Segmenter.allCases {
        for embedding in PatchEmbedding.allCases {
          if probe.name != "segmenter" { options.segmentation.segmenter = segmenter }
          if probe.name != "patchEmbedding" { options.embedding.patchEmbedding = embedding }
          var other = DiscoveryOptions()
          other.segmentation.segmenter = probe.name == "segmenter" ? .slic : segmenter
          other.embedding.patchEmbedding = probe.name == "patchEmbedding" ? .crop : embedding
          isNamed = isNamed || text(options) != text(other)
        }
      }
    }
    #expect(isNamed)
  }

  private func text(_ options: DiscoveryOptions) -> String {
    Self.fields.recipeParts(of: options).map { "\($0.name)=\($0.value)" }.joined(separator: ";")
  }

  @Test func earlierOptionsAttendToEvidenceAlone() throws {
    #expect(!text(.earlier).contains("rectify") && text(DiscoveryOptions()).contains("rectify=false"))
    #expect(try DiscoveryOptions(archived: try DiscoveryOptions.earlier.identityBytes()).attention.rectify)
    #expect(try !DiscoveryOptions(archived: try DiscoveryOptions().archived()).attention.rectify)
  }

  /// The bytes of version 1: options one after another, those that came later behind them.
  @Test func optionsOfVersionOneComeBack() throws {
    var options = DiscoveryOptions.earlier
    options.run.seed = 24
    options.segmentation.segmenter = .watershed
    options.clustering.clustering = .nmf
    let bytes = try options.identityBytes()
    #expect(try DiscoveryOptions(archived: bytes) == options)
    let earliest = try #require(
      (0..<bytes.count).lazy.compactMap { try? DiscoveryOptions(archived: Array(bytes[..<$0])) }.first)
    #expect(earliest.run.seed == 24 && earliest.segmentation.segmenter == .slic)
    #expect(earliest.clustering.clustering == .kMeans)
    #expect(options.laterIdentity.isEmpty)
  }
}
