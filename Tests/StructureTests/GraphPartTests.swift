import Images
import Networks
import Testing

@testable import Structure

/// Which parts of two reasoning networks' graphs stand for the same.
@Suite struct GraphPartTests {
  private func node(_ index: Int, _ box: Box?, _ contribution: Double = 1) -> GraphPart {
    GraphPart(graph: 0, nodes: [index], isSeen: box != nil, contribution: contribution, box: box)
  }

  private func edge(_ from: Int, _ to: Int) -> GraphPart {
    GraphPart(graph: 0, nodes: [from, to], isSeen: true, contribution: 0)
  }

  private func box(_ x: Int) -> Box { Box(x: x, y: 0, width: 10, height: 10) }

  private func nodes(_ pairs: [GraphPart.Pair]) -> [[[Int]?]] { pairs.map { [$0.left?.nodes, $0.right?.nodes] } }

  @Test func theLargerOverlapIsPairedFirst() {
    // Node 0 on the left overlaps both on the right, but node 1 lies exactly on the second one's place.
    let pairs = GraphPart.paired(
      [node(0, box(2)), node(1, box(0))], [node(0, box(0)), node(1, box(4))], isSameImage: true)
    #expect(nodes(pairs) == [[[0], [1]], [[1], [0]]])
  }

  @Test func edgesFollowTheirNodes() {
    let left = [node(0, box(0)), node(1, box(50)), edge(0, 1), edge(1, 0)]
    let right = [node(0, box(50)), node(1, box(0)), edge(0, 1), edge(1, 0)]
    let pairs = GraphPart.paired(left, right, isSameImage: true)
    #expect(nodes(pairs) == [[[0], [1]], [[1], [0]], [[0, 1], [1, 0]], [[1, 0], [0, 1]]])
  }

  @Test func whatHasNoCounterpartStandsAlone() {
    // Too little overlap (2 of 18), not seen, and another image.
    let apart = GraphPart.paired([node(0, box(0))], [node(0, box(8))], isSameImage: true)
    #expect(nodes(apart) == [[[0], nil], [nil, [0]]])
    let unseen = GraphPart.paired([node(0, nil)], [node(0, nil)], isSameImage: true)
    #expect(nodes(unseen) == [[[0], nil], [nil, [0]]])
    let elsewhere = GraphPart.paired([node(0, box(0))], [node(0, box(0))], isSameImage: false)
    #expect(nodes(elsewhere) == [[[0], nil], [nil, [0]]])
  }

  @Test func partsAreNodesThenEdgesInTheOriginalsFrame() {
    let seen = ConceptGraph.Node(
      conceptID: "a", detected: true, distance: 0, center: (0.5, 0.5), box: Box(x: 1, y: 1, width: 2, height: 2),
      mask: nil, embedding: [])
    let unseen = ConceptGraph.Node(
      conceptID: "b", detected: false, distance: 9, center: (0.5, 0.5), box: nil, mask: nil, embedding: [])
    let geometry = InputGeometry(
      inputWidth: 10, inputHeight: 10, resizedWidth: 10, resizedHeight: 10, left: 0, top: 0, originalWidth: 30,
      originalHeight: 30)
    let parts = GraphPart.parts(
      of: ConceptGraph(classIndex: 7, nodes: [seen, unseen]), at: 3,
      attribution: .init(nodes: [1, 2], edges: [3, 4]), geometry: geometry)
    #expect(parts.map(\.nodes) == [[0], [1], [0, 1], [1, 0]] && parts.allSatisfy { $0.graph == 3 })
    #expect(parts.map(\.contribution) == [1, 2, 3, 4])
    #expect(parts.map(\.isSeen) == [true, false, false, false])
    #expect(parts.map(\.box) == [Box(x: 3, y: 3, width: 6, height: 6), nil, nil, nil])
  }
}
