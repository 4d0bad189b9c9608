import Fields
import Foundation

/// What a control takes from a training, to see whether it was that which the network learnt by (METHOD section 7).
package enum TrainingControlKind: String, Sendable, CaseIterable {
  /// Each image's graphs go with another image's logits: nothing can be learnt but how often each class is chosen.
  case shuffledTargets
  /// Each image's edges have another image's geometry: what concepts look like stays, where they are is lost.
  case shuffledEdges
  /// Each node takes a random patch of the image instead of its concept's: what the image shows stays, concepts are lost.
  case randomConcepts
  /// The network has no relations. Fitted where it is asked for, to see what they are worth.
  case nodesOnly
}

extension TrainingControlKind {
  /// What people call it.
  package var name: String {
    switch self {
    case .shuffledTargets: "shuffled targets"
    case .shuffledEdges: "shuffled edges"
    case .randomConcepts: "random concepts"
    case .nodesOnly: "nodes alone"
    }
  }

  /// What it may mean that a training does not clearly beat it.
  package var meaning: String {
    switch self {
    case .shuffledTargets: "the graphs may say nothing of the classifier's choice"
    case .shuffledEdges:
      "where the concepts lie may say nothing of the classifier's choice, so do not lean on relations"
    case .randomConcepts:
      "random patches may serve as well as the concepts, so do not lean on which concept is named"
    case .nodesOnly: "relations may say nothing of the classifier's choice, so do not lean on them"
    }
  }
}

/// A training fitted once more without what it should have learnt by, and how its fidelity stands to that of the training itself, on the
/// same held-out images.
///
/// A surrogate can follow a classifier closely with explanations that mean nothing (SURF, arXiv 2504.10833): fidelity counts for what
/// it has over that of the controls.
package struct TrainingControl: Sendable, Equatable {
  /// What was taken away.
  package var kind: TrainingControlKind
  /// Fits whose mean the fidelities are.
  package var refits: Int
  /// Fidelity on held-out images as they are.
  package var heldOut: Fidelity
  /// Fidelity on masked variants of the same images.
  package var masked: Fidelity
  /// The training against the control on held-out images as they are.
  package var heldOutTest: PairedComparison
  /// The same on their masked variants, by image.
  package var maskedTest: PairedComparison

  package init(
    kind: TrainingControlKind, refits: Int, heldOut: Fidelity, masked: Fidelity, heldOutTest: PairedComparison,
    maskedTest: PairedComparison
  ) {
    self.kind = kind
    self.refits = refits
    self.heldOut = heldOut
    self.masked = masked
    self.heldOutTest = heldOutTest
    self.maskedTest = maskedTest
  }

  /// Largest p at which a training counts as better.
  package static let significance = 0.01

  /// Whether the training is significantly better than the control on held-out images as they are.
  package var isClearlyBeaten: Bool { heldOutTest.isBetter && heldOutTest.p < Self.significance }

  /// What a control that is not clearly beaten means, for people; nil where it is beaten.
  ///
  /// - Parameter fidelity: the training's own, on held-out images as they are.
  package func doubt(fidelity: Fidelity) -> String? {
    guard !isClearlyBeaten else { return nil }
    func percent(_ fidelity: Fidelity) -> String { String(format: "%.0f %%", 100 * fidelity.top1Agreement) }
    return
      "does not clearly beat \(kind.name): on \(fidelity.imageCount) held-out images the graph network agrees with the "
      + "classifier on \(percent(fidelity)), the control on \(percent(heldOut)) (p = "
      + String(format: "%.2g", heldOutTest.p) + "); \(kind.meaning)"
  }
}

/// How two networks compare on the same images.
package struct PairedComparison: Sendable, Equatable {
  /// Two-sided p of the exact sign test of how often each agrees with the classifier, image by image: McNemar's where an image counts once.
  package var agreementP: Double
  /// Two-sided p of Wilcoxon's signed-rank test of the squared errors of the margins, image by image.
  package var marginP: Double
  /// Whether the first is the better one in what the smaller p is of.
  package var isBetter: Bool

  package init(agreementP: Double, marginP: Double, isBetter: Bool) {
    self.agreementP = agreementP
    self.marginP = marginP
    self.isBetter = isBetter
  }

  /// The smaller p, doubled as it is chosen of two (Bonferroni).
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
      "What was taken away: each image's own outputs of the classifier, the geometry of its edges, its concepts, for which random "
        + "patches of the image stand, or, in an evaluation, all relations."),
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
    .derived("p", .score, "The smaller of the two, doubled because it is chosen.") { $0.p },
    .field(
      "better", \.isBetter, .bool, "Whether the training is the better one in what the smaller p is of."),
  ])
}
