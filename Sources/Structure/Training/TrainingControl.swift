import Fields
import Foundation

/// What a control removes from a training, to test whether the network needs it (METHOD section 7).
package enum TrainingControlKind: String, Sendable, CaseIterable {
  /// Each image's graphs go with another image's logits: only the frequency of the classes can be learnt.
  case shuffledTargets
  /// Each image's edges have another image's geometry: the look of concepts stays, their places are lost.
  case shuffledEdges
  /// Each node takes a random patch of the image instead of its concept's: the image's content stays, concepts are
  /// lost.
  case randomConcepts
  /// The network has no relations. Fitted on request, to measure their value.
  case nodesOnly
}

extension TrainingControlKind {
  /// Its name for people.
  package var name: String {
    switch self {
    case .shuffledTargets: "shuffled targets"
    case .shuffledEdges: "shuffled edges"
    case .randomConcepts: "random concepts"
    case .nodesOnly: "nodes alone"
    }
  }

  /// What it may mean that a training does not clearly beat the control.
  package var meaning: String {
    switch self {
    case .shuffledTargets: "the graphs may say nothing about the classifier's prediction"
    case .shuffledEdges:
      "the places of the concepts may say nothing about the classifier's prediction, so do not rely on relations"
    case .randomConcepts:
      "random patches may do as well as the concepts, so do not rely on which concept is named"
    case .nodesOnly: "relations may say nothing about the classifier's prediction, so do not rely on them"
    }
  }
}

/// A second fit without something that the network should need, and how its fidelity compares with the training's on
/// the same held-out images.
///
/// A surrogate can follow a classifier closely with explanations that mean nothing (SURF, arXiv 2504.10833): only the
/// fidelity above that of the controls counts.
package struct TrainingControl: Sendable, Equatable {
  package var kind: TrainingControlKind
  package var refits: Int
  package var heldOut: Fidelity
  package var masked: Fidelity
  /// The training compared with the control on held-out images as they are.
  package var heldOutTest: PairedComparison
  /// The same on their masked variants, by image.
  package var maskedTest: PairedComparison

  package init(
    kind: TrainingControlKind, refits: Int, heldOut: Fidelity, masked: Fidelity, heldOutTest: PairedComparison,
    maskedTest: PairedComparison
  ) {
    (self.kind, self.refits, self.heldOut, self.masked, self.heldOutTest) = (kind, refits, heldOut, masked, heldOutTest)
    self.maskedTest = maskedTest
  }

  /// Largest p at which a training counts as better.
  package static let significance = 0.01

  /// Whether the training is significantly better than the control on held-out images as they are.
  package var isClearlyBeaten: Bool { heldOutTest.isBetter && heldOutTest.p < Self.significance }

  /// What it means that the control is not clearly beaten, for people; nil where it is beaten.
  ///
  /// - Parameter fidelity: the training's own, on held-out images as they are.
  package func doubt(fidelity: Fidelity) -> String? {
    guard !isClearlyBeaten else { return nil }
    func percent(_ fidelity: Fidelity) -> String { String(format: "%.0f %%", 100 * fidelity.top1Agreement) }
    return
      "does not clearly beat \(kind.name): on \(fidelity.imageCount) held-out images the reasoning network agrees with the "
      + "classifier on \(percent(fidelity)), the control on \(percent(heldOut)) (p = "
      + String(format: "%.2g", heldOutTest.p) + "); \(kind.meaning)"
  }
}

/// How two networks compare on the same images.
package struct PairedComparison: Sendable, Equatable {
  package var agreementP: Double
  package var marginP: Double
  package var isBetter: Bool

  package init(agreementP: Double, marginP: Double, isBetter: Bool) {
    (self.agreementP, self.marginP, self.isBetter) = (agreementP, marginP, isBetter)
  }

  /// The smaller of two p, doubled (Bonferroni).
  package var p: Double { min(1, 2 * min(agreementP, marginP)) }
}

extension TrainingControl: StoredRecord {
  package static let partName: String? = "TrainingControl"
  package static var blank: TrainingControl {
    TrainingControl(
      kind: .shuffledTargets, refits: 0, heldOut: .blank, masked: .blank, heldOutTest: .blank, maskedTest: .blank)
  }

  package static let fields = FieldList<TrainingControl>([
    .field(
      "kind", \.kind, .word(TrainingControlKind.self),
      "What was removed: each image's own outputs of the classifier, the geometry of its edges, its concepts, which random patches of the "
        + "image replace, or, in an evaluation, all relations."),
    .field("refits", \.refits, .count, "Fits whose mean the fidelities are."),
    .field("heldOut", \.heldOut, Fidelity.type, "Of the control, on the training's held-out images as they are."),
    .field("masked", \.masked, Fidelity.type, "On the same images with concepts masked."),
    .derived("p", .score, "Of the training against the control on held-out images as they are.") { $0.heldOutTest.p },
    .derived("clearlyBeaten", .bool, "Whether the training is better, with p below 0.01.") { $0.isClearlyBeaten },
    .group(
      "tests", "Paired by image.",
      [
        .field("heldOut", \.heldOutTest, PairedComparison.type, "On held-out images as they are."),
        .field("masked", \.maskedTest, PairedComparison.type, "On the same images with concepts masked."),
      ]),
  ])
}

extension PairedComparison: StoredRecord {
  package static let partName: String? = "PairedComparison"
  package static var blank: PairedComparison { PairedComparison(agreementP: 1, marginP: 1, isBetter: false) }

  package static let fields = FieldList<PairedComparison>([
    .field(
      "agreementP", \.agreementP, .score,
      "Two-sided, of the exact sign test (McNemar's) of agreement with the classifier."),
    .field(
      "marginP", \.marginP, .score,
      "Two-sided, of Wilcoxon's signed-rank test of the squared errors of the margins."),
    .derived("p", .score, "The smaller of the two, doubled (Bonferroni).") { $0.p },
    .field(
      "better", \.isBetter, .bool, "Whether the training is better by the measure with the smaller p."),
  ])
}
