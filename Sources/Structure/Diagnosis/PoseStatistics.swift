import Tensors

/// Where each concept of a class lies in images that are classified correctly and in those that are not: a difference
/// suggests a pose that the classifier has not learnt.
package struct PoseStatistics: Sendable {
  /// A concept that lies elsewhere in mistakes.
  package struct Finding: Sendable {
    package var className: String
    package var concept: String
    /// "left", "right", "high" or "low": where it lies in mistakes, against where it lies otherwise.
    package var place: String
    package var opposite: String
    /// Mean position along the axis in mistakes and otherwise, in [0, 1].
    package var wrong: Double
    package var right: Double
    /// Two-sided p of Welch's t-test, after Bonferroni's correction.
    package var p: Double
  }

  private struct Positions: Sendable {
    var correct: [(x: Double, y: Double)] = []
    var wrong: [(x: Double, y: Double)] = []
  }

  private let classes: [DiagnosedClass]
  /// By class index, then node.
  private var positions: [Int: [Positions]] = [:]

  static let significance = 0.01
  /// Differences of mean positions below this share of the image do not count as a pose.
  static let smallestShift = 0.1
  private static let fewestPositions = 3

  /// - Parameter classes: those of the reasoning network.
  package init(classes: [DiagnosedClass]) {
    self.classes = classes
    for entry in classes { positions[entry.index] = entry.concepts.map { _ in Positions() } }
  }

  /// Counts where an image of a class shows the class's concepts.
  package mutating func add(_ graph: ConceptGraph, isCorrect: Bool) {
    for (index, node) in graph.nodes.enumerated()
    where node.detected && positions[graph.classIndex]?.indices.contains(index) == true {
      let place = (Double(node.center.x), Double(node.center.y))
      if isCorrect {
        positions[graph.classIndex]?[index].correct.append(place)
      } else {
        positions[graph.classIndex]?[index].wrong.append(place)
      }
    }
  }

  /// The significant differences, clearest first.
  package func findings() -> [Finding] {
    let axes: [(name: (Double, Double) -> Double, low: String, high: String)] = [
      ({ x, _ in x }, "left", "right"), ({ _, y in y }, "high", "low"),
    ]
    let tests = positions.values.reduce(0) { $0 + $1.count } * axes.count
    var findings: [Finding] = []
    for entry in classes {
      for (concept, places) in zip(entry.concepts, positions[entry.index] ?? [])
      where min(places.correct.count, places.wrong.count) >= Self.fewestPositions {
        for axis in axes {
          let (right, wrong) = (places.correct.map(axis.name), places.wrong.map(axis.name))
          guard let p = Statistics.welchTTest(wrong, right)?.pValue, let before = Statistics.mean(right),
            let after = Statistics.mean(wrong), p * Double(tests) < Self.significance,
            abs(after - before) >= Self.smallestShift
          else { continue }
          findings.append(
            Finding(
              className: entry.name, concept: concept.name, place: after < before ? axis.low : axis.high,
              opposite: after < before ? axis.high : axis.low, wrong: after, right: before, p: p * Double(tests)))
        }
      }
    }
    return findings.sorted { $0.p < $1.p }
  }
}
