import Foundation

extension Statistics {
  /// exp xᵢ / Σ exp xⱼ. The largest logit is subtracted first, so that no exponential overflows.
  package static func softmax(_ logits: [Float]) -> [Double] {
    let largest = logits.max() ?? 0
    let weights = logits.map { exp(Double($0 - largest)) }
    let sum = weights.reduce(0, +)
    return weights.map { $0 / sum }
  }
}
