import Concepts
import Structure
import Testing

@testable import Evaluation

/// How the runs of an evaluation come together.
@Suite struct EvaluationAggregateTests {
  private func run(_ seed: UInt64, _ values: [String: EvaluationRun.MeasuredValue]) -> EvaluationRun.Outcome {
    var outcome = EvaluationRun.Outcome(seed: seed)
    outcome.values = values
    return outcome
  }

  @Test func runsComeTogether() throws {
    let aggregate = EvaluationAggregate(runs: [
      run(
        0,
        [
          "agreement.clean": .init(value: 0.9, count: 20, effectiveCount: 20),
          "controls.randomConcepts": .init(value: 0.3, count: 20, pValue: 0.001),
        ]),
      run(
        1,
        [
          "agreement.clean": .init(value: 1, count: 20, effectiveCount: 20),
          "controls.randomConcepts": .init(value: 0.1, count: 20, pValue: 0.2),
        ]),
    ])
    let measures = aggregate.measures()
    #expect(measures.map(\.name) == ["agreement.clean", "controls.randomConcepts"])
    #expect(abs(measures[0].mean - 0.95) < 1e-12 && measures[0].sampleCount == 20)
    #expect(abs((measures[0].standardDeviation ?? 0) - 0.0707) < 1e-4)
    // Two runs on the same twenty images: the interval is that of 19 of 20, not of 38 of 40.
    let interval = try #require(measures[0].interval)
    #expect(abs(interval.lowerBound - 0.7639) < 1e-3 && abs(interval.upperBound - 0.9911) < 1e-3)
    // The run that says least decides.
    #expect(measures[1].pValue == 0.2 && measures[1].interval == nil && !EvaluationSummary.isClear(measures[1]))
  }

  @Test func whatBelongsToOneImageIsNotIndependent() throws {
    let clustered = try #require(
      EvaluationRun.MeasuredValue(sharesOf: [[true, true, true], [], [false, false, false]]))
    #expect(clustered.value == 0.5 && clustered.count == 6 && (clustered.effectiveCount ?? 6) < 2)
    let single = try #require(EvaluationRun.MeasuredValue(sharesOf: [[true], [false]]))
    #expect(single.count == 2 && single.effectiveCount == 2)
    #expect(EvaluationRun.MeasuredValue(sharesOf: [[], []]) == nil)
    func width(_ value: EvaluationRun.MeasuredValue) throws -> Double {
      let measure = try #require(EvaluationAggregate(runs: [run(0, ["signs.all": value])]).measures().first)
      let interval = try #require(measure.interval)
      return interval.upperBound - interval.lowerBound
    }
    #expect(try width(clustered) > width(single))
  }

  @Test func verdictsKnowWhichWayIsBetter() {
    let aggregate = EvaluationAggregate(runs: [
      run(0, ["completeness": .init(value: 1e-6, count: 3), "agreement.clean": .init(value: 0.9, count: 10)])
    ])
    let verdicts = EvaluationAggregate.verdicts(
      ["completeness": 1e-4, "agreement.clean": 0.95, "signs.all": 0.5], on: aggregate.measures())
    #expect(verdicts.map(\.measure) == ["agreement.clean", "completeness", "signs.all"])
    #expect(verdicts.map(\.isMet) == [false, true, false] && verdicts[2].value == nil)
  }

  @Test func curvesAreMeansOverImagesAndRuns() throws {
    var runs = [run(0, [:]), run(1, [:])]
    let key = EvaluationRun.CurveKey(kind: .deletion, measure: .probability, order: .predicted)
    let flat = { (value: Double) in [Double](repeating: value, count: EvaluationRun.places) }
    runs[0].curves[key] = [flat(0), flat(1)]
    runs[1].curves[key] = [flat(0), flat(1)]
    let curve = try #require(EvaluationAggregate(runs: runs).curves().first)
    #expect(curve.mean == flat(0.5) && curve.order == .predicted)
    // Two images, however many runs: 1.96 · 0.577 / √2.
    #expect(abs(curve.margin[0] - 1.96 * 0.57735 / 1.41421) < 1e-4)
  }

  @Test func everyMeasureHasOneName() {
    #expect(Set(MeasureDescription.names).count == MeasureDescription.names.count)
    for kind in TrainingControlKind.allCases {
      #expect(MeasureDescription.names.contains(MeasureDescription.advantage(over: kind)))
    }
  }

  @Test func plainACEOrdersNodesByItsOwnConcepts() {
    func concept(_ center: [Float], rank: Int) -> Concept {
      Concept(
        id: "", name: "", classIndex: 0, rank: rank, center: center, threshold: 1, patches: [], size: 1,
        tcav: TCAVSummary(mean: 1, standardDeviation: 0, pValue: nil, effect: 0, scores: []), cavAccuracy: 1, cavs: [])
    }
    func node(_ embedding: [Float]) -> ConceptGraph.Node {
      ConceptGraph.Node(
        conceptID: "", detected: true, distance: 0, center: (0, 0), box: nil, mask: nil, embedding: embedding)
    }
    let ace = ACEOrder(concepts: [[concept([0, 0], rank: 1), concept([9, 0], rank: 2)]])
    let graph = ConceptGraph(classIndex: 0, nodes: [node([8, 0]), node([2, 0]), node([1, 0])])
    #expect(ace.order(of: [0, 1, 2], in: graph, at: 0) == [2, 1, 0])
  }
}
