import Tensors

extension ReasoningNetwork {
  /// Removes all relations: e_ji, W3 with its bias, and the readout's weights of edges become 0, which leaves
  ///
  ///     f'_i = BN(ReLU(W1 f_i))
  ///
  /// and outputs of the nodes alone. Positions enter only by edges, so they have no effect either.
  mutating func removeRelations() {
    for index in layers.indices {
      layers[index].message = Tensor(shape: layers[index].message.shape)
      layers[index].messageBias = [Float](repeating: 0, count: layers[index].messageBias.count)
    }
    edgeWeights = Tensor(shape: edgeWeights.shape)
    let nodeEntries = shape.nodes * shape.outputWidth
    for start in stride(from: 0, to: readout.count, by: shape.graphEmbeddingWidth) {
      for entry in start + nodeEntries..<start + shape.graphEmbeddingWidth { readout.elements[entry] = 0 }
    }
  }
}
