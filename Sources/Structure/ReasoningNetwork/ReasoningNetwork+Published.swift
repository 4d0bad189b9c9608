import Tensors

// Weights under the names of the method's public reference code (Ge et al., CVPR 2021): `conv1.lin_W1.weight`, …,
// `bn1.weight`, …, `eij_1`, …, `fc2.weight`. Layers and classes count from 1.

extension ReasoningNetwork {
  /// Whether weights are stored under the published names.
  package static func isPublished(_ tensors: some NamedTensors) -> Bool {
    let names = Set(tensors.names)
    return [Self.firstWeight, "eij_1", "fc2.weight"].allSatisfy(names.contains)
  }

  private static let firstWeight = "conv1.lin_W1.weight"

  /// Reads weights under the published names. The normalisation `bn6` of the embedding in the published weights does
  /// not affect the outputs and is not read.
  ///
  /// - Parameter dummyValue: every entry of a dummy node's embedding.
  /// - Throws: `StructureError.weights` where a tensor is missing, does not fit the others, or has impossible numbers.
  package init(published tensors: some NamedTensors, dummyValue: Float = VariantOptions().dummyValue) throws {
    let names = Set(tensors.names)
    let layerCount = (1...).first { !names.contains("conv\($0).lin_W1.weight") }.map { $0 - 1 } ?? 0
    guard layerCount > 0 else { throw StructureError.weights("no layer \"\(Self.firstWeight)\" among the weights") }
    let layers = try (1...layerCount).map { try Self.layer($0, of: tensors) }
    let bias = try tensors.tensor("fc2.bias")
    let weights = try Tensor.stack(
      (0..<bias.count).map { index in
        let weights = try tensors.tensor("eij_\(index + 1)")
        return weights.reshaped([weights.count])
      }.sameExtents("eij"))
    let edges = weights.rowStride
    // N (N − 1) = edges.
    guard let nodes = (1...64).first(where: { $0 * ($0 - 1) == edges }) else {
      throw StructureError.weights("eij_1 has \(edges) values, which is not a number of directed edges")
    }
    guard let first = layers.first, first.projection.rank == 2 else {
      throw StructureError.weights("\(Self.firstWeight) is not a matrix")
    }
    let shape = try NetworkShape(
      classes: bias.count, nodes: nodes, embeddingWidth: first.projection.rowStride,
      nodeWidths: layers.map(\.messageBias.count), edgeWidth: first.edgeBias.count)
    try self.init(
      shape: shape, layers: layers, edgeWeights: weights, readout: tensors.tensor("fc2.weight"),
      readoutBias: bias.elements, dummyValue: dummyValue)
    try checkNumbers()
  }

  /// The weights under the published names; `init(published:)` reads the same bits back.
  package var publishedTensors: [String: Tensor] {
    func vector(_ values: [Float]) -> Tensor { Tensor(shape: [values.count], elements: values) }
    var tensors = ["fc2.weight": readout, "fc2.bias": vector(readoutBias)]
    for output in 0..<shape.classes { tensors["eij_\(output + 1)"] = edgeWeights[row: output] }
    for (index, layer) in layers.enumerated() {
      let (name, width) = ("conv\(index + 1)", shape.nodeWidths[index])
      tensors["\(name).lin_W1.weight"] = layer.projection.gatheringRows(Array(0..<width))
      tensors["\(name).lin_W2.weight"] = layer.projection.gatheringRows(Array(width..<2 * width))
      tensors["\(name).lin_W1.bias"] = vector(Array(layer.projectionBias[..<width]))
      tensors["\(name).lin_W2.bias"] = vector(Array(layer.projectionBias[width...]))
      tensors["\(name).lin_message.weight"] = layer.message
      tensors["\(name).lin_message.bias"] = vector(layer.messageBias)
      tensors["\(name).lin_edge.weight"] = layer.edge
      tensors["\(name).lin_edge.bias"] = vector(layer.edgeBias)
      for (norm, values) in [("bn\(index + 1)", layer.nodeNormalization), ("\(name).bn_edge", layer.edgeNormalization)]
      {
        tensors["\(norm).weight"] = vector(values.weight)
        tensors["\(norm).bias"] = vector(values.bias)
        tensors["\(norm).running_mean"] = vector(values.runningMean)
        tensors["\(norm).running_var"] = vector(values.runningVariance)
      }
    }
    return tensors
  }

  private static func layer(_ number: Int, of tensors: some NamedTensors) throws -> Layer {
    func values(_ name: String) throws -> [Float] { try tensors.tensor(name).elements }
    func normalization(_ name: String) throws -> BatchNormalization {
      var norm = BatchNormalization(width: 0)
      norm.weight = try values("\(name).weight")
      norm.bias = try values("\(name).bias")
      norm.runningMean = try values("\(name).running_mean")
      norm.runningVariance = try values("\(name).running_var")
      return norm
    }
    let name = "conv\(number)"
    let own = try tensors.tensor("\(name).lin_W1.weight")
    let other = try tensors.tensor("\(name).lin_W2.weight")
    return Layer(
      projection: Tensor.concatenate(try [own, other].sameExtents("\(name).lin_W1 and lin_W2")),
      projectionBias: try values("\(name).lin_W1.bias") + values("\(name).lin_W2.bias"),
      message: try tensors.tensor("\(name).lin_message.weight"), messageBias: try values("\(name).lin_message.bias"),
      edge: try tensors.tensor("\(name).lin_edge.weight"), edgeBias: try values("\(name).lin_edge.bias"),
      nodeNormalization: try normalization("bn\(number)"), edgeNormalization: try normalization("\(name).bn_edge"))
  }

  /// Throws `StructureError.weights` where a number is not finite, or a variance negative.
  private func checkNumbers() throws {
    for (name, tensor) in publishedTensors {
      guard tensor.elements.allSatisfy(\.isFinite) else {
        throw StructureError.weights("\(name) has a value that is not finite")
      }
      guard !name.hasSuffix("running_var") || tensor.elements.allSatisfy({ $0 >= 0 }) else {
        throw StructureError.weights("\(name) has a negative variance")
      }
    }
    guard dummyValue.isFinite else { throw StructureError.weights("the value of a dummy node is not finite") }
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
