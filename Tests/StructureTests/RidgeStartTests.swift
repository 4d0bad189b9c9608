import Tensors
import Testing

@testable import Structure

@Suite struct RidgeStartTests {
  private static let (width, nodes, images) = (40, 2, 120)

  /// Graphs of random nodes whose targets depend on one direction of node 1 only.
  private func problem(direction: [Float]) throws -> (batch: GraphBatch, targets: [[Float]], network: ReasoningNetwork)
  {
    var random = SeededRandom(seed: 2)
    var values: [Float] = []
    var targets: [[Float]] = []
    for _ in 0..<Self.images {
      let nodes = (0..<2 * Self.nodes).map { _ in (0..<Self.width).map { _ in Float(random.normal()) } }
      let evidence = LinearAlgebra.dot(nodes[1], direction)
      targets.append([evidence, -evidence])
      values += nodes.flatMap { $0 }
    }
    let rows = Self.images * 2 * Self.nodes
    let batch = GraphBatch(
      count: Self.images, embeddings: Tensor(shape: [rows, Self.width], elements: values), rows: Array(0..<rows),
      seen: [Bool](repeating: true, count: rows),
      edgeFeatures: [Float](repeating: 0.5, count: Self.images * 2 * 2 * NetworkShape.edgeFeatures))
    let shape = try NetworkShape(
      classes: 2, nodes: Self.nodes, embeddingWidth: Self.width, nodeWidths: [8, 4], edgeWidth: 3)
    return (batch, targets, ReasoningNetwork(shape: shape, seed: 1))
  }

  @Test func theFirstRowIsTheDirectionThatMatters() throws {
    var random = SeededRandom(seed: 9)
    let raw = (0..<Self.width).map { _ in Float(random.normal()) }
    let direction = raw.map { $0 / LinearAlgebra.norm(raw) }
    var (batch, targets, network) = try problem(direction: direction)
    let before = network
    RidgeStart(batch, targets: targets).apply(to: &network)
    for row in [0, 8] {
      let weights = network.layers[0].projection[row: row].elements
      let cosine = abs(LinearAlgebra.dot(weights, direction)) / LinearAlgebra.norm(weights)
      #expect(cosine > 0.95, "row \(row): \(cosine)")
      // Nodes project to variance 1.
      let projected = (0..<batch.embeddings.rows).map {
        Double(LinearAlgebra.dot(batch.embeddings[row: $0].elements, weights))
      }
      #expect(abs((Statistics.standardDeviation(projected) ?? 0) - 1) < 0.01)
    }
    // All else stays random.
    #expect(network.layers[1] == before.layers[1] && network.readout == before.readout)
    #expect(network.layers[0].projection[row: 7] == before.layers[0].projection[row: 7])
  }

  /// Targets that are all alike give no direction.
  @Test func nothingToLearnLeavesTheNetworkAsItIs() throws {
    var (batch, _, network) = try problem(direction: [Float](repeating: 0, count: Self.width))
    let before = network
    RidgeStart(batch, targets: [[Float]](repeating: [1, -1], count: Self.images)).apply(to: &network)
    #expect(network == before)
  }

  @Test func nodesThatShareAPatchAreSeparated() {
    let batch = GraphBatch(
      count: 1, embeddings: Tensor(shape: [2, 1], elements: [3, 5]), rows: [1, 0, 1, 1],
      seen: [true, true, true, true],
      edgeFeatures: [])
    let separated = batch.separatingNodes()
    #expect(separated.embeddings.elements == [5, 3, 5, 5] && separated.rows == [0, 1, 2, 3])
  }
}
