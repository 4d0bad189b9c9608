import Images
import Synchronization
import Tensors
import Testing

@testable import Structure

/// Answers for a classifier whose logit of class 0 is the share of white pixels among the left half's, of class 1 a
/// constant.
private final class LeftHalf: ImageQuestions {
  let image: ExplainedImage
  let network: ReasoningNetwork
  /// Masks and pictures that were shown.
  let shown = Mutex((masks: 0, pictures: 0))

  static let side = 16

  init(nodes: [Mask?]) throws {
    let input = RGBImage(width: Self.side, height: Self.side, filledWith: (255, 255, 255))
    func graph(_ classIndex: Int, _ masks: [Mask?]) -> ConceptGraph {
      ConceptGraph(
        classIndex: classIndex,
        nodes: masks.map { mask in
          ConceptGraph.Node(
            conceptID: "", detected: mask != nil, distance: 0, center: (0.5, 0.5), box: mask?.boundingBox, mask: mask,
            embedding: mask == nil ? [0, 0] : [1, 0])
        })
    }
    network = ReasoningNetwork(
      shape: try NetworkShape(classes: 2, nodes: nodes.count, embeddingWidth: 2, nodeWidths: [2], edgeWidth: 2), seed: 1
    )
    let graphs = [graph(0, nodes), graph(1, nodes.map { _ in nil })]
    image = ExplainedImage(
      identity: "image", input: input, graphs: graphs, logits: Self.logits(input),
      attributions: network.attributions(graphs: graphs))
  }

  private static func logits(_ picture: RGBImage) -> [Float] {
    let white = (0..<side).reduce(0) { sum, y in
      sum + (0..<side / 2).count { x in picture.samples[(y * side + x) * 3] == 255 }
    }
    return [Float(white) / Float(side * side / 2), 0.25]
  }

  func logits(masking masks: [Mask?]) -> [[Float]] {
    shown.withLock { $0.masks += masks.count }
    return masks.map { mask in Self.logits(mask.map { image.input.filled($0, with: 0) } ?? image.input) }
  }

  func logits(showing pictures: [RGBImage]) -> [[Float]] {
    shown.withLock { $0.pictures += pictures.count }
    return pictures.map(Self.logits)
  }

  func graphs(hiding mask: Mask) -> [ConceptGraph] {
    image.graphs.map { graph in
      graph.masking(
        Set(graph.nodes.indices.filter { graph.nodes[$0].mask == mask }), dummyValue: network.dummyValue)
    }
  }

  func exemplar(of node: Int, graph: Int) -> RGBImage? { RGBImage(width: 4, height: 4, filledWith: (9, 9, 9)) }
}

@Suite struct VerifierTests {
  private func square(_ left: Int, _ top: Int) -> Mask {
    var mask = Mask(width: LeftHalf.side, height: LeftHalf.side)
    for y in top..<top + 4 { for x in left..<left + 4 { mask[x, y] = true } }
    return mask
  }

  private func contributions(_ nodes: [Float], edges: [Float]) -> Contributions {
    Contributions(output: 0, score: 0, nodes: nodes, edges: edges, otherGraphs: [0, 0], bias: 0)
  }

  /// Concepts on the left, which the classifier looks at, and on the right, which it does not; a third is not seen.
  private func questions() throws -> LeftHalf { try LeftHalf(nodes: [square(1, 1), square(11, 11), nil]) }

  @Test func aClaimIsHeldAgainstTheClassifier() throws {
    let questions = try questions()
    let verifier = try Verifier(questions, positions: [0, 1], controls: 0, monitor: .silent)
    let checks = try verifier.nodes(
      of: 0, contributions: contributions([1, 1, 1], edges: [Float](repeating: 0, count: 6)))
    #expect(checks.keys.sorted() == [0, 1])
    // 16 of the left half's 128 pixels go: the logit falls by 1/8, and so does the margin over the constant one.
    #expect(checks[0]?.logitChange == -0.125 && checks[0]?.marginChange == -0.125 && checks[0]?.agrees == true)
    #expect(checks[1]?.logitChange == 0 && checks[1]?.agrees == false)
    // Without controls no edited picture is shown.
    #expect(checks.values.allSatisfy { $0.control == nil && $0.exemplarChange == nil })
    #expect(questions.shown.withLock { $0.masks == 2 && $0.pictures == 0 })
    #expect(try verifier.edges(of: 0, contributions: contributions([1, 1, 1], edges: [])).isEmpty)
  }

  @Test func controlsHaveTheSameShapeAndTheSamePlacesEveryTime() throws {
    let checks = try (0..<2).map { _ in
      try Verifier(try questions(), positions: [0], controls: 20, monitor: .silent).nodes(
        of: 0, contributions: contributions([1, 1, 1], edges: []))
    }
    #expect(checks[0] == checks[1])
    let control = try #require(checks[0][0]?.control)
    #expect(control.count == 20 && control.mean <= 0 && control.mean > -0.125)
    // The exemplar is no white: it takes as much as a mask, but for blended borders.
    #expect(checks[0][0]?.exemplarChange.map { $0 <= -0.125 } == true)
  }

  @Test func theStrongestRelationsBetweenSeenConceptsAreTried() throws {
    let verifier = try Verifier(try questions(), positions: [0], controls: 4, monitor: .silent)
    // By source, then target: 0→1, 0→2, 1→0, 1→2, 2→0, 2→1. Only those between 0 and 1 can be moved.
    let checks = try verifier.edges(of: 0, contributions: contributions([0, 0, 0], edges: [1, 9, -2, 9, 9, 9]))
    #expect(checks.keys.sorted() == [0, 2])
    #expect(checks.values.allSatisfy { $0.control?.count == 4 })
  }

  @Test func localFidelityHasAPictureForEachConcept() throws {
    let measured = try Verifier(try questions(), positions: [0, 1], controls: 0, monitor: .silent).localFidelity()
    #expect(measured.pictures == 3 && (0...1).contains(measured.top1Agreement))
  }

  @Test func theMeanChangeOfNoneIsNone() {
    #expect(LogitChange(meanOf: []) == nil)
    let mean = LogitChange(meanOf: [LogitChange(logit: 1, margin: 4), LogitChange(logit: 3, margin: 0)])
    #expect(mean == LogitChange(logit: 2, margin: 2))
  }
}
