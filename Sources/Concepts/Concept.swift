import Images
import Tensors

/// A visual concept of a class: a cluster of patches that look alike to the network, and how important it is for the
/// class.
package struct Concept: Sendable {
  package var id: String
  /// What people call it; a generated name until someone renames it.
  package var name: String
  package var classIndex: Int
  /// 1 for the most important concept of its class.
  package var rank: Int
  /// Centre of its cluster in embedding space: D values.
  package var center: [Float]
  /// Distance up to which a patch counts as this concept: the 95th percentile of its members' distances.
  package var threshold: Float
  /// Its members, nearest the centre first.
  package var patches: [ConceptPatch]
  /// Patches in its cluster.
  package var size: Int
  /// Its importance for the class.
  package var tcav: TCAVSummary
  /// Mean held-out accuracy of its CAVs' linear classifiers.
  package var cavAccuracy: Double
  /// One concept activation vector per random set, each of unit length: D values in the space of `center`.
  package var cavs: [[Float]]
  package var measures = ConceptMeasures()

  /// Distance of the nearest patch up to which an image shows the concept at all.
  package var seenWithin: Float { min(threshold, measures.detection?.threshold ?? threshold) }

  package init(
    id: String, name: String, classIndex: Int, rank: Int, center: [Float], threshold: Float, patches: [ConceptPatch],
    size: Int, tcav: TCAVSummary, cavAccuracy: Double, cavs: [[Float]], measures: ConceptMeasures = ConceptMeasures()
  ) {
    self.measures = measures
    (self.id, self.name, self.classIndex, self.rank, self.center) = (id, name, classIndex, rank, center)
    (self.threshold, self.patches, self.size, self.tcav) = (threshold, patches, size, tcav)
    (self.cavAccuracy, self.cavs) = (cavAccuracy, cavs)
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
    (self.imageIndex, self.box, self.mask, self.distance) = (imageIndex, box, mask, distance)
  }
}

/// TCAV scores of a concept over the random sets.
package struct TCAVSummary: Sendable, Equatable {
  /// Mean score over the random sets, in [0, 1].
  package var mean: Double
  /// Standard deviation over the random sets.
  package var standardDeviation: Double
  /// Two-sided p of the t-test against random-against-random scores; nil where all scores are equal and the test is
  /// undefined.
  package var pValue: Double?
  /// Mean directional derivative in units of its spread over random CAVs: the graded measure that ranks concepts where
  /// the layer is degenerate.
  package var effect: Double
  /// The scores, one per random set.
  package var scores: [Double]
  /// The test's result, corrected over all candidates; nil for a concept that was merged or comes from elsewhere.
  package var significance: TCAVSignificance?

  /// The probability with which `confidenceInterval` holds the mean.
  package static let confidence = 0.95

  /// The interval that holds the mean score over all possible random sets, by Student's t over those that were drawn,
  /// cut to 0...1; nil for fewer than two sets. A single point where all scores are equal.
  package var confidenceInterval: ClosedRange<Double>? {
    Statistics.meanInterval(scores, confidence: Self.confidence)?.clamped(to: 0...1)
  }

  package init(
    mean: Double, standardDeviation: Double, pValue: Double?, effect: Double, scores: [Double],
    significance: TCAVSignificance? = nil
  ) {
    (self.mean, self.standardDeviation, self.pValue, self.effect) = (mean, standardDeviation, pValue, effect)
    (self.scores, self.significance) = (scores, significance)
  }
}

/// The result of a concept's test, corrected over all candidates that were tested with it.
package struct TCAVSignificance: Sendable, Equatable {
  package var measure: TCAVMeasure
  /// Two-sided p of the measure, corrected; nil where the test is undefined.
  package var correctedPValue: Double?
  package var correction: PValueCorrection
  /// The tests that p is corrected for: one per candidate.
  package var tests: Int

  package init(measure: TCAVMeasure, correctedPValue: Double?, correction: PValueCorrection, tests: Int) {
    (self.measure, self.correctedPValue, self.correction, self.tests) = (measure, correctedPValue, correction, tests)
  }
}

/// What distinguishes a concept from chance.
package enum TCAVMeasure: String, Sendable, CaseIterable {
  /// The TCAV scores.
  case scores
  /// The mean directional derivatives: where all scores are equal, or the layer is degenerate.
  case derivatives
}
