import Concepts
import Fields
import Structure

/// What an evaluation measures, and how (METHOD section 7).
package struct EvaluationOptions: Sendable {
  package var seeds = 3
  package var seed: UInt64 = 0
  package var holdout = 0.25
  package var maxHeldOut = 50
  package var measures = EvaluationGroup.allCases
  package var edits = 1
  package var randomPatches = 10
  package var randomOrders = 5
  package var layer: String?
  package var thresholds: [String: Double] = [:]
  /// The seed is the run's.
  package var discovery = DiscoveryOptions()
  /// The seed is the run's, and there is at least one control of each kind where controls are measured.
  package var training = TrainingOptions()

  package init() {}

  package static let fields = FieldList<EvaluationOptions>(
    [
      .option(
        "seeds", \.seeds, .int(in: 1...1000), "Runs of the whole method, with consecutive seeds."),
      .option(
        "seed", \.seed, .seed, "The first seed; it also decides which images are held out, for all runs alike."),
      .option(
        "holdout", \.holdout, .number(.between(0, 1)),
        "Share of each class's images that is held out: nothing is fitted on it, everything is measured on it."),
      .option("maxHeldOut", \.maxHeldOut, .int(in: 2...Int.max), "Most images of a class that are held out."),
      .option("measures", \.measures, .list(of: .word(EvaluationGroup.self)), "What is measured."),
      .option(
        "edits", \.edits, .int(in: 0...100),
        "Concepts of each held-out image that are edited, each in two ways, to test whether the explanation follows."),
      .option(
        "randomPatches", \.randomPatches, .int(in: 0...1000),
        "Random patches of the same shape to compare masking of each concept with, where signs are measured: 0, or 2 or more."
      ),
      .option(
        "randomOrders", \.randomOrders, .int(in: 1...1000),
        "Random orders of masking to compare the explanation's order with."),
      .optional("layer", \.layer, .string, "The layer; the model's default where absent."),
      .option(
        "thresholds", \.thresholds, .map(of: .number(), allowsEmpty: true),
        "Thresholds of measures, by name: verdicts say which are met."),
      .options(
        "discover", \.discovery, DiscoveryOptions.fields, part: "DiscoveryOptions",
        "Options of the discoveries; the seed is the run's."),
      .options(
        "train", \.training, TrainingOptions.fields, part: "TrainOptions",
        "Options of the trainings; the seed is the run's."),
    ],
    rule: { options in
      guard options.randomPatches != 1 else {
        throw FieldError("randomPatches", given: .int(1), accepted: "0, or 2 to 1000")
      }
      if let unknown = options.thresholds.keys.sorted().first(where: { !MeasureDescription.names.contains($0) }) {
        throw FieldError(
          "thresholds.\(unknown)", given: .double(options.thresholds[unknown] ?? 0),
          accepted: "a measure: " + MeasureDescription.names.joined(separator: ", "))
      }
    })
}

/// Measures that are taken together.
package enum EvaluationGroup: String, Sendable, CaseIterable {
  /// Whether contributions add up to the output.
  case completeness
  /// How well the reasoning network follows the classifier.
  case fidelity
  /// The same against controls.
  case controls
  /// The gain by relations over nodes alone.
  case relations
  /// Whether contributions have the sign of the classifier's reaction to masking.
  case signs
  /// Whether contributions change where the edit is.
  case locality
  /// How the class's probability changes as concepts are masked and put back.
  case curves
  /// How similar the concepts are with another seed.
  case stability
  /// Whether the concepts' ranks change when the network's weights are shuffled.
  case sanity
}
