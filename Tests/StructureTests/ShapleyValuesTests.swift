import Images
import Tensors
import Testing

@testable import Structure

@Suite struct ShapleyValuesTests {
  private func values(_ players: Int, _ worth: (Set<Int>) -> Double) -> [Double] {
    ShapleyValues.values(players: players, seed: 3) { coalitions in
      #expect(Set(coalitions).count == coalitions.count)
      return coalitions.map(worth)
    }
  }

  private func isClose(_ values: [Double], _ expected: [Double], within error: Double = 1e-9) -> Bool {
    values.count == expected.count && zip(values, expected).allSatisfy { abs($0 - $1) < error }
  }

  /// The glove game: player 0 has a left glove, 1 and 2 a right one each; a pair is worth 1.
  @Test func theGloveGameIsAsInTextbooks() {
    let glove = values(3) { $0.contains(0) && ($0.contains(1) || $0.contains(2)) ? 1 : 0 }
    #expect(isClose(glove, [2.0 / 3, 1.0 / 6, 1.0 / 6]))
    #expect(values(0) { _ in 1 }.isEmpty && values(1) { $0.isEmpty ? 2 : 5 } == [3])
  }

  /// Ten players are asked for one by one, eleven and twenty sampled; of a sum each gets its own, of pairs each half.
  @Test(arguments: [10, 11, 20]) func whatPlayersBringAddsUp(players: Int) {
    let own = (0..<players).map { Double($0) - 3 }
    let sum = values(players) { $0.reduce(1) { $0 + own[$1] } }
    #expect(isClose(sum, own))
    // A pair's two halves change places in an order and its reverse, so that sampling is exact here too.
    let pair = values(players) { $0.contains(1) && $0.contains(4) ? 6 : 0 }
    #expect(isClose(pair, (0..<players).map { [1, 4].contains($0) ? 3 : 0 }))
    let any = values(players) { $0.isEmpty ? 0 : 1 }
    #expect(abs(any.reduce(0, +) - 1) < 1e-9)
    #expect(any == values(players) { $0.isEmpty ? 0 : 1 })
  }

  @Test func pairsThatWorkTogetherInteract() {
    func interactions(_ players: Int, _ worth: (Set<Int>) -> Double) -> [Double] {
      ShapleyValues.interactions(players: players) { $0.map(worth) }.map(\.value)
    }
    // Left glove and right glove: what a pair adds is halved where the other right glove is there.
    let glove = interactions(3) { $0.contains(0) && ($0.contains(1) || $0.contains(2)) ? 1 : 0 }
    #expect(isClose(glove, [0.5, 0.5, -0.5]))
    #expect(isClose(interactions(4) { $0.reduce(2) { $0 + Double($1) } }, [0, 0, 0, 0, 0, 0]))
    #expect(isClose(interactions(3) { $0.isSuperset(of: [0, 2]) ? 6 : 0 }, [0, 6, 0]))
    #expect(interactions(1) { _ in 1 }.isEmpty && interactions(0) { _ in 1 }.isEmpty)
  }

  @Test func aLargeGameIsSampled() {
    var asked = 0
    let sampled = ShapleyValues.values(players: 400, seed: 0) { coalitions in
      asked += coalitions.count
      return coalitions.map { Double($0.count) }
    }
    #expect(asked < 2 * ShapleyValues.sampledCoalitions && isClose(sampled, [Double](repeating: 1, count: 400)))
  }
}

/// The effect of masking that a reasoning network predicts, on graphs whose patches overlap.
@Suite struct MaskingValuesTests {
  private static let width = 6
  private let network: ReasoningNetwork

  init() throws {
    network = ReasoningNetwork(
      shape: try NetworkShape(
        classes: 2, nodes: 3, embeddingWidth: Self.width, nodeWidths: [8, 6], edgeWidth: 3), seed: 5)
  }

  private var plan: MaskedVariantPlan { MaskedVariantPlan(options: TrainingOptions()) }

