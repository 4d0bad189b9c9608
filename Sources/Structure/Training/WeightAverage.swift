/// A running average of a network's weights over training steps (Polyak and Juditsky 1992, exponentially weighted).
/// With few images it generalises better than the weights of any step.
struct WeightAverage {
  /// The average, running statistics of normalisation included.
  private(set) var network: ReasoningNetwork
  /// Share of the average that each step keeps, after the warm-up.
  let decay: Double
  private var steps = 0

  /// In the first steps less of the average is kept, so that early weights are forgotten soon.
  private static let warmUp = 10.0

  init(of network: ReasoningNetwork, decay: Double) {
    (self.network, self.decay) = (network, decay)
  }

  /// Takes in the weights after a step.
  mutating func follow(_ current: ReasoningNetwork) {
    steps += 1
    let keep = Float(min(decay, Double(steps) / (Self.warmUp + Double(steps))))
    var source = current
    var weights: [[Float]] = []
    source.updateWeights { _, values, _ in weights.append(values) }
    network.updateWeights { slot, values, _ in Self.blend(&values, weights[slot], keep: keep) }
    for index in network.layers.indices {
      network.layers[index].nodeNormalization.blend(current.layers[index].nodeNormalization, keep: keep)
      network.layers[index].edgeNormalization.blend(current.layers[index].edgeNormalization, keep: keep)
    }
  }

  fileprivate static func blend(_ values: inout [Float], _ others: [Float], keep: Float) {
    values.withUnsafeMutableBufferPointer { values in
      others.withUnsafeBufferPointer { others in
        for index in 0..<min(values.count, others.count) {
          values[index] = keep * values[index] + (1 - keep) * others[index]
        }
      }
    }
  }
}

extension BatchNormalization {
  /// Moves the running statistics towards another's.
  fileprivate mutating func blend(_ other: BatchNormalization, keep: Float) {
    WeightAverage.blend(&runningMean, other.runningMean, keep: keep)
    WeightAverage.blend(&runningVariance, other.runningVariance, keep: keep)
  }
}
