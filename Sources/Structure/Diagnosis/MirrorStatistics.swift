import Concepts
import Images
import Tensors

/// Mistakes of a class that vanish when the image is mirrored, while the class's concepts were found on one side only:
/// the classifier knows the class in one pose and not in the other.
///
/// The classifier itself shows whether mistakes come from the pose. The concepts' exemplars, from images like those it
/// was trained on, show which pose it knows; in misclassified images the concepts may not even be recognised.
package struct MirrorStatistics: Sendable {
  /// A class that is known on one side only.
  package struct Finding: Sendable {
    package var className: String
    package var concept: String
    /// "left" or "right": where the concept lies in images that the training data lack.
    package var place: String
    package var opposite: String
    /// The concept's mean position across its exemplars, in [0, 1] of the width.
    package var usual: Double
    /// Mistakes of the class, and how many of them the classifier gets right when mirrored.
    package var mistakes: Int
    package var corrected: Int
    /// Two-sided p of a t-test of the exemplars' positions against the middle, after Bonferroni's correction.
    package var p: Double
  }

  private let classes: [DiagnosedClass]
  /// By class.
  private var mistakes: [Int]
  private var corrected: [Int]

  static let significance = 0.01
  /// Least share of a class's mistakes that mirroring must correct, and their least number.
  static let leastShare = 0.5
  static let fewestCorrected = 4
  /// Mean positions nearer to the middle than this share of the width do not count as a pose.
  static let smallestShift = 0.06
  private static let middle = 0.5

  /// - Parameter classes: those of the reasoning network, in its order.
  package init(classes: [DiagnosedClass]) {
    self.classes = classes
    mistakes = classes.map { _ in 0 }
    corrected = mistakes
  }

  /// Counts a mistake about the class at `truth`, and whether the classifier gets the mirrored image right.
  package mutating func add(truth: Int, isCorrected: Bool) {
    guard mistakes.indices.contains(truth) else { return }
    mistakes[truth] += 1
    if isCorrected { corrected[truth] += 1 }
  }

  /// At most one per class, by the concept that lies to a side most clearly; the class with the most corrected mistakes
  /// first.
  package func findings() -> [Finding] {
    let suspects = mistakes.indices.filter {
      corrected[$0] >= Self.fewestCorrected && Double(corrected[$0]) >= Self.leastShare * Double(mistakes[$0])
    }
    let tests = Double(suspects.reduce(0) { $0 + classes[$1].concepts.count })
    return suspects.compactMap { position -> Finding? in
      let entry = classes[position]
      let sides = entry.concepts.compactMap { concept -> Finding? in
        let places = concept.patches.compactMap { $0.mask.centroid?.x }
        guard let p = Statistics.oneSampleTTest(places, mean: Self.middle)?.pValue, let mean = Statistics.mean(places),
          p * tests < Self.significance, abs(mean - Self.middle) >= Self.smallestShift
        else { return nil }
        return Finding(
          className: entry.name, concept: concept.name, place: mean > Self.middle ? "left" : "right",
          opposite: mean > Self.middle ? "right" : "left", usual: mean, mistakes: mistakes[position],
          corrected: corrected[position], p: p * tests)
      }
      return sides.min { $0.p < $1.p }
    }.sorted { $0.corrected > $1.corrected }
  }
}
