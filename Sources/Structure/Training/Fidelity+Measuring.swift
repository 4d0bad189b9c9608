import Tensors

extension Fidelity {
  /// How well `outputs` mimic the classifier's `logits`; both hold m values per image.
  ///
  /// Rank correlation and error are of margins, values less their mean over the image's classes, so that they are
  /// meaningful for losses that fit outputs only up to a constant per image.
  ///
  /// With no image, or where a rank correlation is undefined, the figures are 0.
  package init(outputs: [[Float]], logits: [[Float]]) {
    let pairs = Array(zip(outputs, logits))
    let agreeing = pairs.filter { ClassChoice.position(in: $0.0) == ClassChoice.position(in: $0.1) }.count
    let margins = pairs.map { (DistillationTarget.margins($0.0), DistillationTarget.margins($0.1)) }
    let errors = margins.flatMap { output, logit in
      zip(DistillationTarget.normalised(output).values, DistillationTarget.normalised(logit).values).map {
        Double($0 - $1) * Double($0 - $1)
      }
    }
    self.init(
      top1Agreement: pairs.isEmpty ? 0 : Double(agreeing) / Double(pairs.count),
      spearman: Statistics.spearman(
        margins.flatMap { $0.0.map(Double.init) }, margins.flatMap { $0.1.map(Double.init) })
        ?? 0,
      meanSquaredError: Statistics.mean(errors) ?? 0, imageCount: pairs.count)
  }
}
