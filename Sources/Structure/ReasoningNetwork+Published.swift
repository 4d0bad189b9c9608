import Tensors

extension ReasoningNetwork {
  /// The network whose weights are stored under the names of the method's public reference code (Ge et al., CVPR 2021):
  /// `conv1.lin_W1.weight`, …, `bn1.weight`, …, `eij_1`, …, `fc2.weight`. Its normalisation `bn6` of the embedding takes no
  /// part in the outputs and is not read.
  ///
  /// - Throws: `StructureError.weights` where a tensor is missing or has other extents than the rest implies.
  public init(published file: SafetensorsFile) throws {
    let names = Set(file.names)
    let layerCount = (1...).first { !names.contains("conv\($0).lin_W1.weight") }.map { $0 - 1 } ?? 0
    guard layerCount > 0 else { throw StructureError.weights("no layer \"conv1.lin_W1.weight\" among the weights") }
    let layers = try (1...layerCount).map { try Self.layer($0, of: file) }
    let bias = try file.tensor("fc2.bias")
    let weights = try Tensor.stack(
      (0..<bias.count).map { index in
        let weights = try file.tensor("eij_\(index + 1)")
        return weights.reshaped([weights.count])
      }.sameExtents("eij"))
    let edges = weights.rowStride
    // N (N − 1) = edges.
    guard let nodes = (1...64).first(where: { $0 * ($0 - 1) == edges }) else {
      throw StructureError.weights("eij_1 has \(edges) values, which is no number of directed edges")
    }
    guard let first = layers.first, first.projection.rank == 2 else {
      throw StructureError.weights("conv1.lin_W1.weight is not a matrix")
    }
    let shape = try NetworkShape(
      classes: bias.count, nodes: nodes, embeddingWidth: first.projection.rowStride,
      nodeWidths: layers.map(\.messageBias.count), edgeWidth: first.edgeBias.count)
    try self.init(
      shape: shape, layers: layers, edgeWeights: weights, readout: file.tensor("fc2.weight"),
      readoutBias: bias.elements)
  }

  private static func layer(_ number: Int, of file: SafetensorsFile) throws -> Layer {
    func values(_ name: String) throws -> [Float] { try file.tensor(name).elements }
    func normalization(_ name: String) throws -> BatchNormalization {
      var norm = BatchNormalization(width: 0)
      norm.weight = try values("\(name).weight")
      norm.bias = try values("\(name).bias")
      norm.runningMean = try values("\(name).running_mean")
      norm.runningVariance = try values("\(name).running_var")
      return norm
    }
    let name = "conv\(number)"
    let own = try file.tensor("\(name).lin_W1.weight")
    let other = try file.tensor("\(name).lin_W2.weight")
    return Layer(
      projection: Tensor.concatenate(try [own, other].sameExtents("\(name).lin_W1 and lin_W2")),
      projectionBias: try values("\(name).lin_W1.bias") + values("\(name).lin_W2.bias"),
      message: try file.tensor("\(name).lin_message.weight"), messageBias: try values("\(name).lin_message.bias"),
      edge: try file.tensor("\(name).lin_edge.weight"), edgeBias: try values("\(name).lin_edge.bias"),
      nodeNormalization: try normalization("bn\(number)"), edgeNormalization: try normalization("\(name).bn_edge"))
  }
}

extension [Tensor] {
  /// The tensors, if there are any and all have one shape.
  fileprivate func sameExtents(_ name: String) throws -> [Tensor] {
    guard let shape = first?.shape, allSatisfy({ $0.shape == shape }) else {
      throw StructureError.weights("the tensors \(name) are missing or differ in shape")
    }
    return self
  }
}
