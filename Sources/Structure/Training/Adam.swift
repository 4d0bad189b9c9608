import Foundation

/// Adam (Kingma and Ba 2015) with decoupled weight decay (Loshchilov and Hutter 2019).
struct Adam {
  var learningRate: Double
  var weightDecay: Double
  private var first: [[Float]] = []
  private var second: [[Float]] = []
  private var step = 0

  private static let beta1 = 0.9
  private static let beta2 = 0.999
  private static let epsilon: Float = 1e-8

  init(learningRate: Double, weightDecay: Double) {
    (self.learningRate, self.weightDecay) = (learningRate, weightDecay)
  }

  /// One step down `gradients`.
  mutating func update(_ network: inout ReasoningNetwork, gradients: [[Float]]) {
    if first.isEmpty {
      first = gradients.map { [Float](repeating: 0, count: $0.count) }
      second = first
    }
    step += 1
    let correction1 = Float(1 / (1 - pow(Self.beta1, Double(step))))
    let correction2 = Float(1 / (1 - pow(Self.beta2, Double(step))))
    let (beta1, beta2, rate) = (Float(Self.beta1), Float(Self.beta2), Float(learningRate))
    let decay = Float(1 - learningRate * weightDecay)
    network.updateWeights { slot, values, decays in
      let keep = decays ? decay : 1
      let count = values.count
      values.withUnsafeMutableBufferPointer { values in
        first[slot].withUnsafeMutableBufferPointer { first in
          second[slot].withUnsafeMutableBufferPointer { second in
            gradients[slot].withUnsafeBufferPointer { gradient in
              for index in 0..<count {
                let value = gradient[index]
                first[index] = beta1 * first[index] + (1 - beta1) * value
                second[index] = beta2 * second[index] + (1 - beta2) * value * value
                let direction = first[index] * correction1 / ((second[index] * correction2).squareRoot() + Self.epsilon)
                values[index] = keep * values[index] - rate * direction
              }
            }
          }
        }
      }
    }
  }
}
