/// Positions of weight arrays in the order in which `ReasoningNetwork.updateWeights` visits them.
enum WeightSlot {
  struct Layer {
    let first: Int
    var projection: Int { first }
    var projectionBias: Int { first + 1 }
    var message: Int { first + 2 }
    var messageBias: Int { first + 3 }
    var edge: Int { first + 4 }
    var edgeBias: Int { first + 5 }
    var nodeWeight: Int { first + 6 }
    var nodeBias: Int { first + 7 }
    var edgeNormWeight: Int { first + 8 }
    var edgeNormBias: Int { first + 9 }
    static let count = 10
  }

  struct AfterLayers {
    let first: Int
    var edgeWeights: Int { first }
    var readout: Int { first + 1 }
    var readoutBias: Int { first + 2 }
  }

  static func ofLayer(_ index: Int) -> Layer { Layer(first: index * Layer.count) }
  static func afterLayers(_ count: Int) -> AfterLayers { AfterLayers(first: count * Layer.count) }
}

extension ReasoningNetwork {
  /// Calls `body` with each array of weights that training changes, its position, and whether weight decay applies to
  /// it: it applies to matrices, not to biases, normalisation and e_ji.
  mutating func updateWeights(_ body: (_ slot: Int, _ values: inout [Float], _ decays: Bool) -> Void) {
    for index in layers.indices {
      let slot = WeightSlot.ofLayer(index)
      body(slot.projection, &layers[index].projection.elements, true)
      body(slot.projectionBias, &layers[index].projectionBias, false)
      body(slot.message, &layers[index].message.elements, true)
      body(slot.messageBias, &layers[index].messageBias, false)
      body(slot.edge, &layers[index].edge.elements, true)
      body(slot.edgeBias, &layers[index].edgeBias, false)
      body(slot.nodeWeight, &layers[index].nodeNormalization.weight, false)
      body(slot.nodeBias, &layers[index].nodeNormalization.bias, false)
      body(slot.edgeNormWeight, &layers[index].edgeNormalization.weight, false)
      body(slot.edgeNormBias, &layers[index].edgeNormalization.bias, false)
    }
    let slot = WeightSlot.afterLayers(layers.count)
    body(slot.edgeWeights, &edgeWeights.elements, false)
    body(slot.readout, &readout.elements, true)
    body(slot.readoutBias, &readoutBias, false)
  }
}
