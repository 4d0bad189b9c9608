import Tensors

extension ONNXModel {
  /// Puts the elements of every weight tensor in a random order: of every constant of two or more axes, of finite
  /// numbers with a fraction, or of integers that are dequantised. Shapes, indices, biases and scales stay, so that the
  /// same operations run on meaningless weights.
  mutating func shuffleWeights(seed: UInt64) {
    let quantised = Set(nodes.filter { $0.operatorName == "DequantizeLinear" }.compactMap(\.inputs.first))
    for name in constants.keys.sorted() {
      guard var constant = constants[name], constant.shape.count > 1 else { continue }
      var random = SeededRandom(seed: seed, purpose: "shuffled weights \(name)")
      switch constant.elements {
      case .floats(let values):
        guard values.allSatisfy(\.isFinite) else { continue }
        constant.elements = .floats(random.shuffled(values))
      case .integers(let values):
        guard quantised.contains(name) else { continue }
        constant.elements = .integers(random.shuffled(values))
      }
      constants[name] = constant
    }
  }
}
