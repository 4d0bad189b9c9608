import Concepts
import Images
import Testing

@testable import Structure

@Suite struct ErrorDiagnosisTests {
  private func mask(_ x: Range<Int>) -> Mask {
    var mask = Mask(width: 20, height: 10)
    for y in 0..<10 { for column in x { mask[column, y] = true } }
    return mask
  }

  private func node(_ id: String, at x: Range<Int>?, embedding: [Float]) -> ConceptGraph.Node {
    guard let x else { return .dummy(conceptID: id, distance: 9, width: 2, value: 0.01) }
    return ConceptGraph.Node(
      conceptID: id, detected: true, distance: 0, center: (0.5, 0.5),
      box: Box(x: x.lowerBound, y: 0, width: x.count, height: 10),
      mask: mask(x), embedding: embedding)
  }

  private func concept(_ id: String, center: [Float], threshold: Float) -> Concept {
    Concept(
      id: id, name: id, classIndex: 0, rank: 1, center: center, threshold: threshold, patches: [], size: 1,
      tcav: TCAVSummary(mean: 1, standardDeviation: 0, pValue: nil, effect: 1, scores: []), cavAccuracy: 1, cavs: [])
  }

  private func graphs(chosenAt x: Range<Int>? = 0..<5) -> [ConceptGraph] {
    [
      ConceptGraph(
        classIndex: 0,
        nodes: [node("a", at: 10..<15, embedding: [1, 0]), node("b", at: nil, embedding: [])]),
      ConceptGraph(
        classIndex: 1,
        nodes: [node("c", at: x, embedding: [0, 1]), node("d", at: nil, embedding: [])]),
    ]
  }

  /// Two classes of two nodes: the truth is 0, the choice 1. `blame` is what the four nodes add to the choice less the
  /// truth.
  private func diagnosis(_ blame: [Float], chosenAt x: Range<Int>? = 0..<5, threshold: Float = 0.1) -> ErrorDiagnosis? {
    let graphs = graphs(chosenAt: x)
    let attributions = [
      Attribution(
        output: 0,
        graphs: [.init(nodes: [-blame[0], -blame[1]], edges: [0, 0]), .init(nodes: [0, 0], edges: [0, 0])], bias: 0),
      Attribution(
        output: 1,
        graphs: [.init(nodes: [0, 0], edges: [0, 0]), .init(nodes: [blame[2], blame[3]], edges: [0, 0])], bias: 0),
    ]
    let own = [
      concept("a", center: [1, 0], threshold: threshold), concept("b", center: [0.9, 0.1], threshold: threshold),
    ]
    return ErrorDiagnosis(
      attributions: attributions, graphs: graphs, concepts: [own, []], truth: 0, predicted: 1)
  }

  @Test func aPatchThatAlsoIsTheTrueClassesIsAConfusion() throws {
    // On the place of the true class's node, or as near to one of its concepts as these accept.
    for found in [diagnosis([0, 0, 3, 1], chosenAt: 10..<15), diagnosis([0, 0, 3, 1], threshold: 5)] {
      let found = try #require(found)
      #expect(found.type == .conceptConfusion && found.shares[.conceptConfusion] == 0.75)
      #expect(found.blames.first?.graph == 1 && found.blames.first?.from == 0)
    }
  }

  @Test func aPatchOfItsOwnIsAFalseDetection() throws {
    let found = try #require(diagnosis([0.5, 0, 3, 0]))
    #expect(found.type == .falseDetection)
    #expect(found.shares.values.reduce(0, +) == 1)
  }

  @Test func aTrueClassThatDoesNotSupportItselfIsUnseenVariance() throws {
    #expect(try #require(diagnosis([1, 3, 2, 0])).type == .unseenVariance)
    // What is not seen cannot be a false detection.
    #expect(try #require(diagnosis([0, 0, 0, 2])).type == .unseenVariance)
  }

  @Test func theBlamedConceptIsSeen() throws {
    let blamed = { (found: ErrorDiagnosis) in found.blamedConcept(in: self.graphs()).map { [$0.graph, $0.from] } }
    #expect(try blamed(#require(diagnosis([1, 3, 2, 4]))) == [1, 0])
    #expect(try blamed(#require(diagnosis([2, 3, 1, 4]))) == [0, 0])
    #expect(try blamed(#require(diagnosis([-1, 3, -2, 4]))) == nil)
  }

  @Test func wherePartsSpeakForTheTruthNothingIsToBlame() { #expect(diagnosis([-1, -1, -1, -1]) == nil) }
}
