import Tensors

/// Gradients of a training pass with respect to every weight, in the order of `ReasoningNetwork.updateWeights`.
struct BackwardPass {
  private(set) var gradients: [[Float]]
  private let pass: ForwardPass

  /// Takes the gradient of the loss with respect to the outputs, [B, m], back through `pass`, which ran in training
  /// mode; `effect` adds the gradients of the loss on contributions.
  init(_ pass: ForwardPass, outputGradient: Tensor, effect: EffectLoss.Result? = nil) {
    self.pass = pass
    var network = pass.network
    var gradients: [[Float]] = []
    network.updateWeights { _, values, _ in gradients.append([Float](repeating: 0, count: values.count)) }
    self.gradients = gradients
    let shape = network.shape
    let readout = WeightSlot.afterLayers(shape.nodeWidths.count)
    self.gradients[readout.readout] =
      LinearAlgebra.product(outputGradient, pass.embedding, transposeA: true).elements
    addColumnSums(of: outputGradient.elements, to: readout.readoutBias)
    var embedded = LinearAlgebra.product(outputGradient, network.readout)
    if let effect {
      for index in embedded.elements.indices { embedded.elements[index] += effect.embedding.elements[index] }
      for index in effect.readout.elements.indices {
        self.gradients[readout.readout][index] += effect.readout.elements[index]
      }
    }
    var (nodes, edges) = split(embedded)
    for index in network.layers.indices.reversed() { (nodes, edges) = back(index, nodes: nodes, edges: edges) }
  }

  /// From the gradients of a layer's outputs to those of its inputs; empty for the first layer, where they are not
  /// needed.
  private mutating func back(_ index: Int, nodes: [Float], edges: [Float]) -> (nodes: [Float], edges: [Float]) {
    let weights = pass.network.layers[index]
    let layer = pass.layers[index]
    let slot = WeightSlot.ofLayer(index)
    let (width, edgeWidth) = (pass.network.shape.nodeWidths[index], pass.network.shape.edgeWidth)
    var sums = nodes
    let ofNodes = weights.nodeNormalization.backward(&sums, trace: layer.nodes)
    (gradients[slot.nodeWeight], gradients[slot.nodeBias]) = (ofNodes.weight, ofNodes.bias)
    for position in sums.indices where layer.activated[position] <= 0 { sums[position] = 0 }

    let sumGradient = Tensor(shape: [sums.count / width, width], elements: sums)
    gradients[slot.message] = LinearAlgebra.product(sumGradient, layer.aggregated, transposeA: true).elements
    addColumnSums(of: sums, to: slot.messageBias, scale: Float(pass.network.shape.nodes - 1))
    let messages = LinearAlgebra.product(sumGradient, weights.message).elements
    var (projected, edgeGradient) = backThroughMessages(
      messages, sums: sums, edges: edges, layer: layer, width: width, edgeWidth: edgeWidth)

    if index == 0 { projected = scatter(projected, width: 2 * width) }
    let projectedGradient = Tensor(shape: [layer.input.rows, 2 * width], elements: projected)
    gradients[slot.projection] =
      LinearAlgebra.product(projectedGradient, layer.input, transposeA: true).elements
    addColumnSums(of: projected, to: slot.projectionBias)

    let ofEdges = weights.edgeNormalization.backward(&edgeGradient, trace: layer.edges)
    (gradients[slot.edgeNormWeight], gradients[slot.edgeNormBias]) = (ofEdges.weight, ofEdges.bias)
    let edgeTensor = Tensor(shape: [layer.edgeInput.rows, edgeWidth], elements: edgeGradient)
    gradients[slot.edge] = LinearAlgebra.product(edgeTensor, layer.edgeInput, transposeA: true).elements
    addColumnSums(of: edgeGradient, to: slot.edgeBias)
    guard index > 0 else { return ([], []) }
    return (
      LinearAlgebra.product(projectedGradient, weights.projection).elements,
      LinearAlgebra.product(edgeTensor, weights.edge).elements
    )
  }

  /// From the gradients of the summed messages to those of the projected nodes, of the edges, and of e_ji.
  private mutating func backThroughMessages(
    _ messages: [Float], sums: [Float], edges: [Float], layer: ForwardPass.Layer, width: Int, edgeWidth: Int
  ) -> (projected: [Float], edges: [Float]) {
    let stride = width + edgeWidth
    let slot = WeightSlot.afterLayers(pass.layers.count).edgeWeights
    let weightCount = gradients[slot].count
    var projected = [Float](repeating: 0, count: layer.projected.count)
    var edgeGradient = edges
    projected.withUnsafeMutableBufferPointer { projected in
      for row in 0..<sums.count / width {
        for column in 0..<width { projected[2 * row * width + column] = sums[row * width + column] }
      }
      messages.withUnsafeBufferPointer { messages in
        layer.projected.withUnsafeBufferPointer { source in
          pass.forEachEdge { edge, from, to, weight in
            var product: Float = 0
            let base = (2 * from + 1) * width
            for column in 0..<width {
              projected[base + column] += weight * messages[to * stride + column]
              product += source[base + column] * messages[to * stride + column]
            }
            gradients[slot][edge % weightCount] += product
            for column in 0..<edgeWidth {
              edgeGradient[edge * edgeWidth + column] += messages[to * stride + width + column]
            }
          }
        }
      }
    }
    return (projected, edgeGradient)
  }

  /// Sums rows of nodes that share an embedding: [nodes, width] → [distinct, width].
  private func scatter(_ values: [Float], width: Int) -> [Float] {
    var sums = [Float](repeating: 0, count: pass.batch.embeddings.rows * width)
    sums.withUnsafeMutableBufferPointer { sums in
      for (row, target) in pass.batch.rows.enumerated() {
        for column in 0..<width { sums[target * width + column] += values[row * width + column] }
      }
    }
    return sums
  }

  /// The gradient of graph embeddings, [B, m · G], as those of nodes and edges.
  private func split(_ gradient: Tensor) -> (nodes: [Float], edges: [Float]) {
    let shape = pass.network.shape
    let nodeCount = shape.nodes * shape.outputWidth
    let stride = shape.graphEmbeddingWidth
    var (nodes, edges): ([Float], [Float]) = ([], [])
    for start in Swift.stride(from: 0, to: gradient.count, by: stride) {
      nodes.append(contentsOf: gradient.elements[start..<start + nodeCount])
      edges.append(contentsOf: gradient.elements[start + nodeCount..<start + stride])
    }
    return (nodes, edges)
  }

  private mutating func addColumnSums(of rows: [Float], to slot: Int, scale: Float = 1) {
    let width = gradients[slot].count
    guard width > 0 else { return }
    var sums = [Float](repeating: 0, count: width)
    for start in stride(from: 0, to: rows.count, by: width) {
      for column in 0..<width { sums[column] += rows[start + column] }
    }
    for column in 0..<width { gradients[slot][column] += scale * sums[column] }
  }
}
