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
  /// Whether it is the result of an earlier, equal request.
  package var isReused = false
  /// What the controls that it does not clearly beat mean, in sentences for people; empty where it beats them all.
  package var doubts: [String] {
    controls.compactMap { $0.doubt(fidelity: heldOut).map { "The training " + $0 + "." } }
  }

  package init(
    graphModel: String, classes: [String], epochs: Int, heldOut: Fidelity, masked: Fidelity,
    history: [TrainingEpoch], loss: String, skipped: [SkippedImage],
    seconds: [String: Double], controls: [TrainingControl] = [], notes: [String], options: TrainingOptions? = nil
  ) {
    self.controls = controls
    self.graphModel = graphModel
    self.classes = classes
    self.epochs = epochs
    self.heldOut = heldOut
    self.masked = masked
    self.history = history
    self.loss = loss
    self.skipped = skipped
    self.seconds = seconds
    self.notes = notes
    self.options = options
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
      .field("epochs", \.epochs, .count, "Passes made."),
      .derived("reused", .bool, "Whether it is the result of an earlier, equal request.") { $0.isReused },
      .group("fidelity", "How well it agrees with the classifier.", fidelityFields),
      .field("history", \.history, .array(of: TrainingEpoch.type), "By pass."),
      .field("loss", \.loss, .anyString, "The distillation loss used."),
      .field("skipped", \.skipped, .array(of: SkippedImage.type), "Images that could not be used."),
      .field("seconds", \.seconds, .seconds, "Seconds by stage."),
      .field("notes", \.notes, .array(of: .anyString), "Remarks for people."),
      .derived(
        "doubts", .array(of: .anyString),
        "What it means that controls are not clearly beaten, for people; empty where all are."
      ) { $0.doubts },
    ],
    since: [
      .field(
        "controls", \.controls, .array(of: TrainingControl.type),
        "What is left of fidelity without what the network should have learnt by; empty where the option `controls` is 0."
      ),
      .optional(
        "options", \.options, .options(TrainingOptions.fields, blank: TrainingOptions(), named: "TrainOptions"),
        "All options that it was trained with; missing where they are not known."),
    ])

  /// How well it agrees with the classifier.
  static let fidelity = FieldList(fidelityFields)

  private static let fidelityFields: [Field<TrainingReport>] = [
    .field("heldOut", \.heldOut, Fidelity.type, "On held-out images as they are."),
    .field("masked", \.masked, Fidelity.type, "On held-out images with concepts masked."),
  ]
}