  private func node(_ box: Box?, _ random: inout SeededRandom) -> ConceptGraph.Node {
    guard let box else { return .dummy(conceptID: "", distance: .infinity, width: Self.width, value: 0.01) }
    var mask = Mask(width: 20, height: 10)
    for y in box.y..<box.y + box.height { for x in box.x..<box.x + box.width { mask[x, y] = true } }
    return .init(
      conceptID: "", detected: true, distance: 1, center: (Float(box.x) / 20, Float(box.y) / 10), box: box, mask: mask,
      embedding: (0..<Self.width).map { _ in Float(random.normal()) })
  }

  private func graphs(_ first: [Box?], _ second: [Box?]) -> [ConceptGraph] {
    var random = SeededRandom(seed: 1)
    return [first, second].enumerated().map { index, boxes in
      ConceptGraph(classIndex: index, nodes: boxes.map { node($0, &random) })
    }
  }

  private func margin(_ graphs: [ConceptGraph], _ output: Int) -> Double {
    let row = network.outputs(of: [graphs])[0]
    return Double(row[output] - row[1 - output])
  }

  private let left = Box(x: 0, y: 0, width: 6, height: 6)
  private let right = Box(x: 12, y: 0, width: 6, height: 6)
  private let middle = Box(x: 7, y: 2, width: 4, height: 4)

  @Test(arguments: [0, 1]) func theyAddUpToWhatMaskingAllTakes(output: Int) throws {
    let graphs = graphs([left, right, nil], [left, middle, right])
    let values = network.maskingValues(of: graphs, output: output, plan: plan)
    #expect(values.map { $0 == nil } == graphs[output].nodes.map { $0.mask == nil })
    let all = try #require(Mask(unionOf: graphs[output].nodes.compactMap(\.mask)))
    let expected = margin(graphs, output) - margin(plan.variant(of: graphs, hiding: all).graphs, output)
    #expect(abs(values.compactMap { $0 }.reduce(0, +) - expected) < 1e-4)
    #expect(abs(expected) > 1e-3)
  }

  @Test func aLoneConceptIsWorthWhatItsMaskingTakesFromAllGraphs() throws {
    let graphs = graphs([left, nil, nil], [left, middle, nil])
    let values = network.maskingValues(of: graphs, output: 0, plan: plan)
    // The other hypothesis sees the same patch: it is gone there, too.
    let hidden = [graphs[0].masking([0], dummyValue: 0.01), graphs[1].masking([0], dummyValue: 0.01)]
    let value = try #require(values[0])
    #expect(abs(value - (margin(graphs, 0) - margin(hidden, 0))) < 1e-4)
    let ownOnly = [hidden[0], graphs[1]]
    #expect(abs(value - (margin(graphs, 0) - margin(ownOnly, 0))) > 1e-3)
  }

  /// Masking either of two nodes with one patch hides both: neither is worth more than the other.
  @Test func whatLiesInOnePlaceSharesItsWorth() throws {
    let graphs = graphs([left, left, right], [middle, nil, nil])
    let values = network.maskingValues(of: graphs, output: 0, plan: plan).compactMap { $0 }
    #expect(values.count == 3 && abs(values[0] - values[1]) < 1e-5)
    // A network's contributions do not share it.
    let contributions = network.contributions(graphs: graphs)[0].nodes
    #expect(abs(contributions[0] - contributions[1]) > 1e-3)
  }

  @Test func variantsAreWhatMaskingNodesMakesOfTheGraphs() {
    let graphs = graphs([left, right, nil], [left, middle, right])
    let patterns: [[Set<Int>]] = [[], [[0], [0, 2]], [[0, 1, 2], []]]
    let batch = GraphBatch(hiding: patterns, in: graphs, shape: network.shape, dummyValue: 0.01)
    let pass = ForwardPass(network, batch, training: false)
    let variants = patterns.map { pattern in
      pattern.isEmpty ? graphs : zip(graphs, pattern).map { $0.masking($1, dummyValue: 0.01) }
    }
    for (row, expected) in network.outputs(of: variants).enumerated() {
      for (value, other) in zip(pass.outputs[row: row].elements, expected) { #expect(abs(value - other) < 1e-5) }
    }
  }

  @Test func whereNothingIsSeenNothingIsPredicted() {
    let empty = graphs([nil, nil, nil], [nil, nil, nil])
    #expect(network.maskingValues(of: empty, output: 1, plan: plan).allSatisfy { $0 == nil })
  }
}
