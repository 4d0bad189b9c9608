import Base
import Concepts
import Images
import Structure

/// What a run of an evaluation needs of the method, with a bank of its own that nobody else sees. The host implements
/// it.
///
/// Classes are given by their position among the evaluated ones.
package protocol EvaluatedMethod {
  /// Finds the concepts of a class.
  func discover(
    _ position: Int, images: [ImageSource], random: [ImageSource], options: DiscoveryOptions, monitor: WorkMonitor
  ) throws -> FoundConcepts

  /// The same method with another bank of its own.
  func apart() -> any EvaluatedMethod

  /// Ranks the concepts that were found again; nil where the classifier's weights cannot be shuffled.
  ///
  /// - Parameter seed: shuffles the weights.
  func ranking(
    random: [ImageSource], seed: UInt64, options: DiscoveryOptions, monitor: WorkMonitor
  ) throws -> (any ConceptRanking)?

  /// Trains a reasoning network on the concepts that were found.
  ///
  /// - Parameters:
  ///   - measuring: held-out images.
  ///   - comparesNodesOnly: whether a network without relations is fitted as a control as well.
  func train(
    images: [[ImageSource]], measuring: [ImageSource], comparesNodesOnly: Bool, options: TrainingOptions,
    monitor: WorkMonitor
  ) throws -> any EvaluatedNetwork
}

package struct FoundConcepts: Sendable {
  /// By rank.
  package var concepts: [Concept]
  package var layer: String
  package var skipped: [SkippedImage]

  package init(concepts: [Concept], layer: String, skipped: [SkippedImage]) {
    (self.concepts, self.layer, self.skipped) = (concepts, layer, skipped)
  }
}

/// Ranks known concepts again.
package protocol ConceptRanking {
  /// The importance of each concept of the class at a position; nil for a concept that cannot be tested.
  ///
  /// - Parameters:
  ///   - seed: of the random sets.
  ///   - isShuffled: whether the classifier's weights are shuffled.
  func importance(
    ofClass position: Int, seed: UInt64, isShuffled: Bool, monitor: WorkMonitor
  ) throws -> [Double?]
}

/// The reasoning network of a run.
package protocol EvaluatedNetwork {
  var training: TrainingOutcome { get }
  /// One image as the reasoning network and the classifier see it.
  func read(_ source: ImageSource, monitor: WorkMonitor) throws -> any EvaluatedImage
}

/// What a run needs of a training.
package struct TrainingOutcome: Sendable {
  /// The concepts of its nodes, by class.
  package var concepts: [[Concept]]
  /// Says which nodes of an image's graphs a mask hides.
  package var plan: MaskedVariantPlan
  /// Fidelity on held-out images as they are.
  package var heldOut: Fidelity
  /// Fidelity on held-out images with concepts masked.
  package var masked: Fidelity
  package var controls: [TrainingControl]
  package var skipped: [SkippedImage]

  package init(
    concepts: [[Concept]], plan: MaskedVariantPlan, heldOut: Fidelity, masked: Fidelity, controls: [TrainingControl],
    skipped: [SkippedImage]
  ) {
    (self.concepts, self.plan, self.heldOut, self.masked, self.controls) = (concepts, plan, heldOut, masked, controls)
    self.skipped = skipped
  }
}

/// One held-out image and its questions.
package protocol EvaluatedImage: ImageQuestions {
  /// Edits the concept of a node in the predicted class's graph; nil where nothing changed.
  func effect(of edit: TrialEdit, at node: Int, seed: UInt64) throws -> EditEffect?
}

/// An edit of a concept.
package enum TrialEdit: Sendable {
  /// A random patch of another image takes its place.
  case random
  /// It moves to a point in [0, 1]² of the network's input.
  case move(to: (x: Double, y: Double))
}

/// The effect of an edit.
package struct EditEffect: Sendable, Equatable {
  /// Whether an edited node or edge changed most.
  package var isFirst: Bool
  /// The share of the change at edited nodes and edges.
  package var share: Double

  package init(isFirst: Bool, share: Double) {
    (self.isFirst, self.share) = (isFirst, share)
  }
}
