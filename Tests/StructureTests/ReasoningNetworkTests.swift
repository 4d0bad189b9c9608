import Foundation
import Tensors
import TestSupport
import Testing

@testable import Structure

@Suite struct ReasoningNetworkTests {
  @Test func evaluationAgreesWithPyTorch() throws {
    let golden = try Golden.load()
    let network = try golden.network()
    let batch = GraphBatch(golden.graphs, shape: network.shape, dummyValue: 0.01)
    #expect(batch.embeddings.rows == golden.images * golden.classes * golden.nodes - 2)
    let pass = ForwardPass(network, batch, training: false)
    #expect(relativeDifference(pass.embedding.elements, golden.evaluatedEmbedding) < 1e-5)
    #expect(relativeDifference(network.outputs(of: golden.graphs).flatMap { $0 }, golden.evaluated) < 1e-5)
  }

  @Test(arguments: DistillationLoss.allCases)
  func gradientsAgreeWithPyTorch(loss: DistillationLoss) throws {
    let golden = try Golden.load()
    var network = try golden.network()
    let batch = GraphBatch(golden.graphs, shape: network.shape, dummyValue: 0.01)
    let pass = ForwardPass(network, batch, training: true)
    #expect(relativeDifference(pass.outputs.elements, golden.trained) < 1e-5)

    let logits = stride(from: 0, to: golden.logits.count, by: golden.classes).map {
      Array(golden.logits[$0..<$0 + golden.classes])
    }
    let target = DistillationTarget(loss: loss, logits: logits, classes: golden.classes)
    let (value, gradient) = target.loss(of: pass.outputs, targets: logits.flatMap(target.encode))
    let expected = try #require(golden.losses[loss.rawValue])
    #expect(abs(value - expected.loss) < 1e-4 * expected.loss)

    let gradients = BackwardPass(pass, outputGradient: gradient).gradients
    #expect(gradients.count == expected.gradients.count)
    let largest = expected.gradients.flatMap { $0 }.map(abs).max() ?? 0
    for (slot, (mine, theirs)) in zip(gradients, expected.gradients).enumerated() {
      // Biases before a normalisation have gradient 0: what rounding leaves is measured against the other gradients.
      let scale = theirs.map(abs).max() ?? 0
      let allowed = scale < 1e-9 * largest ? 1e-5 * largest : 1e-4 * scale
      let difference = zip(mine, theirs).map { abs($0 - $1) }.max() ?? 0
      #expect(mine.count == theirs.count && difference < allowed, "weights \(slot): \(difference) over \(scale)")
    }

    network.followStatistics(of: pass)
    for (index, layer) in network.layers.enumerated() {
      let mine = [
        layer.nodeNormalization.runningMean, layer.nodeNormalization.runningVariance,
        layer.edgeNormalization.runningMean, layer.edgeNormalization.runningVariance,
      ]
      for (place, values) in mine.enumerated() {
        #expect(relativeDifference(values, golden.movedStatistics[4 * index + place]) < 1e-5)
      }
    }
  }

  @Test(.enabled(if: Assets.root != nil, "the asset folder is absent: set VRX_ASSETS"))
  func publishedWeightsGiveTheRecordedOutputs() throws {
    let folder = try #require(Assets.root).appendingPathComponent("grn")
    func file(_ name: String) throws -> SafetensorsFile {
      try SafetensorsFile(Data(contentsOf: folder.appendingPathComponent(name)))
    }
    let network = try ReasoningNetwork(published: file("reference_grn_xception.safetensors"))
    let shape = network.shape
    #expect(shape.classes == 3 && shape.nodes == 4 && shape.embeddingWidth == 2048 && shape.nodeWidths == [64, 32, 32])
    let vectors = try file("reference_grn_vectors.safetensors")
    let graphs = graphsOf(
      embeddings: try vectors.tensor("nodes").elements, centers: try vectors.tensor("centers").elements, images: 6,
      classes: 3, nodes: 4, width: 2048)
    for image in graphs { try network.accepts(image) }
    let pass = ForwardPass(network, GraphBatch(graphs, shape: shape, dummyValue: 0), training: false)
    let embedding = try vectors.tensor("embedding")
    let outputs = try vectors.tensor("outputs")
    #expect(pass.embedding.shape == embedding.shape && pass.outputs.shape == outputs.shape)
    #expect(relativeDifference(pass.embedding.elements, embedding.elements) < 1e-4)
    #expect(relativeDifference(pass.outputs.elements, outputs.elements) < 1e-4)
    try expectCompleteness(of: network, on: graphs)
  }

