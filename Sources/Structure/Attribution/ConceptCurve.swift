import Foundation

/// How a class's probability and margin change as its concepts are masked one after another, and as they are put back
/// (concept deletion and insertion, C-Del and C-Ins; smallest destroying and smallest sufficient concepts, SDC and SSC,
/// of Ghorbani et al. 2019).
package struct ConceptCurve: Sendable, Equatable {
  /// The class's probability with the first 0, 1, … n concepts of the order masked.
  package var deletion: [Double]
  /// The class's probability with all concepts masked, then with the first 1, … n of the order put back.
  package var insertion: [Double]
  /// The class's margin, its logit less the mean of the other classes', as in `deletion`: it says more where
  /// probabilities are close to 1.
  package var deletionMargin: [Double]
  /// The class's margin as in `insertion`.
  package var insertionMargin: [Double]
  /// How many concepts of the order must be masked until the classifier no longer predicts the class; nil where it
  /// always does.
  package var smallestDestroying: Int?
  /// How many must be put back until it predicts the class again; 0 where it always does.
  package var smallestSufficient: Int?

  /// The classifier's answer for an image in which concepts are masked.
  package struct Outcome: Sendable, Equatable {
    package var probability: Double
    package var margin: Double
    /// Whether the class has the largest logit of all classes.
    package var isChosen: Bool

    /// The outcome for the class at `position`, from the logits of all classes.
    package init(logits: [Double], of position: Int) {
      let largest = logits.max() ?? 0
      let weights = logits.map { exp($0 - largest) }
      probability = logits.indices.contains(position) ? weights[position] / weights.reduce(0, +) : 0
      margin = ClassMargin.of(position, in: logits)
      isChosen = ClassChoice.position(in: logits) == position
    }
  }

  /// - Parameters:
  ///   - order: concepts, most important first.
  ///   - outcome: the classifier's answer with a set of them masked.
  package init(order: [Int], outcome: (_ hidden: Set<Int>) throws -> Outcome) rethrows {
    let deletions = try Self.deletions(order).map(outcome)
    let insertions = try Self.insertions(order).map(outcome)
    deletion = deletions.map(\.probability)
    insertion = insertions.map(\.probability)
    deletionMargin = deletions.map(\.margin)
    insertionMargin = insertions.map(\.margin)
    smallestDestroying = deletions.firstIndex { !$0.isChosen }
    smallestSufficient = insertions.firstIndex { $0.isChosen }
  }

  /// The masked concepts after the first 0, 1, … n of an order are masked.
  package static func deletions(_ order: [Int]) -> [Set<Int>] { (0...order.count).map { Set(order.prefix($0)) } }

  /// The masked concepts after the first 0, 1, … n of an order are put back.
  package static func insertions(_ order: [Int]) -> [Set<Int>] { (0...order.count).map { Set(order.dropFirst($0)) } }

  /// The area under a curve of width 1 over evenly spaced places, by trapezoids. Nil for fewer than two places.
  package static func area(under values: [Double]) -> Double? {
    guard values.count > 1, let first = values.first, let last = values.last else { return nil }
    return (values.reduce(0, +) - (first + last) / 2) / Double(values.count - 1)
  }

  /// A curve over evenly spaced places in [0, 1], interpolated linearly at `count` places, so that curves of images
  /// with different numbers of concepts can be averaged.
  package static func resampled(_ values: [Double], count: Int) -> [Double] {
    guard values.count > 1, count > 1 else { return [Double](repeating: values.first ?? 0, count: max(0, count)) }
    return (0..<count).map { place in
      let position = Double(place) / Double(count - 1) * Double(values.count - 1)
      let lower = min(Int(position), values.count - 2)
      return values[lower] + (values[lower + 1] - values[lower]) * (position - Double(lower))
    }
  }
}
