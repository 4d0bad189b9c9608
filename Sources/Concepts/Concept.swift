import Images
import Tensors

/// One visual concept of a class: a cluster of image patches that the network sees alike, and what it means to the class.
package struct Concept: Sendable {
  /// Stable identity within the bank.
  package var id: String
  /// What people call it; a generated name until someone renames it.
  package var name: String
  /// The class it was found for.
  package var classIndex: Int
  /// 1 for the most important concept of its class.
  package var rank: Int
  /// Centre of its cluster in embedding space: D values.
  package var center: [Float]
  /// Distance up to which a patch counts as this concept: the 95th percentile of its members' distances.
  package var threshold: Float
  /// Its members, nearest the centre first.
  package var patches: [ConceptPatch]
  /// How many patches its cluster had.
  package var size: Int
  /// Its importance for the class.
  package var tcav: TCAVSummary
  /// Mean held-out accuracy of its CAVs' linear classifiers.
  package var cavAccuracy: Double
  /// One concept activation vector per random set, each of unit length: D values in the space of `center`.
  package var cavs: [[Float]]

  package init(
    id: String, name: String, classIndex: Int, rank: Int, center: [Float], threshold: Float, patches: [ConceptPatch],
    size: Int, tcav: TCAVSummary, cavAccuracy: Double, cavs: [[Float]]
  ) {
    self.id = id
    self.name = name
    self.classIndex = classIndex
    self.rank = rank
    self.center = center
    self.threshold = threshold
    self.patches = patches
    self.size = size
    self.tcav = tcav
    self.cavAccuracy = cavAccuracy
    self.cavs = cavs
  }
}

/// A patch that belongs to a concept.
package struct ConceptPatch: Sendable {
  /// Index of its image in the images given to discovery.
  package var imageIndex: Int
  /// Its bounding box in pixels of the network's input.
  package var box: Box
  /// Its pixels, in the frame of the network's input.
  package var mask: Mask
  /// Euclidean distance of its embedding from the concept's centre.
  package var distance: Float

  package init(imageIndex: Int, box: Box, mask: Mask, distance: Float) {
    self.imageIndex = imageIndex
    self.box = box
    self.mask = mask
    self.distance = distance
  }
}

/// TCAV scores of a concept over the random sets.
package struct TCAVSummary: Sendable, Equatable {
  /// Mean score over the random sets, in [0, 1].
  package var mean: Double
  /// Standard deviation over the random sets.
  package var standardDeviation: Double
  /// Two-sided p of the t-test against random-against-random scores; nil where every score agrees and the test is undefined.
  package var pValue: Double?
  /// Mean directional derivative in units of its spread over random CAVs: the graded measure that ranks concepts where the
  /// layer is degenerate.
  package var effect: Double
  /// The scores, one per random set.
  package var scores: [Double]
  /// What the test says among those of all candidates; nil for a concept that was merged or comes from elsewhere.
  package var significance: TCAVSignificance?

  /// The probability with which `confidenceInterval` holds the mean.
  package static let confidence = 0.95

  /// The interval that holds the mean score over all random sets there could be, by Student's t over those there were, cut to
  /// 0...1; nil for fewer than two sets. A point where every score agrees.
  package var confidenceInterval: ClosedRange<Double>? {
    Statistics.meanInterval(scores, confidence: Self.confidence)?.clamped(to: 0...1)
  }

  package init(
    mean: Double, standardDeviation: Double, pValue: Double?, effect: Double, scores: [Double],
    significance: TCAVSignificance? = nil
  ) {
    self.mean = mean
    self.standardDeviation = standardDeviation
    self.pValue = pValue
    self.effect = effect
    self.scores = scores
    self.significance = significance
  }
}

/// What the test of a concept says among those of all candidates that were tested with it.
package struct TCAVSignificance: Sendable, Equatable {
  /// What the concept was judged by.
  package var measure: TCAVMeasure
  /// Two-sided p of that, corrected; nil where the test is undefined.
  package var correctedPValue: Double?
  /// What it was corrected by.
  package var correction: PValueCorrection
  /// The tests that it was corrected for: one a candidate.
  package var tests: Int

  package init(measure: TCAVMeasure, correctedPValue: Double?, correction: PValueCorrection, tests: Int) {
    self.measure = measure
    self.correctedPValue = correctedPValue
    self.correction = correction
    self.tests = tests
  }
}

/// What tells a concept from chance.
package enum TCAVMeasure: String, Sendable, CaseIterable {
  /// The TCAV scores.
  case scores
  /// The mean directional derivatives: where every score agrees, or the layer is degenerate.
  case derivatives
}
