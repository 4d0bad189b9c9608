import Fields
import JSON
import TestSupport
import Testing

@testable import Structure

/// What is said of each option of a training once holds wherever it counts: range, stored form, recipe.
@Suite struct TrainingOptionsTests {
  private static let fields = TrainingOptions.fields
  private static let probes = OptionProbe.probes(of: fields.schema())

  private static func options(_ name: String, _ value: JSONValue) throws -> TrainingOptions {
    var options = TrainingOptions()
    // The step size bounds the weight decay.
    if name == "weightDecay" { options.fitting.learningRate = 1e-7 }
    try fields.readOptions(try FieldReader(.object([name: value])), into: &options)
    return options
  }

  @Test(arguments: probes) func theRangeThatIsPublishedIsTheOneThatCounts(probe: OptionProbe) throws {
    for value in probe.accepted { try Self.fields.validate(try Self.options(probe.name, value)) }
    for value in probe.refused {
      let error = try #require(throws: FieldError.self, "\(value)") { try Self.options(probe.name, value) }
      #expect(error.field.hasPrefix(probe.name))
    }
  }

  @Test(arguments: probes) func everyOptionIsStoredAndNamed(probe: OptionProbe) throws {
    let type = FieldType<TrainingOptions>.options(Self.fields, blank: TrainingOptions(), named: "TrainOptions")
    let storage = try #require(type.storage)
    var names: Set<String> = []
    for value in probe.accepted {
      var options = try Self.options(probe.name, value)
      var written = Archive()
      try storage.archive(&written, &options)
      var reading = Archive(reading: written.bytes)
      var read = TrainingOptions()
      try storage.archive(&reading, &read)
      #expect(read == options && reading.isAtEnd)
      names.insert(Self.fields.recipeParts(of: options).map { "\($0.name)=\($0.value)" }.joined(separator: ";"))
    }
    #expect(names.count == probe.accepted.count || probe.accepted.count == 1)
  }

  @Test func theDecayOfAStepDoesNotExceedTheWeights() {
    var options = TrainingOptions()
    (options.fitting.weightDecay, options.fitting.learningRate) = (10, 0.1)
    #expect(throws: FieldError.self) { try Self.fields.validate(options) }
    options.fitting.weightDecay = 9
    #expect(throws: Never.self) { try Self.fields.validate(options) }
  }
}
