import Tensors

/// The reasoning network that is distilled from a classifier (METHOD section 3; the graph reasoning network, GRN, of Ge
/// et al., CVPR 2021).
///
/// For m classes it takes m concept graphs, one per class hypothesis, through layers whose weights the classes share:
///
///     g'_ji = BN(W4 g_ji)
///     f'_i  = BN(ReLU(W1 f_i + Σ_{j≠i} W3 [e_ji · (W2 f_j); g'_ji]))      (every W with a bias)
///
/// where e_ji, one number per directed edge and class, is the same in all layers. A graph's embedding is its final
/// nodes and edges, concatenated; one linear layer maps the m concatenated embeddings to m outputs.
package struct ReasoningNetwork: Sendable, Equatable {
  /// One layer's weights. Shapes: `in` and `out` are node widths, `edgeIn` and `edge` edge widths.
  package struct Layer: Sendable, Equatable {
    /// W1 above W2: [2 · out, in].
    package var projection: Tensor
    /// Biases of W1, then W2: 2 · out values.
    package var projectionBias: [Float]
    /// W3: [out, out + edge].
    package var message: Tensor
    /// Bias of W3, which counts once per incoming edge: out values.
    package var messageBias: [Float]
    /// W4: [edge, edgeIn].
    package var edge: Tensor
    /// Bias of W4: edge values.
    package var edgeBias: [Float]
    package var nodeNormalization: BatchNormalization
    package var edgeNormalization: BatchNormalization

    package init(
      projection: Tensor, projectionBias: [Float], message: Tensor, messageBias: [Float], edge: Tensor,
      edgeBias: [Float], nodeNormalization: BatchNormalization, edgeNormalization: BatchNormalization
    ) {
      (self.projection, self.projectionBias, self.message) = (projection, projectionBias, message)
      (self.messageBias, self.edge, self.edgeBias) = (messageBias, edge, edgeBias)
      (self.nodeNormalization, self.edgeNormalization) = (nodeNormalization, edgeNormalization)
    }
  }

  package let shape: NetworkShape
  package internal(set) var layers: [Layer]
  /// e_ji: [classes, edges], edges by source, then target.
  package internal(set) var edgeWeights: Tensor
  /// The last layer's weights: [classes, classes · graph embedding].
  package internal(set) var readout: Tensor
  /// The last layer's bias: one value per class.
  package internal(set) var readoutBias: [Float]
  /// Value of every entry of a dummy node's embedding.
  package internal(set) var dummyValue: Float

  /// A network of random weights: He's normal initialisation for W1, W2 and W3, Glorot's for W4 and the last layer,
  /// e_ji = 1, biases 0.
  package init(shape: NetworkShape, seed: UInt64, dummyValue: Float = VariantOptions().dummyValue) {
    var random = SeededRandom(seed: seed, purpose: "reasoning network")
    func normal(_ rows: Int, _ columns: Int, deviation: Double) -> Tensor {
      Tensor(
        shape: [rows, columns], elements: (0..<rows * columns).map { _ in Float(deviation * random.normal()) })
    }
    self.shape = shape
    self.dummyValue = dummyValue
    layers = shape.nodeWidths.enumerated().map { index, out in
      let width = shape.nodeWidth(into: index)
      let edgeIn = shape.edgeWidth(into: index)
      let edge = shape.edgeWidth
      return Layer(
        projection: normal(2 * out, width, deviation: (1 / Double(width)).squareRoot()),
        projectionBias: [Float](repeating: 0, count: 2 * out),
        message: normal(out, out + edge, deviation: (1 / Double(out + edge)).squareRoot()),
        messageBias: [Float](repeating: 0, count: out),
        edge: normal(edge, edgeIn, deviation: (2 / Double(edge + edgeIn)).squareRoot()),
        edgeBias: [Float](repeating: 0, count: edge),
        nodeNormalization: BatchNormalization(width: out), edgeNormalization: BatchNormalization(width: edge))
    }
    edgeWeights = Tensor(shape: [shape.classes, shape.edges], repeating: 1)
    let width = shape.classes * shape.graphEmbeddingWidth
    readout = normal(shape.classes, width, deviation: (2 / Double(width + shape.classes)).squareRoot())
    readoutBias = [Float](repeating: 0, count: shape.classes)
  }

  /// Throws `StructureError.weights` where an extent does not fit `shape`.
  package init(
    shape: NetworkShape, layers: [Layer], edgeWeights: Tensor, readout: Tensor, readoutBias: [Float],
    dummyValue: Float = VariantOptions().dummyValue
  ) throws {
    (self.shape, self.layers, self.edgeWeights, self.readout) = (shape, layers, edgeWeights, readout)
    (self.readoutBias, self.dummyValue) = (readoutBias, dummyValue)
    let width = shape.classes * shape.graphEmbeddingWidth
    let fits =
      layers.count == shape.nodeWidths.count
      && layers.enumerated().allSatisfy { index, layer in layer.fits(layer: index, of: shape) }
      && edgeWeights.shape == [shape.classes, shape.edges] && readout.shape == [shape.classes, width]
      && readoutBias.count == shape.classes
    guard fits else { throw StructureError.weights("the weights' extents do not fit the network's shape \(shape)") }
  }

  /// The outputs of images in evaluation mode: one row of m values per image.
  ///
  /// Their unit is the training loss's: logits with `standardisedMSE`; logits less their mean over the classes with
  /// `marginMSE`; logits up to a constant per image with `crossEntropy`; logits up to a positive factor per image with
  /// `l1NormalisedMSE`.
  ///
  /// - Parameter graphs: per image, one graph per class in the order of training.
  package func outputs(of graphs: [[ConceptGraph]]) -> [[Float]] {
    guard !graphs.isEmpty else { return [] }
    let pass = ForwardPass(self, GraphBatch(graphs, shape: shape, dummyValue: dummyValue), training: false)
    return graphs.indices.map { pass.outputs[row: $0].elements }
  }
}

extension ReasoningNetwork.Layer {
  /// Whether the weights have the extents of layer `index` of a network of `shape`.
  fileprivate func fits(layer index: Int, of shape: NetworkShape) -> Bool {
    let (width, edge) = (shape.nodeWidths[index], shape.edgeWidth)
    return projection.shape == [2 * width, shape.nodeWidth(into: index)] && projectionBias.count == 2 * width
      && message.shape == [width, width + edge] && messageBias.count == width
      && self.edge.shape == [edge, shape.edgeWidth(into: index)] && edgeBias.count == edge
      && nodeNormalization.hasWidth(width) && edgeNormalization.hasWidth(edge)
  }
}

extension BatchNormalization {
  fileprivate func hasWidth(_ width: Int) -> Bool {
    [weight.count, bias.count, runningMean.count, runningVariance.count].allSatisfy { $0 == width }
  }
}
