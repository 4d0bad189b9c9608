import Images

extension EvaluationReport {
  /// The evaluated model.
  package struct Subject: Sendable {
    package var model: String
    package var name: String
    /// Its default layer.
    package var layer: String
    package var classes: [String]

    package init(model: String, name: String, layer: String, classes: [String]) {
      (self.model, self.name, self.layer, self.classes) = (model, name, layer, classes)
    }
  }

  /// - Parameter skipped: images that were skipped before the first run.
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
