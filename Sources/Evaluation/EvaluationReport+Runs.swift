import Images

extension EvaluationReport {
  /// What the model that is evaluated is called.
  package struct Subject: Sendable {
    /// Handle of the model.
    package var model: String
    /// What people call it.
    package var name: String
    /// The layer that it uses where no other is named.
    package var layer: String
    /// Labels of the classes.
    package var classes: [String]

    package init(model: String, name: String, layer: String, classes: [String]) {
      self.model = model
      self.name = name
      self.layer = layer
      self.classes = classes
    }
  }

  /// The report on some runs, with its summary.
  ///
  /// - Parameter skipped: files that were passed over before the first run.
  package init(
    _ runs: [EvaluationRun.Outcome], of subject: Subject, split: EvaluationSplit, skipped: [SkippedImage],
    options: EvaluationOptions, seconds: [String: Double]
  ) {
    let aggregate = EvaluationAggregate(runs: runs)
    let measures = aggregate.measures()
    var skipped = skipped
    for image in runs.flatMap(\.skipped) where !skipped.contains(image) { skipped.append(image) }
    self.init(
      model: subject.model, modelName: subject.name, layer: runs.first?.layer ?? subject.layer,
      classes: subject.classes, seeds: runs.map(\.seed), fittedCounts: split.fitted.map(\.count),
      heldOut: split.heldOut.map { $0.map(\.displayName) }, measures: measures, curves: aggregate.curves(),
      controls: runs.map(\.controls), verdicts: EvaluationAggregate.verdicts(options.thresholds, on: measures),
      skipped: skipped, seconds: seconds, notes: split.notes, summary: "")
    summary = EvaluationSummary.text(for: self)
  }
}
