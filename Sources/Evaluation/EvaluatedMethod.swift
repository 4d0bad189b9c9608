import Base
import Concepts
import Images
import Structure

/// The method, as one run of an evaluation asks for it: with a bank of its own, that nobody else sees. Whoever runs the method implements it.
///
/// Classes are named by their position among those that are evaluated.
package protocol EvaluatedMethod {
  /// Finds the concepts of a class.
  func discover(
    _ position: Int, images: [ImageSource], random: [ImageSource], options: DiscoveryOptions, monitor: WorkMonitor
  ) throws -> FoundConcepts

  /// The same method with another bank of its own.
  func apart() -> any EvaluatedMethod

  /// What ranks the concepts that were found once more; nil where the classifier's weights cannot be shuffled.
  ///
  /// - Parameters:
  ///   - random: images of anything.
  ///   - seed: by which weights are shuffled.
  func ranking(
    random: [ImageSource], seed: UInt64, options: DiscoveryOptions, monitor: WorkMonitor
  ) throws -> (any ConceptRanking)?

  /// Trains a reasoning network on the concepts that were found.
  ///
  /// - Parameters:
  ///   - measuring: images that nothing is fitted on.
  ///   - comparesNodesOnly: whether a network without relations is fitted as a control as well.
  func train(
    images: [[ImageSource]], measuring: [ImageSource], comparesNodesOnly: Bool, options: TrainingOptions,
    monitor: WorkMonitor
  ) throws -> any EvaluatedNetwork
}

/// The concepts of a class.
package struct FoundConcepts: Sendable {
  /// By rank.
  package var concepts: [Concept]
  /// The layer at which they were sought.
  package var layer: String
  /// Files passed over.
  package var skipped: [SkippedImage]

  package init(concepts: [Concept], layer: String, skipped: [SkippedImage]) {
    self.concepts = concepts
    self.layer = layer
    self.skipped = skipped
  }
}

/// Ranks concepts that are known once more.
package protocol ConceptRanking {
  /// The importance of each concept of the class at a position; nil for one that cannot be tested.
  ///
  /// - Parameters:
  ///   - seed: of the random sets.
  ///   - isShuffled: whether the classifier's weights are shuffled.
  func importance(
    ofClass position: Int, seed: UInt64, isShuffled: Bool, monitor: WorkMonitor
  ) throws -> [Double?]
}

/// A reasoning network that a run trained.
package protocol EvaluatedNetwork {
  /// What training said of it.
  var training: TrainingOutcome { get }
  /// One image as it and the classifier see it.
  func read(_ source: ImageSource, monitor: WorkMonitor) throws -> any EvaluatedImage
}

/// What a training says of its reasoning network.
package struct TrainingOutcome: Sendable {
  /// The concepts of its nodes, by class.
  package var concepts: [[Concept]]
  /// What of an image's graphs is hidden as parts of it are masked.
  package var plan: MaskedVariantPlan
  /// Fidelity on held-out images as they are.
  package var heldOut: Fidelity
  /// Fidelity on held-out images with concepts masked.
  package var masked: Fidelity
  /// What is left of fidelity without what the network should have learnt by.
  package var controls: [TrainingControl]
  /// Files passed over.
  package var skipped: [SkippedImage]

  package init(
    concepts: [[Concept]], plan: MaskedVariantPlan, heldOut: Fidelity, masked: Fidelity, controls: [TrainingControl],
    skipped: [SkippedImage]
  ) {
    self.concepts = concepts
    self.plan = plan
    self.heldOut = heldOut
    self.masked = masked
    self.controls = controls
    self.skipped = skipped
  }
}

/// One held-out image, and what can be asked about it.
package protocol EvaluatedImage: ImageQuestions {
  /// Edits the concept of a node of the classifier's choice; nil where nothing changed.
  func effect(of edit: TrialEdit, at node: Int, seed: UInt64) throws -> EditEffect?
}

/// An edit that is tried on a concept.
package enum TrialEdit: Sendable {
  /// A random patch of another image takes its place.
  case random
  /// It moves to a point in [0, 1]² of the network's input.
  case move(to: (x: Double, y: Double))
}

/// What an edit did.
package struct EditEffect: Sendable, Equatable {
  /// Whether an edited part changed most.
  package var isFirst: Bool
  /// The edited parts' share of the change.
  package var share: Double

  package init(isFirst: Bool, share: Double) {
    self.isFirst = isFirst
    self.share = share
  }
}
