import Concepts
import Images
import Testing

@testable import Structure

@Suite struct GraphSubstitutionTests {
  private static let width = 3

  private func mask(_ x: Range<Int>) -> Mask {
    var mask = Mask(width: 20, height: 10)
    for y in 0..<10 { for column in x { mask[column, y] = true } }
    return mask
  }

  private func node(_ id: String, at x: Range<Int>, embedding: [Float]) -> ConceptGraph.Node {
    ConceptGraph.Node(
      conceptID: id, detected: true, distance: 0, center: (0.5, 0.5),
      box: Box(x: x.lowerBound, y: 0, width: x.count, height: 10), mask: mask(x), embedding: embedding)
  }

  private func concept(_ id: String, center: [Float]) -> Concept {
    Concept(
      id: id, name: id, classIndex: 0, rank: 1, center: center, threshold: 1, patches: [], size: 1,
      tcav: TCAVSummary(mean: 1, standardDeviation: 0, pValue: nil, effect: 1, scores: []), cavAccuracy: 1, cavs: [])
  }

  private var graphs: [ConceptGraph] {
    [
      ConceptGraph(
        classIndex: 4,
        nodes: [
          .dummy(conceptID: "a", distance: 9, width: Self.width, value: 0.01),
          node("b", at: 0..<5, embedding: [1, 0, 0]),
        ]),
      ConceptGraph(
        classIndex: 5,
        nodes: [node("c", at: 0..<6, embedding: [0, 1, 0]), node("d", at: 12..<18, embedding: [0, 0, 1])]),
    ]
  }

  @Test func whatIsFoundAtThePlaceMakesRoom() {
    let substitution = GraphSubstitution(graphs: graphs, truth: 0, place: mask(0..<6))
    let after = substitution.graphs(with: concept("a", center: [2, 3, 4]), at: 0, dummyValue: 0.25)
    #expect(after.map { $0.nodes.map(\.detected) } == [[true, false], [false, true]])
    #expect(after[0].nodes[0].embedding == [2, 3, 4] && after[0].nodes[0].center.x == 0.15)
    #expect(after[1].nodes[0].embedding == [0.25, 0.25, 0.25])
    #expect(after[1].nodes[1].embedding == graphs[1].nodes[1].embedding)
  }

  @Test(arguments: [UInt64(1), 2, 3, 4])
  func conceptsAreRankedByWhatTheNetworkPredicts(seed: UInt64) throws {
    let shape = try NetworkShape(classes: 2, nodes: 2, embeddingWidth: Self.width, nodeWidths: [4, 3, 3], edgeWidth: 2)
    let network = ReasoningNetwork(shape: shape, seed: seed)
    let concepts = [concept("a", center: [2, -1, 0]), concept("b", center: [-3, 1, 2])]
    let substitution = GraphSubstitution(graphs: graphs, truth: 0, place: mask(12..<18))
    let order = substitution.ranked(concepts, against: 1, by: network)
    let margins = [0, 1].map { position in
      let after = substitution.graphs(with: concepts[position], at: position, dummyValue: network.dummyValue)
      let scores = network.attributions(graphs: after).map(\.score)
      return scores[0] - scores[1]
    }
    #expect(order.sorted() == [0, 1] && margins[order[0]] >= margins[order[1]])
  }
}
