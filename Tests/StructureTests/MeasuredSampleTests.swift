import Images
import Testing

@testable import Structure

@Suite struct MeasuredSampleTests {
  private func graph(_ classIndex: Int) -> ConceptGraph {
    ConceptGraph(
      classIndex: classIndex,
      nodes: (0..<3).map { place in
        let box = Box(x: 4 * place, y: 0, width: 3, height: 3)
        return ConceptGraph.Node(
          conceptID: "\(classIndex)-\(place)", detected: true, distance: 0, center: (0.1, 0.1), box: box,
          mask: mask(box), embedding: [Float(place), 1])
      })
  }

  @Test func aConceptLessTakesFromItsClassWhatItIsWorth() throws {
    let sample = TrainingSample(
      graphs: [graph(0), graph(1)], logits: [3, -1], imageIndex: 7, isMasked: false, randomGraphs: [])
    let part = { (effect: Double) in
      MeasuredEvidence.Part(region: Mask(width: 20, height: 10), effect: effect, low: effect, high: effect)
    }
    let evidence = MeasuredEvidence(
      parts: [part(1.5), nil, part(-0.25)], against: [0], full: 4, empty: 0, everythingElse: 2.75, passes: 8)
    let less = sample.withoutEach(of: evidence, at: 1, dummyValue: 0.5)
    #expect(less.map(\.logits) == [[3, -2.5], [3, -0.75]])
    #expect(less.allSatisfy { $0.isMasked && $0.isMeasured && $0.imageIndex == 7 })
    #expect(less.map { $0.graphs[1].nodes.map(\.detected) } == [[false, true, true], [true, true, false]])
    #expect(less[0].graphs[1].nodes[0].embedding == [0.5, 0.5])
    #expect(less.allSatisfy { $0.graphs[0].nodes.allSatisfy(\.detected) })
    #expect(sample.withoutEach(of: evidence, at: 2, dummyValue: 0.5).isEmpty)
  }

  /// What is worked out measures nothing: only answers of the classifier do.
  @Test func fidelityIsMeasuredOnPicturesAlone() throws {
    let samples = SyntheticClassifier(width: 6, seed: 1).samples(images: 40, variants: 2, seed: 3)
    var measured = samples
    for (index, sample) in samples.enumerated() where !sample.isMasked {
      var copy = sample
      (copy.isMasked, copy.isMeasured) = (true, true)
      copy.logits = copy.logits.map { $0 + Float(index) }
      measured.append(copy)
    }
    let split = try TrainingSplit(measured, holdout: 0.5, seed: 1)
    let (clean, masked) = GraphTraining.measured(measured, split)
    #expect(!clean.isEmpty && !masked.isEmpty)
    #expect((clean + masked).allSatisfy { !measured[$0].isMeasured })
    let without = split.without { measured[$0].isMeasured }
    #expect(without.fitted.count < split.fitted.count && without.stopping.allSatisfy { !measured[$0].isMeasured })
  }
}
