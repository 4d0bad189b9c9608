import Tensors

/// The forward pass of a reasoning network on a batch of graphs, with what the backward pass needs.
///
/// Since W3 is linear, Σ_j W3 [e_ji · (W2 f_j); g'_ji] = W3 [Σ_j e_ji · (W2 f_j); Σ_j g'_ji]: messages are summed
/// first.
struct ForwardPass {
  struct Layer {
    /// The nodes that went in: [distinct, D] in the first layer, [nodes, in] after it.
    var input: Tensor
    /// W1 f, then W2 f, of each node: [nodes, 2 · out].
    var projected: [Float]
    /// The summed messages of each node: [nodes, out + edge].
    var aggregated: Tensor
    /// After the ReLU: [nodes, out].
    var activated: [Float]
    /// The edges that went in: [edges, edgeIn].
    var edgeInput: Tensor
    var nodes: BatchNormalization.Trace
    var edges: BatchNormalization.Trace
  }

  let network: ReasoningNetwork
  let batch: GraphBatch
  /// Source and target of each edge of a graph.
  let edges: [(from: Int, to: Int)]
  private(set) var layers: [Layer] = []
  /// The m graph embeddings of each image in a row: [B, m · G].
  private(set) var embedding: Tensor
  /// [B, m].
  private(set) var outputs: Tensor

  init(_ network: ReasoningNetwork, _ batch: GraphBatch, training: Bool) {
    self.network = network
    self.batch = batch
    edges = ConceptGraph.edges(among: network.shape.nodes)
    embedding = Tensor(shape: [0, 0])
    outputs = embedding
    var nodes = batch.embeddings
    var edgeValues = batch.edgeFeatures
    for index in network.layers.indices {
      let layer = run(index, nodes: nodes, edges: edgeValues, training: training)
      nodes = Tensor(shape: [batch.rows.count, network.shape.nodeWidths[index]], elements: layer.nodes.output)
      edgeValues = layer.edges.output
      layers.append(layer)
    }
    embedding = embed(nodes: nodes.elements, edges: edgeValues)
    outputs = LinearAlgebra.product(embedding, network.readout, transposeB: true)
    addBias(network.readoutBias, to: &outputs.elements)
  }

  private func run(_ index: Int, nodes: Tensor, edges edgeValues: [Float], training: Bool) -> Layer {
    let weights = network.layers[index]
    let (width, edgeWidth) = (network.shape.nodeWidths[index], network.shape.edgeWidth)
    let edgeIn = network.shape.edgeWidth(into: index)
    let edgeInput = Tensor(shape: [edgeValues.count / edgeIn, edgeIn], elements: edgeValues)
    var edgeProduct = LinearAlgebra.product(edgeInput, weights.edge, transposeB: true).elements
    addBias(weights.edgeBias, to: &edgeProduct)
    let edgeTrace = weights.edgeNormalization(edgeProduct, training: training)

    var product = LinearAlgebra.product(nodes, weights.projection, transposeB: true)
    addBias(weights.projectionBias, to: &product.elements)
    if index == 0 { product = product.gatheringRows(batch.rows) }
    let aggregated = aggregate(
      product.elements, edgeTrace.output, width: width, edgeWidth: edgeWidth)
    var sums = LinearAlgebra.product(aggregated, weights.message, transposeB: true).elements
    let incoming = Float(network.shape.nodes - 1)
    for row in 0..<batch.rows.count {
      for column in 0..<width {
        let value = sums[row * width + column] + product.elements[row * 2 * width + column]
        sums[row * width + column] = max(0, value + incoming * weights.messageBias[column])
      }
    }
    return Layer(
      input: nodes, projected: product.elements, aggregated: aggregated, activated: sums, edgeInput: edgeInput,
      nodes: weights.nodeNormalization(sums, training: training), edges: edgeTrace)
  }

  /// [Σ_j e_ji · (W2 f_j); Σ_j g'_ji] of each node i.
  private func aggregate(_ projected: [Float], _ edgeValues: [Float], width: Int, edgeWidth: Int) -> Tensor {
    var result = Tensor(shape: [batch.rows.count, width + edgeWidth])
    let stride = width + edgeWidth
    result.elements.withUnsafeMutableBufferPointer { sums in
      projected.withUnsafeBufferPointer { projected in
        forEachEdge { edge, from, to, weight in
          for column in 0..<width { sums[to * stride + column] += weight * projected[(2 * from + 1) * width + column] }
          for column in 0..<edgeWidth { sums[to * stride + width + column] += edgeValues[edge * edgeWidth + column] }
        }
      }
    }
    return result
  }

  /// Calls `body` with the row, the rows of the source and target nodes, and e of every edge of the batch.
  func forEachEdge(_ body: (_ edge: Int, _ from: Int, _ to: Int, _ weight: Float) -> Void) {
    let (classes, count) = (network.shape.classes, network.shape.nodes)
    for graph in 0..<batch.count * classes {
      let firstWeight = (graph % classes) * edges.count
      for (place, edge) in edges.enumerated() {
        body(
          graph * edges.count + place, graph * count + edge.from, graph * count + edge.to,
          network.edgeWeights.elements[firstWeight + place])
      }
    }
  }

  /// Each graph's nodes, then its edges: [B, m · G].
  private func embed(nodes: [Float], edges edgeValues: [Float]) -> Tensor {
    let shape = network.shape
    let nodeCount = shape.nodes * shape.outputWidth
    let edgeCount = shape.edges * shape.edgeWidth
    var values: [Float] = []
    values.reserveCapacity(batch.count * shape.classes * shape.graphEmbeddingWidth)
    for graph in 0..<batch.count * shape.classes {
      values.append(contentsOf: nodes[graph * nodeCount..<(graph + 1) * nodeCount])
      values.append(contentsOf: edgeValues[graph * edgeCount..<(graph + 1) * edgeCount])
    }
    return Tensor(shape: [batch.count, shape.classes * shape.graphEmbeddingWidth], elements: values)
  }

  private func addBias(_ bias: [Float], to rows: inout [Float]) {
    guard !bias.isEmpty else { return }
    let width = bias.count
    rows.withUnsafeMutableBufferPointer { rows in
      for start in stride(from: 0, to: rows.count, by: width) {
        for column in 0..<width { rows[start + column] += bias[column] }
      }
    }
  }
}
