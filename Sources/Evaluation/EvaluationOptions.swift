import Concepts
import Structure

/// What an evaluation measures and how (METHOD section 7).
package struct EvaluationOptions: Sendable {
  /// Runs of the whole method, with seeds that follow each other.
  package var seeds = 3
  /// The first seed. It also decides what is held out, for all runs alike.
  package var seed: UInt64 = 0
  /// Share of each class's images that nothing is fitted on and that everything is measured on.
  package var holdout = 0.25
  /// Most images of a class that are held out.
  package var maxHeldOut = 50
  /// What is measured.
  package var measures = Set(EvaluationGroup.allCases)
  /// Edits of each kind tried in each held-out image.
  package var edits = 1
  /// Random patches of its shape that masking each concept is compared with, where signs are measured; 0 for none.
  package var randomPatches = 10
  /// Random orders that concepts are masked in, to hold the explanation's order against.
  package var randomOrders = 5
  /// Options of the discoveries; the seed is the run's.
  package var discovery = DiscoveryOptions()
  /// Options of the trainings; the seed is the run's, and there is at least one control of each kind where controls are measured.
  package var training = TrainingOptions()
  /// The layer; the model's default where nil.
  package var layer: String?
  /// What people ask of measures, by name.
  package var thresholds: [String: Double] = [:]

  package init() {}
}

/// What is measured together.
package enum EvaluationGroup: String, Sendable, CaseIterable {
  /// Whether contributions add up to the output.
  case completeness
  /// How well the reasoning network follows the classifier.
  case fidelity
  /// The same against controls.
  case controls
  /// What relations add to nodes.
  case relations
  /// Whether contributions have the sign of the classifier's reaction to masking.
  case signs
  /// Whether an edit changes what was edited.
  case locality
  /// What becomes of the class as concepts are masked and put back.
  case curves
  /// What stays with another seed.
  case stability
  /// Whether the concepts' ranks go when the network's weights do.
  case sanity
}
