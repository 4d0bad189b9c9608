import Foundation
import Structure
import Testing

@Suite struct ConceptCurveTests {
  /// A class that concept 0 gives 0.5, concept 1 0.3 and concept 2 nothing, and that is chosen from 0.4 on.
  private func outcome(_ hidden: Set<Int>) -> ConceptCurve.Outcome {
    var outcome = ConceptCurve.Outcome(logits: [], of: 0)
    outcome.probability = (hidden.contains(0) ? 0 : 0.5) + (hidden.contains(1) ? 0 : 0.3) + 0.1
    outcome.margin = 10 * outcome.probability
    outcome.isChosen = outcome.probability >= 0.4
    return outcome
  }

  private func isClose(_ values: [Double], _ expected: [Double]) -> Bool {
    values.count == expected.count && zip(values, expected).allSatisfy { abs($0 - $1) < 1e-12 }
  }

  @Test func theBestOrderFallsAndRisesFastest() {
    let best = ConceptCurve(order: [0, 1, 2], outcome: outcome)
    #expect(isClose(best.deletion, [0.9, 0.4, 0.1, 0.1]) && isClose(best.insertion, [0.1, 0.6, 0.9, 0.9]))
    #expect(isClose(best.deletionMargin, [9, 4, 1, 1]) && isClose(best.insertionMargin, [1, 6, 9, 9]))
    #expect(best.smallestDestroying == 2 && best.smallestSufficient == 1)
    let worst = ConceptCurve(order: [2, 1, 0], outcome: outcome)
    #expect(isClose(worst.deletion, [0.9, 0.9, 0.6, 0.1]) && isClose(worst.insertion, [0.1, 0.1, 0.4, 0.9]))
    #expect(worst.smallestDestroying == 3 && worst.smallestSufficient == 2)
    // (0.9 + 0.1) / 2 + 0.4 + 0.1 over three steps.
    #expect(abs((ConceptCurve.area(under: best.deletion) ?? 0) - 1.0 / 3) < 1e-12)
    #expect(abs((ConceptCurve.area(under: worst.deletion) ?? 0) - 2.0 / 3) < 1e-12)
  }

  @Test func whatIsNeverLostHasNoSmallestSet() {
    let curve = ConceptCurve(order: [2], outcome: outcome)
    #expect(curve.smallestDestroying == nil && curve.smallestSufficient == 0)
  }

  @Test func setsFollowTheOrder() {
    #expect(ConceptCurve.deletions([3, 1]) == [[], [3], [1, 3]])
    #expect(ConceptCurve.insertions([3, 1]) == [[1, 3], [1], []])
    #expect(ConceptCurve.deletions([]) == [[]])
  }

  @Test func curvesOfDifferentLengthsMeet() {
    #expect(isClose(ConceptCurve.resampled([1, 0], count: 5), [1, 0.75, 0.5, 0.25, 0]))
    #expect(isClose(ConceptCurve.resampled([1, 0.5, 0.5], count: 3), [1, 0.5, 0.5]))
    #expect(
      isClose(ConceptCurve.resampled([0.5], count: 2), [0.5, 0.5]) && ConceptCurve.resampled([], count: 0).isEmpty)
    #expect(ConceptCurve.area(under: [1]) == nil)
  }

  @Test func outcomesComeFromLogits() {
    let outcome = ConceptCurve.Outcome(logits: [2, 0, 1], of: 0)
    #expect(abs(outcome.probability - exp(2) / (exp(2) + 1 + exp(1))) < 1e-12)
    #expect(outcome.margin == 1.5 && outcome.isChosen)
    #expect(!ConceptCurve.Outcome(logits: [2, 0, 1], of: 2).isChosen)
    // Of equals, the first is chosen.
    #expect(
      ConceptCurve.Outcome(logits: [1, 1], of: 0).isChosen && !ConceptCurve.Outcome(logits: [1, 1], of: 1).isChosen)
  }
}
