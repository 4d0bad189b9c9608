import Concepts
import Images
import Tensors
import Testing

@testable import Structure

/// A concept with this centre and threshold.
func concept(_ id: String, rank: Int, center: [Float], threshold: Float) -> Concept {
  Concept(
    id: id, name: id, classIndex: 7, rank: rank, center: center, threshold: threshold, patches: [], size: 0,
    tcav: TCAVSummary(mean: 1, standardDeviation: 0, pValue: nil, effect: 1, scores: [1]), cavAccuracy: 1, cavs: [])
}

/// A patch of the pixels of `box` in an image of 20 × 10.
func patch(_ embedding: [Float], box: Box) -> EmbeddedPatch {
  EmbeddedPatch(box: box, mask: mask(box), embedding: embedding)
}

/// The pixels of `box` in an image of 20 × 10.
func mask(_ box: Box) -> Mask {
  var mask = Mask(width: 20, height: 10)
  for y in box.y..<box.y + box.height { for x in box.x..<box.x + box.width { mask[x, y] = true } }
  return mask
}

@Suite struct GraphMatcherTests {
  private let left = Box(x: 0, y: 0, width: 4, height: 4)
  private let right = Box(x: 10, y: 2, width: 10, height: 8)

  @Test func nearestFreePatchInRankOrder() {
    let concepts = [
      concept("second", rank: 2, center: [0, 1], threshold: 2),
      concept("first", rank: 1, center: [0, 0], threshold: 2),
    ]
    // Both concepts are nearest the first patch; the more important one has it.
    let patches = [patch([0, 0.5], box: left), patch([1, 1], box: right), patch([9, 9], box: left)]
    let graph = GraphMatcher(nodeCount: 2, dummyValue: 0.01).graph(classIndex: 7, concepts: concepts, patches: patches)
    #expect(graph.classIndex == 7)
    #expect(graph.nodes.map(\.conceptID) == ["first", "second"])
    #expect(graph.nodes.map(\.embedding) == [[0, 0.5], [1, 1]])
    #expect(graph.nodes.map(\.distance) == [0.5, 1])
    #expect(graph.nodes.allSatisfy(\.detected) && graph.nodes[1].box == right && graph.nodes[1].mask == mask(right))
    #expect(graph.nodes[0].center == (0.1, 0.2))
    #expect(graph.nodes[1].center == (0.75, 0.6))
  }

  @Test func aPatchBeyondTheThresholdIsADummyAndStaysFree() {
    let concepts = [
      concept("far", rank: 1, center: [3, 0], threshold: 1), concept("near", rank: 2, center: [0, 0], threshold: 1),
      concept("none", rank: 3, center: [0, 0], threshold: 1),
    ]
    let graph = GraphMatcher(nodeCount: 4, dummyValue: 0.25)
      .graph(classIndex: 0, concepts: concepts, patches: [patch([0, 1], box: left)])
    #expect(graph.nodes.map(\.detected) == [false, true, false, false])
    #expect(abs(graph.nodes[0].distance - 10.0.squareRoot().asFloat) < 1e-6)
    #expect(graph.nodes[1].distance == 1)
    #expect(graph.nodes[2].distance == .infinity)
    for index in [0, 2, 3] {
      let node = graph.nodes[index]
      #expect(node.embedding == [0.25, 0.25] && node.center == (0.5, 0.5) && node.box == nil && node.mask == nil)
    }
  }

  @Test func randomPatchesAreThoseThatNoConceptTook() {
    let patches = [
      patch([0, 0], box: left), patch([5, 5], box: right), patch([6, 6], box: Box(x: 5, y: 0, width: 2, height: 2)),
    ]
    let concepts = (0..<4).map { concept("c\($0)", rank: $0, center: [Float($0), 0], threshold: 0.5) }
    let graph = GraphMatcher(nodeCount: 4, dummyValue: 0.25).graph(classIndex: 7, concepts: concepts, patches: patches)
    #expect(graph.nodes.map(\.detected) == [true, false, false, false])
    var random = SeededRandom(seed: 1, purpose: "test")
    let control = graph.withRandomPatches(among: patches, dummyValue: 0.25, random: &random)
    #expect(control.classIndex == 7 && control.nodes.map(\.conceptID) == graph.nodes.map(\.conceptID))
    // Two patches are free; behind them stand dummies.
    #expect(control.nodes.map(\.detected) == [true, true, false, false])
    #expect(Set(control.nodes.prefix(2).map(\.embedding)) == [[5, 5], [6, 6]])
    #expect(control.nodes[3].embedding == [0.25, 0.25] && control.nodes[3].mask == nil)
  }

  @Test func oddInputIsNotDetectedRatherThanFatal() {
    let concepts = [concept("a", rank: 1, center: [0, 0], threshold: 1)]
    let matcher = GraphMatcher(nodeCount: 1)
    let others = [patch([0], box: left), patch([.nan, 0], box: left)]
    #expect(matcher.graph(classIndex: 0, concepts: concepts, patches: others).nodes.map(\.detected) == [false])
    #expect(matcher.graph(classIndex: 0, concepts: [], patches: []).nodes.map(\.embedding) == [[]])
    #expect(GraphMatcher(nodeCount: -1).graph(classIndex: 0, concepts: concepts, patches: others).nodes.isEmpty)
    let threeToOne = (1...3).map { concept("\($0)", rank: $0, center: [0, 0], threshold: 1) }
    #expect(matcher.graph(classIndex: 0, concepts: threeToOne, patches: []).nodes.map(\.conceptID) == ["1"])
  }

  @Test func edgesAreListedBySourceThenTarget() {
    let edges = ConceptGraph.edges(among: 3)
    #expect(edges.map(\.from) == [0, 0, 1, 1, 2, 2] && edges.map(\.to) == [1, 2, 0, 2, 0, 1])
    #expect(ConceptGraph.edges(among: 1).isEmpty)
  }
}

extension Double {
  fileprivate var asFloat: Float { Float(self) }
}
