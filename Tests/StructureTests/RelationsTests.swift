import Tensors
import Testing

@testable import Structure

/// Training with and without relations.
@Suite struct RelationsTests {
  /// Images of two parts whose class is which of them lies further left; what the parts look like says nothing.
  private static func arrangements(images: Int, seed: UInt64) -> [TrainingSample] {
    var random = SeededRandom(seed: seed, purpose: "arrangements")
    let width = 24
    return (0..<images).map { image in
      let places = (0..<2).map { _ in (x: Float(random.uniform()), y: Float(random.uniform())) }
      let embeddings = (0..<2).map { part in
        (0..<width).map { Float($0 % 2 == part ? 1 : 0) + Float(0.3 * random.normal()) }
      }
      let graphs = (0..<2).map { hypothesis in
        ConceptGraph(
          classIndex: hypothesis,
          nodes: (0..<2).map { part in
            .init(
              conceptID: "\(part)", detected: true, distance: 1, center: places[part], box: nil, mask: nil,
              embedding: embeddings[part])
          })
      }
      let margin = 6 * (places[1].x - places[0].x)
      return TrainingSample(graphs: graphs, logits: [margin, -margin], imageIndex: image, isMasked: false)
    }
  }

  private static let fitted = arrangements(images: 200, seed: 1)
  private static let fresh = arrangements(images: 200, seed: 2)

  private func network(relations: Bool) throws -> ReasoningNetwork {
    var options = TrainingOptions()
    options.network.relations = relations
    options.fitting.maxEpochs = 60
    return try GraphTraining(options: options).run(Self.fitted, monitor: .silent).network
  }

  private func agreement(_ network: ReasoningNetwork) -> Double {
    Fidelity(
      outputs: network.outputs(of: Self.fresh.map(\.graphs)), logits: Self.fresh.map(\.logits)
    ).top1Agreement
  }

  @Test func whereOnlyTheArrangementDecidesNodesAloneKnowNothing() throws {
    let (whole, nodesOnly) = (try network(relations: true), try network(relations: false))
    #expect(agreement(whole) >= 0.9)
    #expect(agreement(nodesOnly) < 0.65)

    for sample in Self.fresh.prefix(20) {
      // Moving a part changes nothing, and no relation is credited with anything.
      var moved = sample.graphs
      for graph in moved.indices { moved[graph].nodes[0].center = (0.93, 0.07) }
      #expect(nodesOnly.outputs(of: [moved]) == nodesOnly.outputs(of: [sample.graphs]))
      #expect(whole.outputs(of: [moved]) != whole.outputs(of: [sample.graphs]))
      for attribution in nodesOnly.attributions(graphs: sample.graphs) {
        #expect(attribution.graphs.allSatisfy { $0.edges.allSatisfy { $0 == 0 } })
      }
    }
  }

  @Test func aNodeHearsNothingOfOthers() throws {
    let network = try network(relations: false)
    let graphs = Self.fresh[0].graphs
    func change(of node: Int, with other: Bool) -> Float {
      var (before, after) = (graphs, graphs)
      if other { before[0].nodes[1 - node].embedding = Self.fresh[1].graphs[0].nodes[1 - node].embedding }
      after[0] = before[0]
      after[0].nodes[node].embedding = Self.fresh[2].graphs[0].nodes[node].embedding
      return network.outputs(of: [after])[0][0] - network.outputs(of: [before])[0][0]
    }
    // What a node's change does is the same whatever the other node is.
    for node in 0..<2 {
      let (alone, beside) = (change(of: node, with: false), change(of: node, with: true))
      #expect(abs(alone - beside) <= 1e-4 * max(1, abs(alone)))
    }
  }
}