  /// A state dict of PyTorch's under the published names, counters included.
  @Test func aPublishedStateDictGivesWhatPyTorchDoes() throws {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Fixtures/structure")
    func file(_ name: String) throws -> SafetensorsFile {
      try SafetensorsFile(Data(contentsOf: folder.appendingPathComponent("\(name).safetensors")))
    }
    let weights = try file("published")
    #expect(ReasoningNetwork.isPublished(weights) && weights.names.contains("bn1.num_batches_tracked"))
    let network = try ReasoningNetwork(published: weights)
    let vectors = try file("published_vectors")
    let (outputs, embedding) = try network.run(nodes: vectors.tensor("nodes"), centers: vectors.tensor("centers"))
    for (mine, name) in [(outputs, "outputs"), (embedding, "embedding")] {
      let theirs = try vectors.tensor(name)
      #expect(mine.shape == theirs.shape && relativeDifference(mine.elements, theirs.elements) < 1e-5)
    }
    // The same by the way that images take.
    let graphs = graphsOf(
      embeddings: try vectors.tensor("nodes").elements, centers: try vectors.tensor("centers").elements, images: 6,
      classes: 3, nodes: 4, width: 10)
    #expect(relativeDifference(network.outputs(of: graphs).flatMap { $0 }, outputs.elements) < 1e-6)
  }

  @Test(arguments: [(2, 1, 8), (3, 4, 40), (20, 10, 16)])
  func weightsUnderPublishedNamesAreReadBackBitByBit(classes: Int, nodes: Int, width: Int) throws {
    let shape = try NetworkShape(
      classes: classes, nodes: nodes, embeddingWidth: width, nodeWidths: [6, 4], edgeWidth: 3)
    var network = ReasoningNetwork(shape: shape, seed: 3, dummyValue: 0.25)
    var random = SeededRandom(seed: 2)
    network.updateWeights { _, values, _ in values = values.map { $0 + Float(random.normal()) } }
    let stored = try SafetensorsFile(SafetensorsFile.bytes(of: network.publishedTensors))
    #expect(try ReasoningNetwork(published: stored, dummyValue: 0.25) == network)
    #expect(try ReasoningNetwork(published: network.publishedTensors, dummyValue: 0.25) == network)
  }

  @Test(arguments: [(2, 1, 8), (3, 4, 40), (20, 10, 16), (2, 2, 2048)])
  func contributionsAddUpToTheScore(classes: Int, nodes: Int, width: Int) throws {
    let shape = try NetworkShape(
      classes: classes, nodes: nodes, embeddingWidth: width, nodeWidths: [64, 32, 32], edgeWidth: 5)
    let network = ReasoningNetwork(shape: shape, seed: 3)
    var random = SeededRandom(seed: 1)
    let count = 2 * classes * nodes
    let graphs = graphsOf(
      embeddings: (0..<count * width).map { _ in Float(random.normal()) },
      centers: (0..<count * 2).map { _ in Float(random.uniform()) }, images: 2, classes: classes, nodes: nodes,
      width: width)
    try expectCompleteness(of: network, on: graphs)
  }

  private func expectCompleteness(of network: ReasoningNetwork, on images: [[ConceptGraph]]) throws {
    for (graphs, outputs) in zip(images, network.outputs(of: images)) {
      let contributions = network.contributions(graphs: graphs)
      #expect(contributions.map(\.output) == Array(0..<network.shape.classes))
      for part in contributions {
        #expect(part.nodes.count == network.shape.nodes && part.edges.count == network.shape.edges)
        #expect(part.otherGraphs.count == network.shape.classes && part.otherGraphs[part.output] == 0)
        let terms = part.nodes + part.edges + part.otherGraphs + [part.bias]
        let scale = max(terms.map(abs).max() ?? 0, abs(part.score))
        #expect(abs(terms.reduce(0, +) - part.score) <= 1e-4 * scale)
        // The score is the network's own output, not the sum by definition.
        #expect(abs(part.score - outputs[part.output]) <= 1e-4 * scale)
      }
    }
  }

  /// Every graph's parts add up to each output, also to those of other classes.
  @Test func attributionsAddUpForEveryOutput() throws {
    let golden = try Golden.load()
    let network = try golden.network()
    let graphs = golden.graphs[0]
    let outputs = network.outputs(of: [graphs])[0]
    let attributions = network.attributions(graphs: graphs)
    #expect(attributions.map(\.output) == Array(0..<golden.classes))
    for attribution in attributions {
      #expect(attribution.graphs.count == golden.classes)
      #expect(abs(attribution.score - Double(outputs[attribution.output])) < 1e-4)
    }
    for (part, attribution) in zip(network.contributions(graphs: graphs), attributions) {
      #expect(part.nodes == attribution.graphs[part.output].nodes)
      #expect(part.edges == attribution.graphs[part.output].edges)
    }
  }

