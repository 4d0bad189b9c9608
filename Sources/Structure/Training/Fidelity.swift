import Fields

/// How well the reasoning network mimics the classifier on images it was not fitted to.
package struct Fidelity: Sendable, Equatable {
  package var top1Agreement: Double
  /// Over all images and classes.
  package var spearman: Double
  package var meanSquaredError: Double
  package var imageCount: Int

  package init(top1Agreement: Double, spearman: Double, meanSquaredError: Double, imageCount: Int) {
    (self.top1Agreement, self.spearman, self.meanSquaredError) = (top1Agreement, spearman, meanSquaredError)
    self.imageCount = imageCount
  }
}

extension Fidelity: StoredRecord {
  package static let partName: String? = "Fidelity"
  package static var blank: Fidelity {
    Fidelity(top1Agreement: 0, spearman: 0, meanSquaredError: 0, imageCount: 0)
  }

  package static let fields = FieldList<Fidelity>([
    .field("top1Agreement", \.top1Agreement, .score, "Share of images on which both choose the same class."),
    .field(
      "spearman", \.spearman, .score, "Rank correlation of the margins: outputs less their mean over the classes."),
    .field("mse", \.meanSquaredError, .score, "Mean squared error of the normalised margins."),
    .field("images", \.imageCount, .count, "Images it was measured on."),
  ])
}
