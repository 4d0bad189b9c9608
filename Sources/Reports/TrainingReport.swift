import Fields
import Images
import Structure

/// Result of `Engine.train`.
package struct TrainingReport: Sendable {
  package var graphModel: String
  package var classes: [String]
  package var epochs: Int
  package var heldOut: Fidelity
  package var masked: Fidelity
  package var controls: [TrainingControl]
  package var history: [TrainingEpoch]
  package var loss: String
  package var skipped: [SkippedImage]
  package var seconds: [String: Double]
  package var notes: [String]
  package var options: TrainingOptions?
  /// Predicts measured effects; nil where none were measured.
  package var effects: EffectModel?
  package var isReused = false
  package var doubts: [String] {
    controls.compactMap { $0.doubt(fidelity: heldOut).map { "The training " + $0 + "." } }
  }

  package init(
    graphModel: String, classes: [String], epochs: Int, heldOut: Fidelity, masked: Fidelity,
    history: [TrainingEpoch], loss: String, skipped: [SkippedImage],
    seconds: [String: Double], controls: [TrainingControl] = [], notes: [String], options: TrainingOptions? = nil,
    effects: EffectModel? = nil
  ) {
    self.effects = effects
    (self.controls, self.graphModel, self.classes, self.epochs) = (controls, graphModel, classes, epochs)
    (self.heldOut, self.masked, self.history, self.loss, self.skipped) = (heldOut, masked, history, loss, skipped)
    (self.seconds, self.notes, self.options) = (seconds, notes, options)
  }
}

extension TrainingReport: StoredRecord {
  package static let partName: String? = "Training"
  package static var blank: TrainingReport {
    TrainingReport(
      graphModel: "", classes: [], epochs: 0, heldOut: .blank, masked: .blank, history: [], loss: "", skipped: [],
      seconds: [:], notes: [])
  }

  package static let fields = FieldList<TrainingReport>(
    [
      .field("graphModel", \.graphModel, .anyString, "The reasoning network's handle."),
      .field("classes", \.classes, .array(of: .anyString), "Its classes' labels."),
      .field("epochs", \.epochs, .count, "Number of passes."),
      .derived("reused", .bool, "Whether it is the result of an earlier, equal request.") { $0.isReused },
      .group("fidelity", "How well it agrees with the classifier.", fidelityFields),
      .field("history", \.history, .array(of: TrainingEpoch.type), "By pass."),
      .field("loss", \.loss, .anyString, "The distillation loss."),
      .field("skipped", \.skipped, .array(of: SkippedImage.type), "Images that could not be used."),
      .field("seconds", \.seconds, .seconds, "Seconds by stage."),
      .field("notes", \.notes, .array(of: .anyString), "Notes for people."),
      .derived(
        "doubts", .array(of: .anyString),
        "What it means that controls are not clearly beaten, for people; empty where all are beaten."
      ) { $0.doubts },
    ],
    since: [
      .field(
        "controls", \.controls, .array(of: TrainingControl.type),
        "Fidelity without something that the network should need; empty where the option `controls` is 0."
      ),
      .optional(
        "options", \.options,
        .options(TrainingOptions.fields, blank: TrainingOptions(), earlier: .earlier, named: "TrainOptions"),
        "All options of the training; missing where unknown."),
      .optional(
        "effects", \.effects, EffectModel.type,
        "Predicts the measured effects of concepts from what removing them in the layer takes; missing where none were measured."
      ),
    ])

  /// How well it agrees with the classifier.
  static let fidelity = FieldList(fidelityFields)

  private static let fidelityFields: [Field<TrainingReport>] = [
    .field("heldOut", \.heldOut, Fidelity.type, "On held-out images as they are."),
    .field("masked", \.masked, Fidelity.type, "On held-out images with concepts masked."),
  ]
}