  /// A contribution is what the output loses when that part of the embedding is what it is where no concept is seen.
  @Test func contributionsAreGradientTimesDifferenceFromTheEmptyGraph() throws {
    let golden = try Golden.load()
    let network = try golden.network()
    let graphs = golden.graphs[0]
    let pass = ForwardPass(
      network, GraphBatch([graphs], shape: network.shape, dummyValue: 0), training: false)
    let parts = network.contributions(graphs: graphs)
    let empty = ForwardPass(
      network,
      GraphBatch(
        [graphs.map { $0.masking([0, 1, 2, 3], dummyValue: network.dummyValue) }], shape: network.shape, dummyValue: 0),
      training: false)
    let width = network.shape.outputWidth
    for output in 0..<golden.classes {
      var without = pass.embedding
      let start = output * network.shape.graphEmbeddingWidth + width
      for index in start..<start + width { without.elements[index] = empty.embedding.elements[index] }
      let changed = LinearAlgebra.product(without, network.readout, transposeB: true).elements[output]
      let full = pass.outputs.elements[output] - network.readoutBias[output]
      #expect(abs(full - changed - parts[output].nodes[1]) < 1e-4)
      #expect(abs(parts[output].bias - empty.outputs.elements[output]) < 1e-4)
    }
  }

  @Test func whatIsNotSeenSaysNothing() throws {
    let golden = try Golden.load()
    let network = try golden.network()
    let empty = golden.graphs[0].map { $0.masking([0, 1, 2, 3], dummyValue: network.dummyValue) }
    for part in network.contributions(graphs: empty) {
      #expect((part.nodes + part.edges + part.otherGraphs).allSatisfy { abs($0) < 1e-6 })
      #expect(part.score == part.bias)
    }
  }

  /// Messages reach a concept that is not seen: what it adds by them is counted to those who sent them.
  @Test func whatSeenConceptsSayThroughUnseenOnesIsTheirs() throws {
    let golden = try Golden.load()
    let network = try golden.network()
    let graphs = golden.graphs[0].map { $0.masking([1, 3], dummyValue: network.dummyValue) }
    let outputs = network.outputs(of: [graphs])[0]
    let edges = ConceptGraph.edges(among: 4)
    for attribution in network.attributions(graphs: graphs) {
      #expect(abs(attribution.score - Double(outputs[attribution.output])) < 1e-4)
      for graph in attribution.graphs {
        #expect(graph.nodes[1] == 0 && graph.nodes[3] == 0)
        #expect(graph.nodes[0] != 0 && graph.nodes[2] != 0)
        for (edge, value) in zip(edges, graph.edges) {
          #expect((value != 0) == ([0, 2].contains(edge.from) && [0, 2].contains(edge.to)))
        }
      }
    }
  }

  /// All that a graph with one concept says, that concept says.
  @Test func aConceptSeenAloneHasAllThatItsGraphAdds() throws {
    let golden = try Golden.load()
    let network = try golden.network()
    let graphs = golden.graphs[0].map { $0.masking([0, 1, 3], dummyValue: network.dummyValue) }
    let empty = golden.graphs[0].map { $0.masking([0, 1, 2, 3], dummyValue: network.dummyValue) }
    let attributions = network.attributions(graphs: graphs)
    for position in graphs.indices {
      var others = empty
      others[position] = graphs[position]
      let (with, without) = (network.outputs(of: [others])[0], network.outputs(of: [empty])[0])
      for attribution in attributions {
        let nodes = attribution.graphs[position].nodes
        #expect(nodes[0] == 0 && nodes[1] == 0 && nodes[3] == 0)
        #expect(abs(nodes[2] - (with[attribution.output] - without[attribution.output])) < 1e-4)
      }
    }
  }

  @Test func graphsThatDoNotFitAreNamed() throws {
    let golden = try Golden.load()
    let network = try golden.network()
    var graphs = golden.graphs[0]
    #expect(throws: StructureError.self) { try network.accepts(Array(graphs.dropLast())) }
    graphs[1].nodes[2].embedding.removeLast()
    #expect(throws: StructureError.self) { try network.accepts(graphs) }
    #expect(network.contributions(graphs: graphs).allSatisfy { $0.score.isFinite })
    graphs[1].nodes.removeLast()
    #expect(throws: StructureError.self) { try network.accepts(graphs) }
    #expect(network.contributions(graphs: graphs).allSatisfy { $0.score.isFinite })
    graphs = golden.graphs[0]
    graphs[0].nodes[0].embedding[0] = .nan
    #expect(throws: StructureError.self) { try network.accepts(graphs) }
  }
}
